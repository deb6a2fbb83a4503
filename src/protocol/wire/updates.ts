import * as z from "zod";
import { DELTA_MAX_BYTES } from "../limits.ts";
import { base64Schema } from "../model/base64.ts";
import { clientIdSchema, opIdSchema, seqSchema } from "../model/scalars.ts";
import { messageType } from "./message-type.ts";

/** CRDT updates: sent up as `update`, told to everyone else as `remote_update`. */

export const updateShape = {
  opId: opIdSchema,
  baseVersion: seqSchema.describe("The highest seq that was applied when the delta was made"),
  actorId: clientIdSchema
    .optional()
    .describe(
      "Who made it. Absent: the connection's actorId. Where there is a token, its subject takes this place",
    ),
  deltaB64: base64Schema(DELTA_MAX_BYTES, "The CRDT update"),
};
export const updateMessage = z
  .strictObject({ type: messageType("update"), ...updateShape })
  .meta({ id: "UpdateMessage", description: "One CRDT update. Answered with `ack`" });
export type UpdateMessage = z.infer<typeof updateMessage>;

const storedUpdateShape = {
  seq: seqSchema.min(1).describe("Its place in the document's order of changes"),
  deltaB64: z.string().describe("The CRDT update in base64, byte for byte as it was sent"),
  actorId: z.string().describe("Who made it"),
};
/** An update as it is kept and relayed. */
export const storedUpdateSchema = z
  .object(storedUpdateShape)
  .meta({ id: "StoredUpdate", description: "A CRDT update with its seq" });
export type StoredUpdate = z.infer<typeof storedUpdateSchema>;

export const remoteUpdateMessage = z
  .object({ type: messageType("remote_update"), ...storedUpdateShape })
  .meta({ id: "RemoteUpdateMessage", description: "Someone else's CRDT update" });
