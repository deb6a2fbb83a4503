import * as z from "zod";
import { BROADCAST_MAX_BYTES } from "../limits.ts";
import { utf8Length } from "../model/scalars.ts";
import { messageType } from "./message-type.ts";

/** What applications tell each other, such as a laser pointer. It has no seq and is not kept. */

export const broadcastMessage = z
  .strictObject({
    type: messageType("broadcast"),
    payload: z
      .record(z.string(), z.unknown())
      .refine((payload) => utf8Length(JSON.stringify(payload)) <= BROADCAST_MAX_BYTES, {
        error: `must be at most ${BROADCAST_MAX_BYTES} bytes of JSON`,
      })
      .describe(`Any JSON object of at most ${BROADCAST_MAX_BYTES} bytes`),
  })
  .meta({
    id: "BroadcastMessage",
    description: "Tells everyone who is in the room now. Nobody is told later, and the sender gets no answer",
  });

export const broadcastEventMessage = z
  .object({
    type: messageType("broadcast"),
    connectionId: z.string().describe("The connection that sent it"),
    actorId: z.string().describe("Who it is"),
    payload: z.record(z.string(), z.unknown()).describe("What they tell"),
  })
  .meta({ id: "BroadcastEventMessage", description: "Someone else tells something" });
export type BroadcastEvent = z.infer<typeof broadcastEventMessage>;
