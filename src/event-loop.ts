/**
 * The longest stretch of work before other requests get the isolate's only thread. In `npm run serve` the rooms are among
 * them, and an update waits for several stretches on its way.
 */
const STRETCH_MS = 8;
/**
 * While nobody comes, stretches grow to this: a pause takes a millisecond, for which the thread then only waits. It is
 * how long the first who comes may wait, with shorter stretches after that.
 */
const QUIET_STRETCH_MS = 24;

/** The isolate has one thread, whoever computes. */
let stretchMs = STRETCH_MS;
/** When something last let the other requests in, in ms. */
let pausedAt = 0;
let someoneCame = false;

/** Says that a request or a socket's message has come in. */
export function noticeArrival(): void {
  someoneCame = true;
}

/**
 * Lets other requests in. That takes a millisecond: nothing shorter was found that the runtime lets a request into. A
 * deployed Worker's clock moves on by it, too.
 */
export async function pause(): Promise<void> {
  await scheduler.wait(0);
  pausedAt = Date.now();
  stretchMs = someoneCame ? STRETCH_MS : Math.min(stretchMs + STRETCH_MS, QUIET_STRETCH_MS);
  someoneCame = false;
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
  return () => (Date.now() - Math.max(startedAt, pausedAt) < stretchMs ? undefined : pause());
}
