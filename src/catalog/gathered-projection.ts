import { type ProjectedRow, projectRows, type RefusedRow } from "./projection.ts";

/** After so long nobody counts on the one who sends: it may have been cut off, and then it never comes back. */
const TURN_MS = 2_000;
/** Rows of all that wait which one request takes along. */
const GATHERED_ROWS = 500;

interface Outcome {
  refused: RefusedRow[];
}

/** Somebody's rows, until another one has sent them with its own. */
interface Waiting {
  rows: readonly ProjectedRow[];
  outcome?: Outcome | { failed: unknown };
}

/**
 * `projectRows` for the many objects of one isolate: while one request to D1 is on its way the rows of the others gather, and the
 * next request, sent by one of those that wait, takes all of them. A request to D1 and its commit cost more than their rows.
 *
 * Only plain data goes from object to object, and who waits looks for its outcome by a timer of its own: the runtime forbids
 * objects to share what does I/O, and a promise of an object that was cut off never settles.
 * Rows must be durable where they come from before they are given here: another object's output gate would not hold them back.
 */
export class GatheredProjection {
  #waiting: Waiting[] = [];
  /** Until then somebody has the turn, in ms since the epoch. */
  #takenUntil = 0;
  readonly #turnMs: number;

  constructor({ turnMs = TURN_MS } = {}) {
    this.#turnMs = turnMs;
  }

  /** As `projectRows`: the refused ones among `rows`, or `CatalogUnavailable`. */
  async project(db: D1Database, rows: readonly ProjectedRow[]): Promise<Outcome> {
    const own: Waiting = { rows };
    this.#waiting.push(own);
    // Each wait is a ms longer than the one before: D1 answers within a few here, within a few dozen from another continent.
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
    // Where the one who took these rows along was cut off, they are not among the waiting any more.
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
      // Who took too long has lost it to another one already.
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
