import * as z from "zod";
import { PROTOCOL_VERSION } from "../limits.ts";
import { annotationSchema } from "../model/annotation.ts";
import { documentSchema } from "../model/document.ts";
import { idSchema, seqSchema } from "../model/scalars.ts";
import { eventSchema } from "./events.ts";
import { presenceSchema } from "./presence.ts";
import { storedUpdateSchema } from "./updates.ts";
import { messageType } from "./message-type.ts";

/** What a client gets when it joins, resumes, or lives through a revert. */

export const stateMessage = z
  .object({
    type: messageType("state"),
    protocol: z.literal(PROTOCOL_VERSION).describe("The version of the wire"),
    documentId: idSchema.describe("The document"),
    connectionId: z.string().describe("This connection, as others see it in `presence`"),
    version: seqSchema.describe("The head. Each later seq comes as a message of its own"),
    contentEpoch: seqSchema.describe(
      "The seq of the last revert that changed CRDT content. 0: there was none. With `resumed: false`, replace your " +
        "CRDT content if this is not the one you had, else merge this state into it",
    ),
    snapshotVersion: seqSchema.describe("The snapshot holds the updates up to this seq. 0: no snapshot"),
    snapshotB64: z.string().nullable().describe("The CRDT snapshot in base64. null: none"),
    updates: z
      .array(storedUpdateSchema)
      .describe("The updates after the snapshot, or, on a resumed join, after `since`"),
    events: z
      .array(eventSchema)
      .describe("On a resumed join, what happened after `since` beside the updates. Else empty"),
    document: documentSchema,
    annotations: z
      .array(annotationSchema)
      .describe("On a fresh join all active annotations. On a resumed one none: `events` tells what changed"),
    presence: z
      .array(presenceSchema)
      .describe("Who is here, this connection included. Those without room follow as `presence` messages"),
    resumed: z
      .boolean()
      .describe(
        "false: replace everything you had by this state. `contentEpoch` says whether CRDT content can be merged",
      ),
    more: z.boolean().describe("true: the parts are empty here and follow as `state_page` messages"),
  })
  .meta({ id: "StateMessage", description: "The document's state, or what changed after `since`" });
export type StateMessage = z.infer<typeof stateMessage>;

const last = z.boolean().describe("true: the state is complete. No page of any part follows");

function statePageOf<P extends string, T extends z.ZodType>(part: P, item: T) {
  return z
    .object({
      type: messageType("state_page"),
      part: z.literal(part).describe("The part of the state it belongs to"),
      items: z.array(item).describe("To be appended to the part, in order"),
      last,
    })
    .meta({
      id: `StatePageOf${part.charAt(0).toUpperCase()}${part.slice(1)}`,
      description: `A piece of the state's ${part}`,
    });
}

export const statePageMessage = z
  .discriminatedUnion("part", [
    z
      .object({
        type: messageType("state_page"),
        part: z.literal("snapshot").describe("The part of the state it belongs to"),
        chunkB64: z.string().describe("Base64 of whole bytes. Decode each page, then join the bytes"),
        last,
      })
      .meta({ id: "StatePageOfSnapshot", description: "A piece of the state's snapshot" }),
    statePageOf("updates", storedUpdateSchema),
    statePageOf("events", eventSchema),
    statePageOf("annotations", annotationSchema),
  ])
  .meta({ id: "StatePageMessage", description: "A piece of a state that is too large for one message" });
export type StatePageMessage = z.infer<typeof statePageMessage>;
