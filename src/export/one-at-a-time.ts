/** A task that has this isolate's renderer. */
interface Turn {
  ended: Promise<void>;
  /** After this the turn is over, whatever became of the task: ms since the epoch. */
  until: number;
}

/** The platform ends an invocation of a queue's consumer after a quarter of an hour, of which it may have waited a minute. */
const TURN_MAX_MS = 14 * 60_000;
/** A promise of a request that was cut off never settles: whoever waits for it looks at the clock, too. */
const LOOK_EVERY_MS = 1_000;

interface TurnOptions {
  /** After so long the task has been cut off, with the request that it was for. */
  turnMaxMs?: number;
  /** How long to wait for the turn. */
  waitMaxMs?: number;
}

/** The turn did not come in time; nothing was done. */
export class RendererBusy extends Error {}

let current: Turn | undefined;

/**
 * Runs a task when no other one is at work in this isolate: two renders side by side would take twice the memory, and no less time
 * on the one thread there is. Throws `RendererBusy`.
 */
export async function runAlone<T>(
  task: () => Promise<T>,
  { turnMaxMs = TURN_MAX_MS, waitMaxMs = Infinity }: TurnOptions = {},
): Promise<T> {
  const waitUntil = Date.now() + waitMaxMs;
  for (let before = current; before && Date.now() < before.until; before = current) {
    const left = waitUntil - Date.now();
    if (left <= 0) throw new RendererBusy("Another render is under way");
    await Promise.race([before.ended, scheduler.wait(Math.min(LOOK_EVERY_MS, left))]);
  }
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const turn = { ended, until: Date.now() + turnMaxMs };
  current = turn;
  try {
    return await task();
  } finally {
    if (current === turn) current = undefined;
    end();
  }
}
