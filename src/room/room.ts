import type { Config } from "../config.ts";
import type { Env } from "../env.ts";
import type { Permission } from "../protocol/model/token.ts";
import type { Access } from "./access.ts";
import { type Result, fail, ok } from "../protocol/errors.ts";
import { checkAccess, personOf } from "./access.ts";
import { Committer } from "./committer.ts";
import type { Command } from "./decide/command.ts";
import { decideCommand, performCommand } from "./decide/perform-command.ts";
import { type Entry, toEvent } from "./entry.ts";
import type { Connection } from "./sockets/connection.ts";
import { Hub } from "./sockets/hub.ts";
import { JoinQueue } from "./sockets/join-queue.ts";
import { Presence } from "./sockets/presence.ts";
import { Snapshots } from "./snapshots.ts";
import { canonicalJson, fingerprintOf } from "./store/dedupe.ts";
import { RoomStore } from "./store/room-store.ts";
import { ExportWatch } from "./sync/export-watch.ts";
import { OutboxRelay } from "./sync/outbox-relay.ts";
import { Schedule } from "./sync/schedule.ts";
import { type Outcome, type Write, WRITE_BYTES } from "./write.ts";

/** How long a REST write waits for the catalog, so that its sender finds it in lists. Then it answers all the same. */
export const PROJECTION_WAIT_MS = 500;

/** Where a command comes from. */
interface Source {
  opId?: string | undefined;
  /** The connection it came from; null: REST. */
  origin: Connection | null;
}

/** The parts of one document's room, put together: what comes in is committed, and what was committed is told. */
export class Room {
  readonly store: RoomStore;
  readonly hub: Hub;
  readonly schedule: Schedule;
  readonly outbox: OutboxRelay;
  readonly joins: JoinQueue;
  readonly presence: Presence;
  readonly snapshots: Snapshots;
  readonly exports: ExportWatch;
  readonly #storage: DurableObjectStorage;
  readonly #committer: Committer;

