/** The task that holds this isolate's renderer. */
interface Hold {
  ended: Promise<void>;
  /** Milliseconds since the epoch. After this the hold is over, whatever became of the task. */
  until: number;
}

/** The platform ends an invocation of a queue's consumer after 15 minutes, one of which it may have spent waiting. */
const HOLD_MAX_MS = 14 * 60_000;
/** The promises of a request that was cut off never settle, so whoever waits for one also checks the clock. */
const CHECK_EVERY_MS = 1_000;

interface MutexOptions {
  /** After this time the task counts as cut off, together with the request that it was for. */
  holdMaxMs?: number;
  /** How long to wait for the mutex. */
  waitMaxMs?: number;
}

/** The mutex did not become free in time. Nothing was done. */
export class RendererBusy extends Error {}

let current: Hold | undefined;

/**
 * Runs a task while no other one runs in this isolate. Two renders side by side would take twice the memory, and no
 * less time on the only thread. Throws `RendererBusy`.
 */
export async function runExclusive<T>(
  task: () => Promise<T>,
  { holdMaxMs = HOLD_MAX_MS, waitMaxMs = Infinity }: MutexOptions = {},
): Promise<T> {
  const waitUntil = Date.now() + waitMaxMs;
  for (let before = current; before && Date.now() < before.until; before = current) {
    const left = waitUntil - Date.now();
    if (left <= 0) throw new RendererBusy("Another render is under way");
    await Promise.race([before.ended, scheduler.wait(Math.min(CHECK_EVERY_MS, left))]);
  }
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const hold = { ended, until: Date.now() + holdMaxMs };
  current = hold;
  try {
    return await task();
  } finally {
    if (current === hold) current = undefined;
    end();
  }
}
