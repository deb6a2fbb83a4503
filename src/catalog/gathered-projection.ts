import { type ProjectedRow, projectRows, type RefusedRow } from "./projection.ts";

/** After so long the others stop waiting for the sender: it may have been cut off, and then it never comes back. */
const TURN_MS = 2_000;
/** The most rows in one request, including those it takes along for others. */
const GATHERED_ROWS = 500;

interface Outcome {
  refused: RefusedRow[];
}

/** An object's rows, until it or another object has sent them. */
interface Waiting {
  rows: readonly ProjectedRow[];
  outcome?: Outcome | { failed: unknown };
}

/**
 * `projectRows` for the many objects of one isolate. While one request to D1 is on its way, the others' rows gather.
 * The next request, sent by one of the objects that wait, takes them all along: a request to D1 and its commit cost
 * more than rows.
 *
 * Objects share only plain data, and each polls for its outcome with a timer of its own. The runtime does not let
 * objects share what does I/O, and a promise of an object that was cut off never settles.
 *
 * Rows must be durable in their object before they are given here: another object's output gate does not hold them
 * back.
 */
export class GatheredProjection {
  #waiting: Waiting[] = [];
  /** Until then an object is sending, in ms since the epoch. */
  #takenUntil = 0;
  readonly #turnMs: number;

  constructor({ turnMs = TURN_MS } = {}) {
    this.#turnMs = turnMs;
  }

  /** As `projectRows`: returns the refused ones among `rows`, or throws `CatalogUnavailable`. */
  async project(db: D1Database, rows: readonly ProjectedRow[]): Promise<Outcome> {
    const own: Waiting = { rows };
    this.#waiting.push(own);
    // Each wait is a millisecond longer: D1 answers within a few ms nearby, within some dozens from another continent.
    for (let ms = 1; !own.outcome; ms++) {
      if (!this.#isTaken) return this.#send(db, own);
      await scheduler.wait(ms);
    }
    if ("failed" in own.outcome) throw own.outcome.failed;
    return own.outcome;
  }

  get #isTaken(): boolean {
    return Date.now() < this.#takenUntil;
  }

  async #send(db: D1Database, own: Waiting): Promise<Outcome> {
    const { rows } = own;
    const until = Date.now() + this.#turnMs;
    this.#takenUntil = until;
    // If an object took these rows along and was cut off, they don't wait here any more.
    this.#waiting = this.#waiting.filter((other) => other !== own);
    const along = this.#takeAlong(GATHERED_ROWS - rows.length);
    try {
      const outcome = await projectRows(db, [rows, ...along.map((other) => other.rows)].flat());
      for (const other of along) other.outcome = refusedAmong(other.rows, outcome);
      return refusedAmong(rows, outcome);
    } catch (error) {
      for (const other of along) other.outcome = { failed: error };
      throw error;
    } finally {
      // An object that took too long has lost its turn to another one.
      if (this.#takenUntil === until) this.#takenUntil = 0;
    }
  }

  #takeAlong(space: number): Waiting[] {
    let left = space;
    const fit = this.#waiting.findIndex(({ rows }) => (left -= rows.length) < 0);
    return this.#waiting.splice(0, fit < 0 ? Infinity : fit);
  }
}

function refusedAmong(rows: readonly ProjectedRow[], { refused }: Outcome): Outcome {
  const own = new Set(rows);
  return { refused: refused.filter(({ row }) => own.has(row)) };
}
