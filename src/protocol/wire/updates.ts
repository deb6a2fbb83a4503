import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import { DELTA_MAX_BYTES } from "../limits.ts";
import { base64Schema } from "../model/base64.ts";
import { clientIdSchema, opIdSchema, seqSchema } from "../model/scalars.ts";
import { messageType } from "./message-type.ts";

/** CRDT updates: sent up as `update`, told to everyone else as `remote_update`. */

export const updateShape = {
  opId: opIdSchema,
  baseVersion: describe(seqSchema, "The highest seq that was applied when the delta was made"),
  actorId: describe(
    z.optional(clientIdSchema),
    "Who made it. Absent: the connection's actorId. Where there is a token, its subject takes this place",
  ),
  deltaB64: base64Schema(DELTA_MAX_BYTES, "The CRDT update"),
};
export const updateMessage = component(
  z.strictObject({ type: messageType("update"), ...updateShape }),
  "UpdateMessage",
  "One CRDT update. Answered with `ack`",
);
export type UpdateMessage = z.infer<typeof updateMessage>;

const storedUpdateShape = {
  seq: describe(seqSchema.check(z.minimum(1)), "Its place in the document's order of changes"),
  deltaB64: describe(z.string(), "The CRDT update in base64, byte for byte as it was sent"),
  actorId: describe(z.string(), "Who made it"),
};
/** An update as it is kept and relayed. */
export const storedUpdateSchema = component(
  z.object(storedUpdateShape),
  "StoredUpdate",
  "A CRDT update with its seq",
);
export type StoredUpdate = z.infer<typeof storedUpdateSchema>;

export const remoteUpdateMessage = component(
  z.object({ type: messageType("remote_update"), ...storedUpdateShape }),
  "RemoteUpdateMessage",
  "Someone else's CRDT update",
);
