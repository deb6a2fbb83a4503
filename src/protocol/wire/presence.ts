import * as z from "zod";
import { PRESENCE_MAX_BYTES } from "../limits.ts";
import { utf8Length } from "../model/scalars.ts";
import { messageType } from "./message-type.ts";

/** Who is here and what they show of themselves: a cursor, a selection. It has no seq and is not kept. */

export const presenceMessage = z
  .strictObject({
    type: messageType("presence"),
    state: z
      .record(z.string(), z.unknown())
      .refine((state) => utf8Length(JSON.stringify(state)) <= PRESENCE_MAX_BYTES, {
        error: `must be at most ${PRESENCE_MAX_BYTES} bytes of JSON`,
      })
      .describe(`Any JSON object of at most ${PRESENCE_MAX_BYTES} bytes`),
  })
  .meta({
    id: "PresenceMessage",
    description: "What this connection shows of itself from now on. Until the first one it shows `{}`",
  });

const presenceShape = {
  connectionId: z.string().describe("The connection. One person may have several"),
  actorId: z.string().describe("Who it is"),
  name: z.string().nullable().describe("Their name, for people to read. null: not given"),
  state: z.record(z.string(), z.unknown()).describe("What they show of themselves"),
};
/** A connection that is present. */
export const presenceSchema = z
  .object(presenceShape)
  .meta({ id: "PresenceEntry", description: "A connection that is present" });
export type PresenceEntry = z.infer<typeof presenceSchema>;

export const presenceEventMessage = z
  .object({
    type: messageType("presence"),
    ...presenceShape,
    event: z
      .enum(["join", "update", "leave"])
      .describe("`join`: they came. `update`: they show something else. `leave`: they are gone"),
    reason: z
      .literal("idle")
      .optional()
      .describe("Of a `leave`: nothing was heard for a while. The connection may still be open"),
  })
  .meta({
    id: "PresenceEventMessage",
    description: "Someone else came, shows something else, or is gone",
  });
export type PresenceEvent = z.infer<typeof presenceEventMessage>;
