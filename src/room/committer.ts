import type { Result } from "../protocol/errors.ts";
import type { Clock } from "./decide/command.ts";
import type { Entry } from "./entry.ts";
import type { Connection } from "./sockets/connection.ts";
import type { Outcome, Write } from "./write.ts";

/** The most writes in one transaction, so that the first of them does not wait too long for the others. */
export const COMMIT_MAX_WRITES = 2_000;
/** About the most bytes in one transaction, so that a commit can't hold much memory. */
export const COMMIT_MAX_BYTES = 4 * 1024 * 1024;
/** The pause between two steps of idle work. The isolate's other documents run meanwhile. */
const IDLE_PAUSE_MS = 5;

export interface CommitterOptions {
  /** Runs one synchronous transaction: all or nothing. */
  transact: (work: () => void) => void;
  /** Tells everyone in the room but `origin`, which gets its own answer. */
  publish: (entries: readonly Entry[], origin: Connection | null) => void;
  /** A write was committed, but telling it threw. `origin` did not get its answer; null: anyone may have missed it. */
  tellFailed: (error: unknown, origin: Connection | null) => void;
  /** Runs after each commit, when everyone was told. */
  committed: () => void;
  /** Nothing has come since the last commit: does one step of the work that can wait. Returns whether there is more. */
  idle: () => boolean;
  /** A write failed, so memory may be ahead of storage: the object must go (I1). */
  abort: (reason: string) => void;
}

/** A write that waits for its commit, or for its answer after it. */
class PendingWrite<T> {
  readonly #write: Write<T>;
  readonly #answer: (outcome: Result<Outcome<T>>) => void;
  #outcome: Result<Outcome<T>> | null = null;

  constructor(write: Write<T>, answer: (outcome: Result<Outcome<T>>) => void) {
    this.#write = write;
    this.#answer = answer;
  }

  get origin(): Connection | null {
    return this.#write.origin;
  }

  run(clock: Clock): void {
    this.#outcome = this.#write.run(clock);
  }

  publish(publish: CommitterOptions["publish"]): void {
    if (this.#outcome?.ok) publish(this.#outcome.value.entries, this.#write.origin);
  }

  answer(): void {
    if (this.#outcome) this.#answer(this.#outcome);
  }
}

/** Any of them: the committer does not look at results. */
type Pending = Pick<PendingWrite<unknown>, "origin" | "run" | "publish" | "answer">;

/**
 * Group commit: admit → persist → publish → ack. A write that comes alone is committed at once. Writes that come
 * after it and before the event loop's next turn are stored together in the next transaction, then told in order.
 * (That turn comes when the runtime is through with the commit's own writes and sends.) The runtime's output gate
 * holds back everything that is sent until the transaction is durable, so nothing says "done" before it is (I1).
 */
export class Committer {
  readonly #options: CommitterOptions;
  #pending: Pending[] = [];
  #bytes = 0;
  /** True from each commit until the event loop's next turn. */
  #gathering = false;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  /** Runs, stores and tells one write. `answer` hears its outcome, in the order of the writes. */
  write<T>(write: Write<T>, answer: (outcome: Result<Outcome<T>>) => void): void {
    if (write.alone) this.#commitPending();
    this.#pending.push(new PendingWrite(write, answer));
    this.#bytes += write.bytes;
    const full = this.#pending.length >= COMMIT_MAX_WRITES || this.#bytes >= COMMIT_MAX_BYTES;
    if (full || write.alone || !this.#gathering) this.#commit();
  }

  #commitPending(): void {
    if (this.#pending.length > 0) this.#commit();
  }

  #commit(): void {
    if (!this.#gathering) {
      this.#gather().catch(() => {
        // The failure has aborted the object already.
      });
    }
    const pending = this.#pending;
    this.#pending = [];
    this.#bytes = 0;
    const clock: Clock = { now: Date.now(), newId: () => crypto.randomUUID() };
    this.#orAbort(() => {
      this.#options.transact(() => {
        for (const each of pending) each.run(clock);
      });
    });
    for (const each of pending) this.#tell(each);
    this.#orAbort(this.#options.committed);
  }

  /** Tells everyone it concerns about a committed write, whatever goes wrong while one of them is told. */
  #tell(write: Pending): void {
    try {
      write.publish(this.#options.publish);
    } catch (error) {
      this.#options.tellFailed(error, null);
    }
    try {
      write.answer();
    } catch (error) {
      this.#options.tellFailed(error, write.origin);
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

  /** Commits what comes until the next turn. `setTimeout` would add a millisecond, for everyone in a busy room. */
  async #gather(): Promise<void> {
    this.#gathering = true;
    await scheduler.wait(0);
    this.#gathering = false;
    if (this.#pending.length > 0) this.#commit();
    else await this.#runIdleWork();
  }

  /** Goes on until nothing is left to do. A write stops it; the idle work after that write's commit takes over. */
  async #runIdleWork(): Promise<void> {
    while (!this.#gathering && this.#orAbort(this.#options.idle)) await scheduler.wait(IDLE_PAUSE_MS);
  }
}
