import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import { commentInputSchema, commentPatchSchema, commentSchema } from "../model/comment.ts";
import { idSchema, opIdSchema, seqSchema, versionNumberSchema } from "../model/scalars.ts";
import { messageType } from "./message-type.ts";

/** Comments on annotations, and how everyone else hears of them. The sender gets an `ack` in place of the event. */

export const commentCreateMessage = component(
  z.strictObject({ type: messageType("comment.create"), opId: opIdSchema, comment: commentInputSchema }),
  "CommentCreateMessage",
  "Comments on an annotation, or replies to a comment",
);

function versionOf(change: string) {
  return describe(
    z.optional(versionNumberSchema),
    `Refuses the ${change} with \`stale_version\` where it is not the current one`,
  );
}

export const commentUpdateMessage = component(
  z.strictObject({
    type: messageType("comment.update"),
    opId: opIdSchema,
    id: describe(idSchema, "The comment to change"),
    version: versionOf("change"),
    patch: commentPatchSchema,
  }),
  "CommentUpdateMessage",
  "Changes the text of a comment, or settles or reopens its thread",
);

export const commentDeleteMessage = component(
  z.strictObject({
    type: messageType("comment.delete"),
    opId: opIdSchema,
    id: describe(idSchema, "The comment to delete"),
    version: versionOf("delete"),
  }),
  "CommentDeleteMessage",
  "Deletes a comment. Replies to it stay",
);

const seq = describe(seqSchema.check(z.minimum(1)), "The place of the change in the document's order");

export const commentCreatedEvent = component(
  z.object({ type: messageType("comment.created"), seq, comment: commentSchema }),
  "CommentCreatedEvent",
  "A comment was made",
);
export const commentUpdatedEvent = component(
  z.object({ type: messageType("comment.updated"), seq, comment: commentSchema }),
  "CommentUpdatedEvent",
  "A comment was changed, or its thread settled or reopened",
);
export const commentDeletedEvent = component(
  z.object({ type: messageType("comment.deleted"), seq, comment: commentSchema }),
  "CommentDeletedEvent",
  "A comment was deleted, or the thread of a deleted one was settled or reopened",
);
