import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import { PRESENCE_MAX_BYTES } from "../limits.ts";
import { boundedObject } from "../model/scalars.ts";
import { messageType } from "./message-type.ts";

/** Who is here and what they show of themselves: a cursor, a selection. It has no seq and is not kept. */

export const presenceMessage = component(
  z.strictObject({
    type: messageType("presence"),
    state: boundedObject(PRESENCE_MAX_BYTES),
  }),
  "PresenceMessage",
  "What this connection shows of itself from now on. Until the first one it shows `{}`",
);

const presenceRoleSchema = z.enum(["viewer", "commenter", "editor"]);
export type PresenceRole = z.infer<typeof presenceRoleSchema>;

const presenceShape = {
  connectionId: describe(z.string(), "The connection. One person may have several"),
  actorId: describe(z.string(), "Who it is"),
  name: describe(z.nullable(z.string()), "Their name, for people to read. null: not given"),
  role: describe(
    z.optional(presenceRoleSchema),
    "What they may do here: look, comment as well, or edit. Absent: the service has no tokens, and all may do all",
  ),
  state: describe(z.record(z.string(), z.unknown()), "What they show of themselves"),
};
/** A connection that is present. */
export const presenceSchema = component(
  z.object(presenceShape),
  "PresenceEntry",
  "A connection that is present",
);
export type PresenceEntry = z.infer<typeof presenceSchema>;

export const presenceEventMessage = component(
  z.object({
    type: messageType("presence"),
    ...presenceShape,
    event: describe(
      z.enum(["join", "update", "leave"]),
      "`join`: they came. `update`: they show something else. `leave`: they are gone",
    ),
    reason: describe(
      z.optional(z.literal("idle")),
      "Of a `leave`: nothing was heard for a while. The connection may still be open",
    ),
  }),
  "PresenceEventMessage",
  "Someone else came, shows something else, or is gone",
);
export type PresenceEvent = z.infer<typeof presenceEventMessage>;
