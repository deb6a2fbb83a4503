import * as z from "zod";
import { annotationSchema } from "./annotation.ts";
import { documentSchema } from "./document.ts";
import { idSchema, nameSchema, pageQueryShape, pageSchema, seqSchema, timestampSchema } from "./scalars.ts";

export const versionSchema = z
  .object({
    id: idSchema.describe("The version's id (UUIDv4)"),
    document_id: idSchema.describe("The document it belongs to"),
    number: z.int().positive().describe("1, 2, 3 … within the document"),
    label: z.string().nullable().describe("Its name, for people. null: none"),
    author: z.string().nullable().describe("Who took it. null: nobody said"),
    automatic: z.boolean().describe("true: a revert took it, to keep what was before"),
    seq: seqSchema.describe("The seq of its state"),
    document_version: z.int().positive().describe("The document's own `version` in this state"),
    annotation_count: z.int().nonnegative().describe("How many active annotations its state has"),
    created_at: timestampSchema.describe("When it was taken"),
  })
  .meta({
    id: "Version",
    description: "A label on a seq: the state of a document at a moment, kept for ever",
  });
export type Version = z.infer<typeof versionSchema>;

export const crdtUpdatesSchema = z.array(
  z.object({
    seq: seqSchema.describe("Its place in the document's order of changes"),
    delta_b64: z.string().describe("The CRDT update in base64, byte for byte as it was sent"),
    actor_id: z.string().describe("Who made it"),
  }),
);
export const crdtSchema = z
  .object({
    snapshot_version: seqSchema.describe("The snapshot holds the updates up to this seq. 0: no snapshot"),
    snapshot_b64: z.string().nullable().describe("The CRDT snapshot in base64. null: none"),
    updates: crdtUpdatesSchema.describe("The updates after the snapshot"),
  })
  .meta({ id: "CrdtContent", description: "CRDT content, as bytes that the server never looks into" });
export type CrdtContent = z.infer<typeof crdtSchema>;

export const versionStateSchema = z
  .object({
    document: documentSchema,
    annotations: z.array(annotationSchema).describe("The active annotations, in the order of creation"),
    crdt: crdtSchema,
  })
  .meta({ id: "VersionState", description: "Everything as it was at a seq" });
export const versionWithStateSchema = versionSchema
  .extend({ state: versionStateSchema })
  .meta({ id: "VersionWithState", description: "A version with its state" });
export type VersionWithState = z.infer<typeof versionWithStateSchema>;

export const versionCreateSchema = z
  .strictObject({
    document_id: idSchema.describe("The document to take a version of"),
    label: nameSchema.optional().describe("Its name, for people"),
    author: nameSchema
      .optional()
      .describe("Who takes it. Where there is a token, its subject takes this place"),
  })
  .meta({ id: "VersionCreate", description: "A new version: it keeps the present state" });

export const versionListQuerySchema = z.strictObject({
  document_id: idSchema.describe("The document"),
  ...pageQueryShape,
});
export const versionPageSchema = pageSchema(versionSchema).meta({
  id: "VersionPage",
  description: "A page of versions",
});

export const versionDiffQuerySchema = z.strictObject({
  document_id: idSchema
    .optional()
    .describe("The document that the version is in, where it is known. It saves a look-up"),
  against: idSchema.optional().describe("Another version of the same document. Absent: the present"),
});
export const versionDiffSchema = z
  .object({
    added: z.array(annotationSchema).describe("Active there, and not here"),
    removed: z.array(annotationSchema).describe("Active here, and not there"),
    changed: z
      .array(
        z.object({
          id: idSchema.describe("The annotation"),
          before: annotationSchema,
          after: annotationSchema,
        }),
      )
      .describe("Active in both, and different: `before` is as it is here, `after` as it is there"),
    document: z
      .object({
        before: documentSchema,
        after: documentSchema,
      })
      .nullable()
      .describe("The document's own fields, here and there. null: they are the same"),
  })
  .meta({
    id: "VersionDiff",
    description:
      "From the version in the path (here) to the one against it (there). Only active annotations count",
  });
export type VersionDiff = z.infer<typeof versionDiffSchema>;

export const revertResultSchema = z
  .object({
    document: documentSchema,
    version: versionSchema,
    annotation_count: z.int().nonnegative().describe("How many active annotations there are now"),
    annotations: z
      .array(annotationSchema)
      .describe("Those that are there now, in the order of creation: all, or the first ones (about 1 MiB)"),
    annotations_more: z
      .boolean()
      .describe("true: there are more. Read them in pages: `GET /v1/annotations?document_id=`"),
  })
  .meta({ id: "RevertResult", description: "The present after a revert to `version`" });
export type RevertResult = z.infer<typeof revertResultSchema>;
