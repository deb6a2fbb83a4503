import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import { BROADCAST_MAX_BYTES } from "../limits.ts";
import { boundedObject } from "../model/scalars.ts";
import { messageType } from "./message-type.ts";

/** What applications tell each other, such as a laser pointer. It has no seq and is not kept. */

export const broadcastMessage = component(
  z.strictObject({
    type: messageType("broadcast"),
    payload: boundedObject(BROADCAST_MAX_BYTES),
  }),
  "BroadcastMessage",
  "Tells everyone who is in the room now. Nobody is told later, and the sender gets no answer",
);

export const broadcastEventMessage = component(
  z.object({
    type: messageType("broadcast"),
    connectionId: describe(z.string(), "The connection that sent it"),
    actorId: describe(z.string(), "Who it is"),
    payload: describe(z.record(z.string(), z.unknown()), "What they tell"),
  }),
  "BroadcastEventMessage",
  "Someone else tells something",
);
export type BroadcastEvent = z.infer<typeof broadcastEventMessage>;
