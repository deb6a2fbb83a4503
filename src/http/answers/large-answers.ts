/** Pieces (about 1 MiB) of large answers that one isolate makes at once: between them come other requests. */
export const LARGE_PIECES_AT_ONCE = 2;
/** Large answers that one isolate has open: each may hold a piece of 1 MiB, in an isolate of 128 MB. */
export const LARGE_ANSWERS_MAX = 24;

interface LargeAnswersOptions {
  /** What does not come back in this time never will: promises of a request that was cut off don't settle. */
  turnMaxMs?: number;
  /** Whoever waits for a turn looks at the clock so often. */
  lookEveryMs?: number;
  /** A reader that has taken nothing for so long has to leave its place to another one. */
  stalledMs?: number;
}

/** A large answer on its way. */
export interface Place {
  /** When it last took a piece, ms since the epoch. */
  at: number;
}

/**
 * What the large answers of one isolate share. A piece of an answer is made in turn, a few at once, so that other requests come
 * between them; and no more answers are open than the memory bears, each with a piece that its reader has not taken yet.
 */
export class LargeAnswers {
  readonly #options: Required<LargeAnswersOptions>;
  /** When each turn that was taken is over at the latest. */
  readonly #turns = new Set<{ until: number }>();
  readonly #places = new Set<Place>();
  /** Wakes those who wait for a turn, the first one first. */
  readonly #waiting: (() => void)[] = [];

  constructor({ turnMaxMs = 10_000, lookEveryMs = 1_000, stalledMs = 30_000 }: LargeAnswersOptions = {}) {
    this.#options = { turnMaxMs, lookEveryMs, stalledMs };
  }

  /** Does a piece of work in its turn: first come, first served, about. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = await this.#takeTurn();
    try {
      return await work();
    } finally {
      this.#turns.delete(turn);
      // Of two, in case the request of the first one was cut off.
      for (const wake of this.#waiting.splice(0, 2)) wake();
    }
  }

  async #takeTurn(): Promise<{ until: number }> {
    for (let place = this.#waiting.length; !this.#hasTurn();) {
      // A promise of its own: the runtime drops the promises of a request that is over.
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.splice(place, 0, resolve);
      await Promise.race([promise, scheduler.wait(this.#options.lookEveryMs)]);
      // Whoever was woken and finds no turn has its place at the head again.
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

  /** A place for one more answer, to be given back; null: there are too many. */
  enter(): Place | null {
    const now = Date.now();
    for (const place of this.#places)
      if (now - place.at >= this.#options.stalledMs) this.#places.delete(place);
    if (this.#places.size >= LARGE_ANSWERS_MAX) return null;
    const place = { at: now };
    this.#places.add(place);
    return place;
  }

  /** false: its reader has stalled, and the place was given to another one. */
  goOn(place: Place): boolean {
    place.at = Date.now();
    return this.#places.has(place);
  }

  leave(place: Place): void {
    this.#places.delete(place);
  }
}
