import { z } from "zod";
import { annotationSchema } from "./annotation.ts";
import { documentSchema } from "./document.ts";
import { idSchema, nameSchema, pageQueryShape, pageSchema, seqSchema, timestampSchema } from "./scalars.ts";

/** A label on a `seq`: the state of a document at a moment, kept for ever. */
export const versionSchema = z
  .object({
    id: idSchema,
    document_id: idSchema,
    /** 1, 2, 3 … within the document. */
    number: z.int().positive(),
    label: z.string().nullable(),
    author: z.string().nullable(),
    /** Made by a revert, to keep what was before it. */
    automatic: z.boolean(),
    seq: seqSchema,
    /** The document's own `version` at that moment. */
    document_version: z.int().positive(),
    annotation_count: z.int().nonnegative(),
    created_at: timestampSchema,
  })
  .meta({ id: "Version" });
export type Version = z.infer<typeof versionSchema>;

/** CRDT content as bytes the server never looks into: a snapshot (or none) and the updates after it. */
export const crdtSchema = z
  .object({
    snapshot_version: seqSchema,
    snapshot_b64: z.string().nullable(),
    updates: z.array(z.object({ seq: seqSchema, delta_b64: z.string(), actor_id: z.string() })),
  })
  .meta({ id: "CrdtContent" });
export type CrdtContent = z.infer<typeof crdtSchema>;

export const versionStateSchema = z
  .object({
    document: documentSchema,
    annotations: z.array(annotationSchema),
    crdt: crdtSchema,
  })
  .meta({ id: "VersionState" });
export const versionWithStateSchema = versionSchema
  .extend({ state: versionStateSchema })
  .meta({ id: "VersionWithState" });
export type VersionWithState = z.infer<typeof versionWithStateSchema>;

export const versionCreateSchema = z
  .strictObject({ document_id: idSchema, label: nameSchema.optional(), author: nameSchema.optional() })
  .meta({ id: "VersionCreate" });

export const versionListQuerySchema = z.strictObject({ document_id: idSchema, ...pageQueryShape });
export const versionPageSchema = pageSchema(versionSchema).meta({ id: "VersionPage" });

export const versionDiffQuerySchema = z.strictObject({
  document_id: idSchema.optional(),
  /** Another version of the same document; absent: the present. */
  against: idSchema.optional(),
});
/** From the version in the path to the one against it. Only active annotations count. */
export const versionDiffSchema = z
  .object({
    added: z.array(annotationSchema),
    removed: z.array(annotationSchema),
    changed: z.array(z.object({ id: idSchema, before: annotationSchema, after: annotationSchema })),
    /** null: the document's own fields are the same. */
    document: z.object({ before: documentSchema, after: documentSchema }).nullable(),
  })
  .meta({ id: "VersionDiff" });
export type VersionDiff = z.infer<typeof versionDiffSchema>;

export const revertResultSchema = z
  .object({
    document: documentSchema,
    version: versionSchema,
    /** How many annotations there are now. */
    annotation_count: z.int().nonnegative(),
    /** Those that are there now, in the order of creation: all of them, or the first ones, about 1 MiB. */
    annotations: z.array(annotationSchema),
    /** true: there are more than these. Read them in pages: `GET /v1/annotations?document_id=`. */
    annotations_more: z.boolean(),
  })
  .meta({ id: "RevertResult" });
export type RevertResult = z.infer<typeof revertResultSchema>;
