/** The longest stretch of work before other requests get the isolate's only thread. */
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
    return takeTurns().then(() => {
      since = Date.now();
    });
  };
}

async function takeTurns(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await scheduler.wait(0);
}
