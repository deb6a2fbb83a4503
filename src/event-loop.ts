/**
 * The longest stretch of work before other requests get the isolate's only thread. In `npm run serve` the rooms are among
 * them, and an update waits for several stretches on its way.
 */
const YIELD_EVERY_MS = 8;

/** When something last let the other requests in, in ms. The isolate has one thread, whoever computes. */
let pausedAt = 0;

/**
 * Lets other requests in. That takes a millisecond: nothing shorter was found that the runtime lets a request into. A
 * deployed Worker's clock moves on by it, too.
 */
export async function pause(): Promise<void> {
  await scheduler.wait(0);
  pausedAt = Date.now();
}

/**
 * Returns a function for a long computation to call after each small step. It lets other requests in when enough time
 * has passed since that was last done. A deployed Worker's clock stands still while code computes, so it seldom does so
 * there.
 *
 * @example
 * const yieldToEventLoop = createYielder();
 * for (const row of rows) {
 *   encode(row);
 *   await yieldToEventLoop();
 * }
 */
export function createYielder(): () => Promise<void> | undefined {
  const startedAt = Date.now();
  return () => (Date.now() - Math.max(startedAt, pausedAt) < YIELD_EVERY_MS ? undefined : pause());
}
