import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import { SNAPSHOT_MAX_BYTES } from "../limits.ts";
import { base64Schema } from "../model/base64.ts";
import { seqSchema } from "../model/scalars.ts";
import { messageType } from "./message-type.ts";

/** Snapshots of the CRDT content keep joins short: the server asks, one client sends. */

export const snapshotMessage = component(
  z.strictObject({
    type: messageType("snapshot"),
    version: describe(seqSchema.check(z.minimum(1)), "The seq of the last update that the snapshot holds"),
    snapshotB64: base64Schema(SNAPSHOT_MAX_BYTES, "The snapshot"),
  }),
  "SnapshotMessage",
  "A CRDT snapshot. It holds exactly the acknowledged updates up to `version`, and none that are only local. " +
    "Answered with `snapshot_ack`",
);
export type SnapshotMessage = z.infer<typeof snapshotMessage>;

export const snapshotRequestMessage = component(
  z.object({
    type: messageType("snapshot_request"),
    version: describe(seqSchema, "The snapshot must hold at least the updates up to this seq"),
  }),
  "SnapshotRequestMessage",
  "Please send a `snapshot` at this version or a later one",
);

export const snapshotAckMessage = component(
  z.object({
    type: messageType("snapshot_ack"),
    version: describe(seqSchema, "The version of the snapshot that was taken"),
  }),
  "SnapshotAckMessage",
  "The snapshot is stored",
);
