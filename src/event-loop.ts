/** The longest stretch of work before other requests get the isolate's only thread. */
const YIELD_EVERY_MS = 50;

/**
 * Returns a function for a long computation to call after each small step. It yields to the event loop when enough time
 * has passed. A deployed Worker's clock stands still while code computes, so the function seldom yields there.
 *
 * @example
 * const yieldToEventLoop = createYielder();
 * for (const row of rows) {
 *   encode(row);
 *   await yieldToEventLoop();
 * }
 */
export function createYielder(): () => Promise<void> {
  let since = Date.now();
  return async () => {
    if (Date.now() - since < YIELD_EVERY_MS) return;
    await scheduler.wait(0);
    since = Date.now();
  };
}
