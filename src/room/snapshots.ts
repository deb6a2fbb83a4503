import { roleReaches } from "../protocol/model/token.ts";
import { type Result, fail, ok } from "../protocol/errors.ts";
import type { SnapshotMessage } from "../protocol/wire/up.ts";
import type { Connection } from "./sockets/connection.ts";
import { snapshotContent } from "./crdt-content.ts";
import type { Hub } from "./sockets/hub.ts";
import type { RoomStore } from "./store/room-store.ts";

/** How long a client may take to send the snapshot it was asked for. Then another client is asked. */
const ANSWER_MS = 10_000;

/** Decides when a client is asked for a snapshot, and which snapshots are accepted. */
export class Snapshots {
  readonly #store: RoomStore;
  readonly #hub: Hub;
  readonly #every: number;
  /** Who was asked last, and when. Lost in hibernation; then someone is asked again at the next update. */
  #asked: { connectionId: string; at: number } | null = null;

  constructor(store: RoomStore, hub: Hub, every: number) {
    this.#store = store;
    this.#hub = hub;
    this.#every = every;
  }

  /** After a commit: asks one client for a snapshot if too many updates have come since the last one. */
  ask(now: number): void {
    if (this.#store.tail < this.#every) return;
    if (this.#asked && now - this.#asked.at < ANSWER_MS && this.#isOpen(this.#asked.connectionId)) return;
    const connection = this.#next();
    if (!connection) return;
    this.#asked = { connectionId: connection.id, at: now };
    this.#hub.send(connection, { type: "snapshot_request", version: this.#store.head });
  }

  /** The client after the one asked last, among those that may edit. */
  #next(): Connection | undefined {
    const able = [...this.#hub.connections].filter(
      ({ access }) => access.claims === null || roleReaches(access.claims.role, "editor"),
    );
    const last = able.findIndex(({ id }) => id === this.#asked?.connectionId);
    return able[(last + 1) % able.length];
  }

  #isOpen(connectionId: string): boolean {
    return [...this.#hub.connections].some(({ id }) => id === connectionId);
  }

  /**
   * Stores a snapshot, which must hold exactly the acknowledged updates up to its version. Refuses it if its version is
   * beyond the head, not newer than the last snapshot, or from before a revert of the content. Inside a transaction.
   */
  accept({ version, snapshotB64 }: SnapshotMessage, actorId: string, now: number): Result<number> {
    const { head, content, lastCrdtRevert } = this.#store;
    if (version > head) {
      const message = `is beyond the head ${head}`;
      return fail("base_ahead", `version: ${message}`, { errors: [{ path: "version", message }] });
    }
    if (version < lastCrdtRevert) {
      return fail(
        "stale_base",
        `The content was reverted at seq ${lastCrdtRevert}, after this snapshot was made`,
      );
    }
    const last = content.snapshot ?? 0;
    if (version <= last) {
      return fail(
        "snapshot_rejected",
        `The last snapshot is of version ${last}: a new one must be of a later one`,
      );
    }
    const bytes = Uint8Array.fromBase64(snapshotB64);
    this.#store.recordSnapshot(version, bytes, actorId, now, snapshotContent(version));
    this.#asked = null;
    return ok(version);
  }
}
