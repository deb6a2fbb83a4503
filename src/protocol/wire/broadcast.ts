import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import { BROADCAST_MAX_BYTES } from "../limits.ts";
import { utf8Length } from "../model/scalars.ts";
import { messageType } from "./message-type.ts";

/** What applications tell each other, such as a laser pointer. It has no seq and is not kept. */

export const broadcastMessage = component(
  z.strictObject({
    type: messageType("broadcast"),
    payload: describe(
      z.record(z.string(), z.unknown()).check(
        z.refine((payload) => utf8Length(JSON.stringify(payload)) <= BROADCAST_MAX_BYTES, {
          error: `must be at most ${BROADCAST_MAX_BYTES} bytes of JSON`,
        }),
      ),
      `Any JSON object of at most ${BROADCAST_MAX_BYTES} bytes`,
    ),
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
