import type { Config } from "../config.ts";
import type { Env } from "../env.ts";
import type { Role } from "../protocol/model/token.ts";
import type { Access } from "./access.ts";
import { type Result, fail, ok } from "../protocol/errors.ts";
import { checkAccess } from "./access.ts";
import { type Entry, toEvent } from "./change.ts";
import { Committer } from "./committer.ts";
import type { Connection } from "./sockets/connection.ts";
import { ExportWatch } from "./sync/export-watch.ts";
import { Hub } from "./sockets/hub.ts";
import { JoinQueue } from "./sockets/join-queue.ts";
import type { Moment, Operation } from "./decide/operation.ts";
import { type Performed, perform } from "./decide/perform.ts";
import { Outbox } from "./sync/outbox.ts";
import { Presence } from "./sockets/presence.ts";
import { Schedule } from "./sync/schedule.ts";
import { Snapshots } from "./snapshots.ts";
import { RoomStore } from "./store/room-store.ts";

/** A REST write waits so long for the catalog, so that its sender finds it in lists; then it answers all the same. */
export const PROJECTION_WAIT_MS = 500;

/** About what a change holds while it waits, beside its content. */
const CHANGE_BYTES = 2_000;

/** How a change is committed. */
interface WriteTerms {
  opId?: string | undefined;
  /** The connection it came from; null: REST. */
  origin: Connection | null;
  /** In a transaction of its own: everyone is sent the state after it, which must not hold anything later. */
  alone?: boolean;
}

/** The parts of one document's room, put together: what comes in is committed, and what was committed is told. */
export class Room {
  readonly store: RoomStore;
  readonly hub: Hub;
  readonly schedule: Schedule;
  readonly outbox: Outbox;
  readonly joins: JoinQueue;
  readonly presence: Presence;
  readonly snapshots: Snapshots;
  readonly exports: ExportWatch;
  readonly committer: Committer;
  readonly #storage: DurableObjectStorage;

  constructor(context: DurableObjectState, env: Env, config: Config) {
    const { storage } = context;
    this.#storage = storage;
    this.store = new RoomStore(storage.sql);
    this.hub = new Hub({
      context,
      head: () => (this.store.exists ? this.store.head : 0),
      left: (connection) => {
        this.presence.leave(connection);
        this.joins.settled(connection);
      },
    });
    this.joins = new JoinQueue(this.store, this.hub, config.JOIN_ARRIVED_MS, (connection, now) =>
      this.presence.enter(connection, now),
    );
    this.schedule = new Schedule(storage);
    this.outbox = new Outbox(this.store, env.DB, storage, this.schedule);
    this.presence = new Presence(context, this.hub, this.schedule, config.PRESENCE_TIMEOUT_MS);
    this.snapshots = new Snapshots(this.store, this.hub, config.SNAPSHOT_EVERY);
    this.exports = new ExportWatch({
      store: this.store,
      db: env.DB,
      queue: env.EXPORT_QUEUE,
      schedule: this.schedule,
    });
    this.committer = new Committer({
      transact: (work) =>
        storage.transactionSync(() => {
          if (this.store.exists) this.store.outbox.dropSettled();
          work();
          this.store.seal();
        }),
      publish: (entries, origin) => this.#publish(entries, origin),
      untold: (error, origin) => (origin ? this.hub.fail(origin, error) : this.hub.failAll(error)),
      committed: () => this.#committed(),
      rested: () => this.store.exists && this.#tidy(),
      abort: (reason) => context.abort(reason),
    });
    storage.transactionSync(() => this.store.load());
    if (this.store.exists) {
      this.schedule.load();
      // A migration may have marked rows, and nobody may write for long.
      if (!this.schedule.has("outbox") && !this.store.outbox.isEmpty) this.schedule.set("outbox", Date.now());
    }
    // Those that were waiting for their state when the object went to sleep.
    for (const connection of this.hub.connections) {
      if (connection.joining) this.joins.enqueue(connection, connection.joining.since);
    }
  }

  /** Whether who asks may do what takes `role` now. An unknown document is `document_not_found` for everyone let in. */
  check(access: Access, role: Role): Result<null> {
    if (!this.store.exists) return fail("document_not_found", "There is no such document");
    return checkAccess(access, role, this.store.documentId, this.store.minIat, Date.now());
  }

