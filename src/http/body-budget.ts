/** How long a request waits until there is room for its body: a large upload takes about as long over a usual line. */
export const BODY_WAIT_MAX_MS = 20_000;
/** Requests that wait for that, of each kind: more would not have their turn in time. */
export const BODIES_WAITING_MAX = 64;
/** Where others wait, a body of which nothing has come for so long gives way: its client has gone, or holds them up. */
export const BODY_SILENT_MAX_MS = 5_000;
/** The same for one that takes longer in all: the largest picture then comes at half a MiB a second. */
export const BODY_HOLD_MAX_MS = 120_000;

/** How often a waiting request checks for room. */
const LOOK_EVERY_MS = 20;
/** A waiting request that has not checked for this long was cut off: its client went away. */
const GONE_MS = 1_000;

/** A request's share of a budget. */
export interface Hold {
  readonly bytes: number;
  readonly since: number;
  /** When the body last moved on, in ms. */
  movedAt: number;
  /** The share was given to others: stop reading. */
  lost: boolean;
}

/**
 * Limits how many bytes of request bodies this isolate holds in memory. A request that finds no room waits its turn for
 * a short time.
 *
 * When a client goes away, the runtime cuts its request off: the code stops, and not even `finally` runs. So nothing
 * here relies on a request to come back: each waiting request checks for itself, and a share whose body has stopped
 * moving goes to those that wait.
 */
export class BodyBudget {
  readonly #bytes: number;
  readonly #holds = new Set<Hold>();
  #held = 0;
  #waiting: { seenAt: number }[] = [];
  readonly #waitMs: number;
  readonly #silentMs: number;
  readonly #holdMs: number;

  constructor(
    bytes: number,
    { waitMs = BODY_WAIT_MAX_MS, silentMs = BODY_SILENT_MAX_MS, holdMs = BODY_HOLD_MAX_MS } = {},
  ) {
    this.#bytes = bytes;
    this.#waitMs = waitMs;
    this.#silentMs = silentMs;
    this.#holdMs = holdMs;
  }

  /**
   * Reserves a share of `bytes`. Give it back with `release`. Resolves to null when others held everything for too
   * long, or when too many requests wait already.
   */
  async acquire(bytes: number): Promise<Hold | null> {
    const now = Date.now();
    if (this.#waiting.length === 0 && this.#fits(bytes, now)) return this.#hold(bytes, now);
    const own = { seenAt: now };
    this.#dropGone(now);
    if (this.#waiting.length >= BODIES_WAITING_MAX) return null;
    this.#waiting.push(own);
    while (Date.now() - now < this.#waitMs) {
      await scheduler.wait(LOOK_EVERY_MS);
      own.seenAt = Date.now();
      this.#dropGone(own.seenAt);
      if (this.#waiting[0] !== own || !this.#fits(bytes, own.seenAt)) continue;
      this.#waiting.shift();
      return this.#hold(bytes, own.seenAt);
    }
    this.#waiting = this.#waiting.filter((other) => other !== own);
    return null;
  }

  release(hold: Hold): void {
    if (this.#holds.delete(hold)) this.#held -= hold.bytes;
  }

  #hold(bytes: number, now: number): Hold {
    const hold = { bytes, since: now, movedAt: now, lost: false };
    this.#holds.add(hold);
    this.#held += bytes;
    return hold;
  }

  #fits(bytes: number, now: number): boolean {
    if (this.#held + bytes > this.#bytes) this.#takeFromSlow(now);
    return this.#held + bytes <= this.#bytes || this.#holds.size === 0;
  }

  #takeFromSlow(now: number): void {
    for (const hold of this.#holds) {
      if (now - hold.movedAt < this.#silentMs && now - hold.since < this.#holdMs) continue;
      hold.lost = true;
      this.release(hold);
    }
  }

  #dropGone(now: number): void {
    this.#waiting = this.#waiting.filter(({ seenAt }) => now - seenAt < GONE_MS);
  }
}
