import * as z from "zod";
import { clientIdSchema, idSchema, nameSchema, querySeqSchema, seqSchema } from "../model/scalars.ts";
import { messageType } from "./message-type.ts";

/** How a client connects, and how it tells how far it has read. */

/** The query of both WebSocket routes. */
export const realtimeQuerySchema = z.strictObject({
  document_id: idSchema.optional().describe("The document. Only for /v1/realtime, where the path has none"),
  since: querySeqSchema
    .optional()
    .describe("Resume after this seq, the highest one seen. Absent: a fresh join"),
  actorId: clientIdSchema
    .optional()
    .describe("Who this is. Where there is a token, its subject takes this place"),
  actor_id: clientIdSchema.optional().describe("The same as `actorId`, written as REST writes it"),
  name: nameSchema.optional().describe("Shown to others with the presence"),
  presence: z
    .literal("hidden")
    .optional()
    .describe("Others hear neither of this connection nor of its end. For bots and recorders"),
  token: z.string().optional().describe("A token that lives 15 minutes or less, where no header can be set"),
});

export const receivedMessage = z
  .strictObject({
    type: messageType("received"),
    seq: seqSchema.describe("The highest seq that has been read"),
  })
  .meta({
    id: "ReceivedMessage",
    description: "How far this client has read. It bounds what is sent ahead of it",
  });