  constructor(context: DurableObjectState, env: Env, config: Config) {
    const { storage } = context;
    this.#storage = storage;
    this.store = new RoomStore(storage.sql);
    this.hub = new Hub({
      context,
      head: () => (this.store.exists ? this.store.head : 0),
      left: (connection) => {
        this.presence.leave(connection);
        this.joins.stateArrived(connection);
      },
    });
    this.joins = new JoinQueue(this.store, this.hub, config.JOIN_ARRIVED_MS, (connection, now) =>
      this.presence.enter(connection, now),
    );
    this.schedule = new Schedule(storage);
    this.outbox = new OutboxRelay(this.store, env.DB, storage, this.schedule);
    this.presence = new Presence(context, this.hub, this.schedule, config.PRESENCE_TIMEOUT_MS);
    this.snapshots = new Snapshots(this.store, this.hub, config.SNAPSHOT_EVERY);
    this.exports = new ExportWatch({
      store: this.store,
      db: env.DB,
      queue: env.EXPORT_QUEUE,
      schedule: this.schedule,
    });
    this.#committer = new Committer({
      transact: (work) =>
        storage.transactionSync(() => {
          if (this.store.exists) this.store.outbox.deleteAcknowledged();
          work();
          this.store.seal();
        }),
      publish: (entries, origin) => this.#publish(entries, origin),
      tellFailed: (error, origin) => (origin ? this.hub.fail(origin, error) : this.hub.failAll(error)),
      committed: () => this.#committed(),
      idle: () => this.store.exists && this.#maintain(),
      abort: (reason) => context.abort(reason),
    });
    const [connection] = this.hub.connections;
    if (connection) this.store.lineage.goOn(connection.life);
    storage.transactionSync(() => this.store.load());
    if (this.store.exists) {
      this.schedule.load();
      // A migration may have marked rows, and nobody may write for long.
      if (!this.schedule.has("outbox") && !this.store.outbox.isEmpty) this.schedule.set("outbox", Date.now());
    }
    this.joins.wake();
  }

  /** Whether `access` allows what takes `needed`, now. */
  check(access: Access, needed: Permission): Result<null> {
    if (!this.store.exists) return fail("document_not_found", "There is no such document");
    return checkAccess(access, needed, this.store.documentId, this.store.minIat, Date.now());
  }

  /** As `check`, and the document is not deleted. */
  checkActive(access: Access, needed: Permission): Result<null> {
    const checked = this.check(access, needed);
    if (!checked.ok) return checked;
    if (this.store.document.status === "deleted") return fail("document_deleted", "The document is deleted");
    return ok(null);
  }

  /**
   * The one way to change what is stored for the document: runs the write in the next transaction, tells the room, then
   * gives `answer` the outcome. Writes are answered in their order.
   */
  write<T>(write: Write<T>, answer: (outcome: Result<Outcome<T>>) => void): void {
    this.#committer.write(write, answer);
  }

  /** `write` for REST: waits for the outcome, and for a moment until the catalog has it. */
  async request<T>(write: Write<T>): Promise<Result<T>> {
    const { promise, resolve } = Promise.withResolvers<Result<Outcome<T>>>();
    this.write(write, resolve);
    const outcome = await promise;
    if (!outcome.ok) return outcome;
    const { result, seq, entries } = outcome.value;
    // CRDT updates are not projected.
    if (entries.some(({ kind }) => kind !== "update")) await this.outbox.waitFor(seq, PROJECTION_WAIT_MS);
    return ok(result);
  }

  /** A command as a write: access is checked when it runs. */
  toWrite<T>(access: Access, command: Command<T>, { opId, origin }: Source): Write<T> {
    const { type, payload, role, alone } = command;
    let fingerprint = "";
    let bytes: number;
    if (typeof payload === "string") {
      // A CRDT update: its delta, as text and as it is stored. Thousands of them may wait, and they hold little else.
      fingerprint = payload;
      bytes = 2 * payload.length;
    } else if (opId === undefined) bytes = WRITE_BYTES + JSON.stringify(payload).length;
    else {
      const text = canonicalJson(payload);
      fingerprint = fingerprintOf(type, text);
      bytes = WRITE_BYTES + text.length;
    }
    return {
      origin,
      bytes,
      alone,
      run: (clock) => {
        const checked = this.check(access, role);
        return checked.ok
          ? performCommand(this.store, command, opId, fingerprint, { ...clock, by: personOf(access) })
          : checked;
      },
    };
  }

  /** Whether the command would be refused now. Stores nothing. */
  preview<T>(access: Access, command: Command<T>, opId: string | undefined): Result<null> {
    const checked = this.check(access, command.role);
    if (!checked.ok) return checked;
    const fingerprint = fingerprintOf(command.type, canonicalJson(command.payload));
    const occasion = { now: Date.now(), newId: () => crypto.randomUUID(), by: personOf(access) };
    const decided = decideCommand(this.store, command, opId, fingerprint, occasion);
    return decided.ok ? ok(null) : decided;
  }

  /** Does one step of the work that can wait. Returns whether there is more. */
  #maintain(): boolean {
    if (this.store.dedupe.prepare()) return true;
    if (this.store.needsMaintenance) this.#storage.transactionSync(() => this.store.maintain(1));
    return this.store.needsMaintenance;
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

  /** After a revert everyone starts over from the state. */
  #reset(seq: number, crdtChanged: boolean): void {
    this.hub.broadcast({ type: "reset", seq, crdtChanged });
    for (const connection of this.hub.connections) this.joins.enqueue(connection, null);
  }

  #committed(): void {
    if (this.store.exists) {
      const now = Date.now();
      if (this.store.outbox.hasPending) this.outbox.start(now);
      this.snapshots.ask(now);
    }
    this.hub.endEvent();
  }
}
