/**
 * The longest stretch of work before other requests get the isolate's only thread. In `npm run serve` the rooms are among
 * them, and an update waits for several stretches on its way.
 */
const YIELD_EVERY_MS = 8;

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
export function createYielder(): () => Promise<void> | undefined {
  let since = Date.now();
  return () => {
    if (Date.now() - since < YIELD_EVERY_MS) return undefined;
    return scheduler.wait(0).then(() => {
      since = Date.now();
    });
  };
}