  /** As `check`, and the document is not deleted. */
  checkActive(access: Access, role: Role): Result<null> {
    const checked = this.check(access, role);
    if (!checked.ok) return checked;
    if (this.store.document.status === "deleted") return fail("document_deleted", "The document is deleted");
    return ok(null);
  }

  /** Commits one operation; `done` hears what it came to, in the order of the changes. */
  submit<T>(
    access: Access,
    operation: Operation<T>,
    terms: WriteTerms,
    done: (outcome: Result<Performed<T>>) => void,
  ): void {
    const work = (moment: Moment): Result<Performed<T>> => {
      const checked = this.check(access, operation.role);
      return checked.ok ? perform(this.store, operation, terms.opId, moment) : checked;
    };
    if (terms.alone) this.committer.flush();
    this.committer.submit(work, done, terms.origin, sizeOf(operation));
    if (terms.alone) this.committer.flush();
  }

  /** Commits what REST asks for, and waits a moment until the catalog has it. */
  async write<T>(
    access: Access,
    operation: Operation<T>,
    opId: string | undefined,
    { alone = false } = {},
  ): Promise<Result<Performed<T>>> {
    const { promise, resolve } = Promise.withResolvers<Result<Performed<T>>>();
    this.submit(access, operation, { opId, origin: null, alone }, resolve);
    return this.#projected(await promise);
  }

  /** As `write`, for more than one operation; `work` checks access by itself. `bytes`: about what it holds. */
  async commit<T>(
    work: (moment: Moment) => Result<Performed<T>>,
    bytes = CHANGE_BYTES,
  ): Promise<Result<Performed<T>>> {
    const { promise, resolve } = Promise.withResolvers<Result<Performed<T>>>();
    this.committer.submit(work, resolve, null, bytes);
    return this.#projected(await promise);
  }

  async #projected<T>(outcome: Result<Performed<T>>): Promise<Result<Performed<T>>> {
    // CRDT updates are not projected.
    if (outcome.ok && outcome.value.entries.some(({ kind }) => kind !== "update")) {
      await this.outbox.settled(outcome.value.seq, PROJECTION_WAIT_MS);
    }
    return outcome;
  }

  /** One synchronous transaction beside the order of changes: notes that take no seq. */
  transact<T>(work: () => T): T {
    return this.#storage.transactionSync(work);
  }

  /** A bit of work that can wait; answers whether there is more. */
  #tidy(): boolean {
    if (this.store.operations.prepare()) return true;
    if (this.store.isUntidy) this.transact(() => this.store.tidy(1));
    return this.store.isUntidy;
  }

  #publish(entries: readonly Entry[], origin: Connection | null): void {
    for (const entry of entries) {
      if (entry.kind === "update") {
        const { seq, deltaB64, actorId } = entry;
        this.hub.broadcast({ type: "remote_update", seq, deltaB64, actorId }, origin);
        continue;
      }
      this.hub.broadcast(toEvent(entry), origin);
      if (entry.kind === "revert") this.#reset(entry.seq, entry.crdtChanged);
      if (entry.kind === "document" && entry.document.status === "deleted") {
        this.hub.closeAll("document_deleted", "The document was deleted");
      }
    }
  }

  /** Everyone starts over from the state after a revert. */
  #reset(seq: number, crdtChanged: boolean): void {
    this.hub.broadcast({ type: "reset", seq, crdtChanged });
    this.hub.flush();
    for (const connection of this.hub.connections) this.joins.enqueue(connection, null);
  }

  #committed(): void {
    const now = Date.now();
    if (this.store.exists) {
      if (this.store.outbox.hasFresh) this.outbox.kick(now);
      this.snapshots.ask(now);
    }
    this.hub.flush();
  }
}

/** About how much memory an operation holds while it waits. */
function sizeOf({ payload }: Operation<unknown>): number {
  // Of an update: its delta, as text and as it is stored. There may be thousands of them, and they hold little else.
  if (typeof payload === "string") return 2 * payload.length;
  return CHANGE_BYTES + JSON.stringify(payload).length;
}
