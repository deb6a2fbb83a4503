import type { Result } from "../protocol/errors.ts";
import type { Entry } from "./change.ts";
import type { Performed } from "./operations/perform.ts";
import type { Connection } from "./connection.ts";
import type { Moment } from "./operations/operation.ts";

/** A change that arrives after this much quiet is committed at once: nothing else is coming. */
const QUIET_MS = 4;
/** A transaction takes this many changes at most, so that the first of them does not wait for too many others. */
const COMMIT_MAX_CHANGES = 1_000;
/** … and about this many bytes, so that one commit can't hold much memory. */
const COMMIT_MAX_BYTES = 4 * 1024 * 1024;

interface Waiting {
  run: (moment: Moment) => () => void;
  bytes: number;
}

export interface CommitterOptions {
  /** One synchronous transaction: all or nothing. */
  transact: (work: () => void) => void;
  /** Tells the room: everyone but `origin`, which gets its own answer. */
  publish: (entries: readonly Entry[], origin: Connection | null) => void;
  /** After each commit, when everything was told: frames go out, the catalog is sent what it must hear. */
  committed: () => void;
  /** A write failed: memory may be ahead of storage, so the object must go (I1). */
  abort: (reason: string) => void;
}

/**
 * Group commit: admit → persist → publish → ack. Under load, what arrives within one turn of the event loop is decided
 * and stored in one transaction, then told in order. The runtime's output gate holds everything that is sent until
 * the transaction is durable, so nothing says "done" before it is (I1).
 */
export class Committer {
  readonly #options: CommitterOptions;
  #waiting: Waiting[] = [];
  #bytes = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #lastCommitAt = 0;

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
          if (outcome.ok) this.#options.publish(outcome.value.entries, origin);
          done(outcome);
        };
      },
    });
    this.#bytes += bytes;
    const now = Date.now();
    const full = this.#waiting.length >= COMMIT_MAX_CHANGES || this.#bytes >= COMMIT_MAX_BYTES;
    if (full || (this.#timer === null && now - this.#lastCommitAt >= QUIET_MS)) this.#commit();
    else this.#timer ??= setTimeout(() => this.#commit(), 0);
  }

  /** Commits what waits, now: whoever joins then sees a state that includes it. */
  flush(): void {
    if (this.#waiting.length > 0) this.#commit();
  }

  #commit(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    const now = Date.now();
    this.#lastCommitAt = now;
    const moment: Moment = { now, newId: () => crypto.randomUUID() };
    let tell: (() => void)[] = [];
    try {
      this.#options.transact(() => {
        tell = waiting.map(({ run }) => run(moment));
      });
    } catch (error) {
      this.#options.abort(error instanceof Error ? error.message : String(error));
      throw error;
    }
    for (const each of tell) each();
    this.#options.committed();
  }
}
