const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * How long to wait before a try, after `failures` in a row: anything from nothing to a bound that doubles, so that
 * clients that lost the service together don't come back together ("full jitter").
 */
export function backOff(failures: number): number {
  return Math.random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
}
