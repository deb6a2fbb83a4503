import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import { annotationSchema } from "./annotation.ts";
import { commentSchema } from "./comment.ts";
import { documentSchema } from "./document.ts";
import { labelSetSchema } from "./label-set.ts";
import { idSchema, nameSchema, pageSchema, seqSchema, timestampSchema } from "./scalars.ts";
import { authorNameSchema } from "./signature.ts";

export const versionSchema = component(
  z.object({
    id: describe(idSchema, "The version's id (UUIDv4)"),
    document_id: describe(idSchema, "The document it belongs to"),
    number: describe(z.int().check(z.positive()), "1, 2, 3 … within the document"),
    label: describe(z.nullable(z.string()), "Its name, for people. null: none"),
    author: describe(z.nullable(z.string()), "Who took it. null: nobody said"),
    author_name: authorNameSchema,
    automatic: describe(z.boolean(), "true: a revert took it, to keep what was before"),
    seq: describe(seqSchema, "The seq of its state"),
    document_version: describe(z.int().check(z.positive()), "The document's own `version` in this state"),
    annotation_count: describe(z.int().check(z.nonnegative()), "How many active annotations its state has"),
    created_at: describe(timestampSchema, "When it was taken"),
  }),
  "Version",
  "A label on a seq: the state of a document at a moment, kept for ever",
);
export type Version = z.infer<typeof versionSchema>;

export const crdtUpdatesSchema = z.array(
  z.object({
    seq: describe(seqSchema, "Its place in the document's order of changes"),
    delta_b64: describe(z.string(), "The CRDT update in base64, byte for byte as it was sent"),
    actor_id: describe(z.string(), "Who made it"),
  }),
);
export const crdtSchema = component(
  z.object({
    snapshot_version: describe(seqSchema, "The snapshot holds the updates up to this seq. 0: no snapshot"),
    snapshot_b64: describe(z.nullable(z.string()), "The CRDT snapshot in base64. null: none"),
    updates: describe(crdtUpdatesSchema, "The updates after the snapshot"),
  }),
  "CrdtContent",
  "CRDT content, as bytes that the server never looks into",
);
export type CrdtContent = z.infer<typeof crdtSchema>;

export const versionStateSchema = component(
  z.object({
    document: documentSchema,
    labels: labelSetSchema,
    annotations: describe(z.array(annotationSchema), "The active annotations, in the order of creation"),
    comments: describe(
      z.array(commentSchema),
      "The comments as they were, in the order of creation: active ones, and deleted ones that start a thread",
    ),
    crdt: crdtSchema,
  }),
  "VersionState",
  "Everything as it was at a seq",
);
export const versionWithStateSchema = component(
  z.object({ ...versionSchema.shape, state: versionStateSchema }),
  "VersionWithState",
  "A version with its state",
);
export type VersionWithState = z.infer<typeof versionWithStateSchema>;

export const versionCreateSchema = component(
  z.strictObject({
    document_id: describe(idSchema, "The document to take a version of"),
    label: describe(z.optional(nameSchema), "Its name, for people"),
    author: describe(
      z.optional(nameSchema),
      "Who takes it. Where there is a token, its subject takes this place",
    ),
  }),
  "VersionCreate",
  "A new version: it keeps the present state",
);

export const versionPageSchema = component(pageSchema(versionSchema), "VersionPage", "A page of versions");

export const versionDiffSchema = component(
  z.object({
    added: describe(z.array(annotationSchema), "Active there, and not here"),
    removed: describe(z.array(annotationSchema), "Active here, and not there"),
    changed: describe(
      z.array(
        z.object({
          id: describe(idSchema, "The annotation"),
          before: annotationSchema,
          after: annotationSchema,
        }),
      ),
      "Active in both, and different: `before` is as it is here, `after` as it is there",
    ),
    labels: describe(
      z.nullable(z.object({ before: labelSetSchema, after: labelSetSchema })),
      "The label set, here and there. null: its labels are the same",
    ),
    document: describe(
      z.nullable(
        z.object({
          before: documentSchema,
          after: documentSchema,
        }),
      ),
      "The document's own fields, here and there. null: they are the same",
    ),
  }),
  "VersionDiff",
  "From the version in the path (here) to the one against it (there). Only active annotations count",
);
export type VersionDiff = z.infer<typeof versionDiffSchema>;

export const revertResultSchema = component(
  z.object({
    document: documentSchema,
    labels: labelSetSchema,
    version: versionSchema,
    annotation_count: describe(z.int().check(z.nonnegative()), "How many active annotations there are now"),
    annotations: describe(
      z.array(annotationSchema),
      "Those that are there now, in the order of creation: all, or the first ones (about 1 MiB)",
    ),
    annotations_more: describe(
      z.boolean(),
      "true: there are more. Read them in pages: `GET /v1/annotations?document_id=`",
    ),
  }),
  "RevertResult",
  "The present after a revert to `version`",
);
export type RevertResult = z.infer<typeof revertResultSchema>;
