import type { Result } from "../protocol/errors.ts";
import type { Entry } from "./change.ts";
import type { Performed } from "./decide/perform.ts";
import type { Connection } from "./sockets/connection.ts";
import type { Moment } from "./decide/operation.ts";

/** A transaction takes this many changes at most, so that the first of them does not wait for too many others. */
export const COMMIT_MAX_CHANGES = 2_000;
/** … and about this many bytes, so that one commit can't hold much memory. */
export const COMMIT_MAX_BYTES = 4 * 1024 * 1024;
/** Between two bits of work at rest: the isolate's other documents use the machine meanwhile. */
const REST_PAUSE_MS = 5;

interface Waiting {
  run: (moment: Moment) => () => void;
  bytes: number;
}

export interface CommitterOptions {
  /** One synchronous transaction: all or nothing. */
  transact: (work: () => void) => void;
  /** Tells the room: everyone but `origin`, which gets its own answer. */
  publish: (entries: readonly Entry[], origin: Connection | null) => void;
  /** A change was committed, but telling it threw. `origin` did not get its answer; null: anyone may have missed it. */
  untold: (error: unknown, origin: Connection | null) => void;
  /** After each commit, when everything was told: frames go out, the catalog is sent what it must hear. */
  committed: () => void;
  /** Nothing has come since the last commit: a moment for a bit of work that can wait. Answers whether there is more of it. */
  rested: () => boolean;
  /** A write failed: memory may be ahead of storage, so the object must go (I1). */
  abort: (reason: string) => void;
}

/**
 * Group commit: admit → persist → publish → ack. A change that comes alone is committed at once. What arrives before the
 * runtime has got through that commit's work (the event loop's next turn comes after the writes and the sends) is decided and
 * stored together in the next transaction, then told in order. The runtime's output gate holds everything that is sent
 * until the transaction is durable, so nothing says "done" before it is (I1).
 */
export class Committer {
  readonly #options: CommitterOptions;
  #waiting: Waiting[] = [];
  #bytes = 0;
  /** From each commit on, for a turn of the event loop. */
  #gathering = false;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  /**
   * Decides, stores and tells one change; `done` hears what it came to, in the order of the changes.
   * @param origin the connection it came from, which gets no broadcast of it
   * @param bytes about how much memory it holds
   */
  submit<T>(
    work: (moment: Moment) => Result<Performed<T>>,
    done: (outcome: Result<Performed<T>>) => void,
    origin: Connection | null,
    bytes: number,
  ): void {
    this.#waiting.push({
      bytes,
      run: (moment) => {
        const outcome = work(moment);
        return () => {
          this.#tell(null, () => outcome.ok && this.#options.publish(outcome.value.entries, origin));
          this.#tell(origin, () => done(outcome));
        };
      },
    });
    this.#bytes += bytes;
    const full = this.#waiting.length >= COMMIT_MAX_CHANGES || this.#bytes >= COMMIT_MAX_BYTES;
    if (full || !this.#gathering) this.#commit();
  }

  /** Commits what waits, now: whoever joins then sees a state that includes it. */
  flush(): void {
    if (this.#waiting.length > 0) this.#commit();
  }

  #commit(): void {
    if (!this.#gathering) {
      this.#gather().catch(() => {
        // The object has been aborted for it.
      });
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    const moment: Moment = { now: Date.now(), newId: () => crypto.randomUUID() };
    let tell: (() => void)[] = [];
    this.#orAbort(() => {
      this.#options.transact(() => {
        tell = waiting.map(({ run }) => run(moment));
      });
    });
    for (const each of tell) each();
    this.#orAbort(() => this.#options.committed());
  }

  /** What was committed is told to everyone it concerns, whatever happens while one of them is told. */
  #tell(origin: Connection | null, work: () => unknown): void {
    try {
      work();
    } catch (error) {
      this.#options.untold(error, origin);
    }
  }

  /** For what writes to storage. */
  #orAbort<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#options.abort(error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  /** Commits what comes meanwhile. `setTimeout` would take a millisecond more: at 1,000 changes a second everyone would wait for it. */
  async #gather(): Promise<void> {
    this.#gathering = true;
    await scheduler.wait(0);
    this.#gathering = false;
    if (this.#waiting.length > 0) this.#commit();
    else await this.#rest();
  }

  /** Until all is done, or a change comes: its own rest goes on with it. */
  async #rest(): Promise<void> {
    while (!this.#gathering && this.#orAbort(this.#options.rested)) await scheduler.wait(REST_PAUSE_MS);
  }
}
