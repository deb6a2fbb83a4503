import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import { clientIdSchema, idSchema, nameSchema, querySeqSchema, seqSchema } from "../model/scalars.ts";
import { messageType } from "./message-type.ts";

/** How a client connects, and how it tells how far it has read. */

/** The query of both WebSocket routes. */
export const realtimeQuerySchema = z.strictObject({
  document_id: describe(z.optional(idSchema), "The document. Only for /v1/realtime, where the path has none"),
  since: describe(
    z.optional(querySeqSchema),
    "Resume after this seq, the highest one seen. Absent: a fresh join",
  ),
  actorId: describe(
    z.optional(clientIdSchema),
    "Who this is. Where there is a token, its subject takes this place",
  ),
  actor_id: describe(z.optional(clientIdSchema), "The same as `actorId`, written as REST writes it"),
  name: describe(z.optional(nameSchema), "Shown to others with the presence"),
  presence: describe(
    z.optional(z.literal("hidden")),
    "Others hear neither of this connection nor of its end. For bots and recorders",
  ),
  token: describe(
    z.optional(z.string()),
    "A token that lives 15 minutes or less, where no header can be set",
  ),
});

export const receivedMessage = component(
  z.strictObject({
    type: messageType("received"),
    seq: describe(seqSchema, "The highest seq that has been read"),
  }),
  "ReceivedMessage",
  "How far this client has read. It bounds what is sent ahead of it",
);
