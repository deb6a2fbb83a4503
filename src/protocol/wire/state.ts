import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import { PROTOCOL_VERSION } from "../limits.ts";
import { annotationSchema } from "../model/annotation.ts";
import { commentSchema } from "../model/comment.ts";
import { documentSchema } from "../model/document.ts";
import { labelSetSchema } from "../model/label-set.ts";
import { idSchema, lineageSchema, seqSchema } from "../model/scalars.ts";
import { eventSchema } from "./events.ts";
import { presenceSchema } from "./presence.ts";
import { storedUpdateSchema } from "./updates.ts";
import { messageType } from "./message-type.ts";

/** What a client gets when it joins, resumes, or lives through a revert. */

export const stateMessage = component(
  z.object({
    type: messageType("state"),
    protocol: describe(z.literal(PROTOCOL_VERSION), "The version of the wire"),
    documentId: describe(idSchema, "The document"),
    connectionId: describe(z.string(), "This connection, as others see it in `presence`"),
    version: describe(seqSchema, "The head. Each later seq comes as a message of its own"),
    lineage: describe(
      lineageSchema,
      "The history that `version` and what comes after it belong to. Send it back together with `since`",
    ),
    contentEpoch: describe(
      seqSchema,
      "The seq of the last revert that changed CRDT content. 0: there was none. With `resumed: false`, replace your " +
        "CRDT content if this is not the one you had, or if `diverged` is true. Else merge this state into it",
    ),
    snapshotVersion: describe(seqSchema, "The snapshot holds the updates up to this seq. 0: no snapshot"),
    snapshotB64: describe(z.nullable(z.string()), "The CRDT snapshot in base64. null: none"),
    updates: describe(
      z.array(storedUpdateSchema),
      "The updates after the snapshot, or, on a resumed join, after `since`",
    ),
    events: describe(
      z.array(eventSchema),
      "On a resumed join, what happened after `since` beside the updates. Else empty",
    ),
    document: documentSchema,
    labels: labelSetSchema,
    annotations: describe(
      z.array(annotationSchema),
      "On a fresh join all active annotations. On a resumed one none: `events` tells what changed",
    ),
    comments: describe(
      z.array(commentSchema),
      "On a fresh join all active comments, those on deleted annotations included, and deleted ones that start a " +
        "thread. On a resumed join none",
    ),
    presence: describe(
      z.array(presenceSchema),
      "Who is here, this connection included. Those without room follow as `presence` messages",
    ),
    resumed: describe(
      z.boolean(),
      "false: replace everything you had by this state. `contentEpoch` says whether CRDT content can be merged",
    ),
    diverged: describe(
      z.boolean(),
      "true: the service was given an older state, from before your `since`. What came after that is lost here, even " +
        "where it was acknowledged",
    ),
    more: describe(z.boolean(), "true: the parts are empty here and follow as `state_page` messages"),
  }),
  "StateMessage",
  "The document's state, or what changed after `since`",
);
export type StateMessage = z.infer<typeof stateMessage>;

const last = describe(z.boolean(), "true: the state is complete. No page of any part follows");

function statePageOf<P extends string, T extends z.ZodMiniType>(part: P, item: T) {
  return component(
    z.object({
      type: messageType("state_page"),
      part: describe(z.literal(part), "The part of the state it belongs to"),
      items: describe(z.array(item), "To be appended to the part, in order"),
      last,
    }),
    `StatePageOf${part.charAt(0).toUpperCase()}${part.slice(1)}`,
    `A piece of the state's ${part}`,
  );
}

export const statePageMessage = component(
  z.discriminatedUnion("part", [
    component(
      z.object({
        type: messageType("state_page"),
        part: describe(z.literal("snapshot"), "The part of the state it belongs to"),
        chunkB64: describe(z.string(), "Base64 of whole bytes. Decode each page, then join the bytes"),
        last,
      }),
      "StatePageOfSnapshot",
      "A piece of the state's snapshot",
    ),
    statePageOf("updates", storedUpdateSchema),
    statePageOf("events", eventSchema),
    statePageOf("annotations", annotationSchema),
    statePageOf("comments", commentSchema),
  ]),
  "StatePageMessage",
  "A piece of a state that is too large for one message",
);
export type StatePageMessage = z.infer<typeof statePageMessage>;
