import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import { COMMENT_MAX } from "../limits.ts";
import { authorNameSchema, updatedByShape } from "./signature.ts";
import {
  idSchema,
  nameSchema,
  pageSchema,
  seqSchema,
  textSchema,
  timestampSchema,
  versionNumberSchema,
} from "./scalars.ts";

const texts = {
  annotation: "The annotation that it is about",
  replyTo: "The first comment of the thread that it continues. null: it starts a thread",
  text: "What it says: plain text, never markup. `@name` addresses someone",
  resolved: "Whether the thread is settled. Only its first comment says so",
};

/**
 * A comment on an annotation. Its first comment is the thread: the others name it in `reply_to`.
 *
 * @example
 * const isOpen = ({ reply_to, resolved }: Comment) => reply_to === null && !resolved;
 */
export const commentSchema = component(
  z.object({
    id: describe(idSchema, "The comment's id (UUIDv4)"),
    document_id: describe(idSchema, "The document it is in"),
    annotation_id: describe(idSchema, texts.annotation),
    reply_to: describe(z.nullable(idSchema), texts.replyTo),
    text: describe(z.string(), `${texts.text}. Empty where it is deleted`),
    author: describe(z.nullable(z.string()), "Who wrote it. null: nobody said"),
    author_name: authorNameSchema,
    ...updatedByShape,
    resolved: describe(z.boolean(), texts.resolved),
    resolved_by: describe(z.nullable(z.string()), "Who settled the thread. null: it is open, or nobody said"),
    resolved_by_name: describe(
      z.nullable(z.string()),
      "The name that `resolved_by` had in their token. null: there is none",
    ),
    resolved_at: describe(z.nullable(timestampSchema), "When the thread was settled. null: it is open"),
    status: describe(
      z.enum(["active", "deleted"]),
      "A deleted comment keeps its place, since its replies stay, but not its text",
    ),
    version: describe(versionNumberSchema, "Rises by 1 with each change of this comment"),
    seq: describe(seqSchema, "The seq of its last change"),
    ordinal: describe(
      z.int().check(z.nonnegative()),
      "Rises in the order in which a document's comments were made, and never changes",
    ),
    created_at: describe(timestampSchema, "When it was made"),
    updated_at: describe(timestampSchema, "When it last changed"),
    edited_at: describe(z.nullable(timestampSchema), "When its text last changed. null: never"),
  }),
  "Comment",
  "A comment on an annotation",
);
export type Comment = z.infer<typeof commentSchema>;

/** Comments thread by thread, each begun by its first comment. */
export function listThreads(comments: readonly Comment[]): Comment[][] {
  return [...Map.groupBy(comments, ({ id, reply_to: first }) => first ?? id).values()];
}

const text = textSchema(COMMENT_MAX).check(
  z.refine((value) => value.trim() !== "", { error: "must not be empty" }),
);

export const commentInputSchema = component(
  z.strictObject({
    id: describe(
      z.optional(idSchema),
      "An id of the client's choice (UUIDv4). With it, a repeat makes no second comment",
    ),
    annotation_id: describe(idSchema, texts.annotation),
    reply_to: describe(
      z._default(z.nullable(idSchema), null),
      `${texts.replyTo}. It must be on the same annotation`,
    ),
    text: describe(text, texts.text),
    author: describe(
      z.optional(nameSchema),
      "Who writes it. Where there is a token, its subject takes this place",
    ),
  }),
  "CommentInput",
  "A new comment",
);
/** A new comment as the server has parsed it. */
export type CommentInput = z.infer<typeof commentInputSchema>;
/**
 * A new comment as a client writes it.
 *
 * @example
 * const draft: CommentDraft = { annotation_id: box.id, text: "Is this wall load-bearing? @ben" };
 */
export type CommentDraft = z.input<typeof commentInputSchema>;

const patchShape = {
  text: describe(z.optional(text), `${texts.text}. Only its author may change it`),
  resolved: describe(z.optional(z.boolean()), `${texts.resolved}. Everyone may change it who may comment`),
  resolved_by: describe(
    z.optional(nameSchema),
    "With `resolved: true`: who settles it. Where there is a token, its subject takes this place",
  ),
};
export const commentPatchSchema = component(
  z.strictObject(patchShape),
  "CommentPatch",
  "Fields to change. What is absent stays",
);
export type CommentPatch = z.infer<typeof commentPatchSchema>;

/** The body of `PATCH /v1/documents/{id}/comments/{comment_id}`. */
export const commentUpdateSchema = component(
  z.strictObject({
    ...patchShape,
    version: describe(
      z.optional(versionNumberSchema),
      "Refuses the change with `stale_version` where it is not the current one",
    ),
  }),
  "CommentUpdate",
  "Fields to change, and perhaps the version they were made for",
);

export const commentPageSchema = component(pageSchema(commentSchema), "CommentPage", "A page of comments");
