import * as z from "zod";
import { SNAPSHOT_MAX_BYTES } from "../limits.ts";
import { base64Schema } from "../model/base64.ts";
import { seqSchema } from "../model/scalars.ts";
import { messageType } from "./message-type.ts";

/** Snapshots of the CRDT content keep joins short: the server asks, one client sends. */

export const snapshotMessage = z
  .strictObject({
    type: messageType("snapshot"),
    version: seqSchema.min(1).describe("The seq of the last update that the snapshot holds"),
    snapshotB64: base64Schema(SNAPSHOT_MAX_BYTES, "The snapshot"),
  })
  .meta({
    id: "SnapshotMessage",
    description:
      "A CRDT snapshot. It holds exactly the acknowledged updates up to `version`, and none that are only local. " +
      "Answered with `snapshot_ack`",
  });
export type SnapshotMessage = z.infer<typeof snapshotMessage>;

export const snapshotRequestMessage = z
  .object({
    type: messageType("snapshot_request"),
    version: seqSchema.describe("The snapshot must hold at least the updates up to this seq"),
  })
  .meta({
    id: "SnapshotRequestMessage",
    description: "Please send a `snapshot` at this version or a later one",
  });

export const snapshotAckMessage = z
  .object({
    type: messageType("snapshot_ack"),
    version: seqSchema.describe("The version of the snapshot that was taken"),
  })
  .meta({ id: "SnapshotAckMessage", description: "The snapshot is stored" });
