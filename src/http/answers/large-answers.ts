/** Pieces (about 1 MiB) of large answers that one isolate makes at once: between them come other requests. */
export const LARGE_PIECES_AT_ONCE = 2;
/** Large answers that one isolate has open: each may hold a piece of 1 MiB, in an isolate of 128 MB. */
export const LARGE_ANSWERS_MAX = 24;

interface LargeAnswersOptions {
  /** A piece of work that takes longer will never end: the promises of a request that was cut off don't settle. */
  turnMaxMs?: number;
  /** How often a request that waits for a turn checks the clock. */
  lookEveryMs?: number;
  /** A reader that takes nothing for this long loses its place. */
  stalledMs?: number;
}

/** A large answer that is being sent. */
export interface Place {
  /** When it last took a piece, ms since the epoch. */
  at: number;
}

/**
 * Limits the large answers of one isolate. Only a few pieces are made at once, in turn, so that other requests get
 * through. And only so many answers are open as fit into memory, each with one piece that its reader has not taken yet.
 */
export class LargeAnswers {
  readonly #options: Required<LargeAnswersOptions>;
  /** The deadline of each turn that is taken. */
  readonly #turns = new Set<{ until: number }>();
  readonly #places = new Set<Place>();
  /** Wake the waiting requests, the oldest first. */
  readonly #waiting: (() => void)[] = [];

  constructor({ turnMaxMs = 10_000, lookEveryMs = 1_000, stalledMs = 30_000 }: LargeAnswersOptions = {}) {
    this.#options = { turnMaxMs, lookEveryMs, stalledMs };
  }

  /** Does a piece of work in its turn, roughly first come, first served. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = await this.#takeTurn();
    try {
      return await work();
    } finally {
      this.#turns.delete(turn);
      // Wakes two, in case the first one's request was cut off.
      for (const wake of this.#waiting.splice(0, 2)) wake();
    }
  }

  async #takeTurn(): Promise<{ until: number }> {
    for (let place = this.#waiting.length; !this.#hasTurn();) {
      // Each request waits on a promise of its own: the runtime drops the promises of a request that is over.
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.splice(place, 0, resolve);
      await Promise.race([promise, scheduler.wait(this.#options.lookEveryMs)]);
      // A request that was woken and found no turn waits at the head again.
      place = Math.max(0, this.#waiting.indexOf(resolve));
      if (this.#waiting[place] === resolve) this.#waiting.splice(place, 1);
    }
    const turn = { until: Date.now() + this.#options.turnMaxMs };
    this.#turns.add(turn);
    return turn;
  }

  #hasTurn(): boolean {
    const now = Date.now();
    for (const turn of this.#turns) if (turn.until <= now) this.#turns.delete(turn);
    return this.#turns.size < LARGE_PIECES_AT_ONCE;
  }

  /** Takes a place for one more answer; give it back with `leave`. null: there are too many. */
  enter(): Place | null {
    const now = Date.now();
    for (const place of this.#places)
      if (now - place.at >= this.#options.stalledMs) this.#places.delete(place);
    if (this.#places.size >= LARGE_ANSWERS_MAX) return null;
    const place = { at: now };
    this.#places.add(place);
    return place;
  }

  /** Returns false if the reader stalled, and another answer has its place. */
  goOn(place: Place): boolean {
    place.at = Date.now();
    return this.#places.has(place);
  }

  leave(place: Place): void {
    this.#places.delete(place);
  }
}
