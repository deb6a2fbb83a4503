/**
 * How long tests wait, in milliseconds, the same in every vitest configuration. None of these is a measure: each only
 * ends what hangs, also on a machine with two busy cores.
 */
export const PATIENCE_MS = 60_000;

export const patience = {
  testTimeout: 180_000,
  hookTimeout: 120_000,
  /** A condition that a test waits for; by default for a second. */
  expect: { poll: { timeout: PATIENCE_MS } },
};
