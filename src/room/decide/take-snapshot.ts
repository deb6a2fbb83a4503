import { ok } from "../../protocol/errors.ts";
import { decodedLength } from "../../protocol/model/base64.ts";
import type { SnapshotMessage } from "../../protocol/wire/up.ts";
import type { Room } from "../room.ts";
import type { Connection } from "../sockets/connection.ts";
import type { Write } from "../write.ts";

/** A snapshot from a client. It takes no seq of its own. */
export function takeSnapshot(
  room: Pick<Room, "checkActive" | "snapshots">,
  connection: Connection,
  message: SnapshotMessage,
): Write<number> {
  const { snapshotB64 } = message;
  const actorId = connection.access.claims?.sub ?? connection.actorId;
  return {
    origin: connection,
    bytes: decodedLength(snapshotB64) + snapshotB64.length,
    run({ now }) {
      const checked = room.checkActive(connection.access, "editor");
      if (!checked.ok) return checked;
      const version = room.snapshots.accept(message, actorId, now);
      if (!version.ok) return version;
      return ok({ result: version.value, seq: version.value, duplicate: false, entries: [] });
    },
  };
}
