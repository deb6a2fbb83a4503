import type * as z from "zod/mini";
import type {
  annotationBatchResultSchema,
  annotationBatchSchema,
  annotationCreateSchema,
  annotationUpdateSchema,
} from "../../protocol/model/annotation.ts";
import type { commentUpdateSchema } from "../../protocol/model/comment.ts";
import type { updatesAppendedSchema, updatesAppendSchema } from "../../protocol/model/changes.ts";
import type { documentCreateSchema, documentPatchSchema } from "../../protocol/model/document.ts";
import type { labelSetInputSchema } from "../../protocol/model/label-set.ts";
import type { exportCreateSchema } from "../../protocol/model/export-job.ts";
import type { tokenCreateSchema, tokenRevokedSchema, tokenSchema } from "../../protocol/model/token.ts";
import type { versionCreateSchema } from "../../protocol/model/version.ts";
import type {
  annotationListQuerySchema,
  changesQuerySchema,
  commentListQuerySchema,
  documentGetQuerySchema,
  documentListQuerySchema,
  exportListQuerySchema,
  imageGetQuerySchema,
  thumbnailQuerySchema,
  versionDiffQuerySchema,
  versionListQuerySchema,
} from "../../protocol/queries.ts";

/*
 * What REST takes and gives beside its resources, by the names that this library shows. Everything comes from the
 * schemas of the protocol.
 */

// Bodies, as a client writes them: what has a default may be left out.
export type DocumentDraft = z.input<typeof documentCreateSchema>;
export type DocumentChange = z.input<typeof documentPatchSchema>;
export type LabelSetDraft = z.input<typeof labelSetInputSchema>;
export type AnnotationCreation = z.input<typeof annotationCreateSchema>;
export type AnnotationChange = z.input<typeof annotationUpdateSchema>;
export type AnnotationBatch = z.input<typeof annotationBatchSchema>;
export type CommentChange = z.input<typeof commentUpdateSchema>;
export type VersionDraft = z.input<typeof versionCreateSchema>;
export type ExportDraft = z.input<typeof exportCreateSchema>;
export type UpdatesAppend = z.input<typeof updatesAppendSchema>;
export type TokenDraft = z.input<typeof tokenCreateSchema>;

// Answers.
export type AnnotationBatchResult = z.infer<typeof annotationBatchResultSchema>;
export type UpdatesAppended = z.infer<typeof updatesAppendedSchema>;
export type Token = z.infer<typeof tokenSchema>;
export type TokenRevoked = z.infer<typeof tokenRevokedSchema>;
/** Whether the service and its parts work. */
export interface Health {
  status: "ok" | "degraded";
  d1: "ok" | "unavailable";
  r2: "ok" | "unavailable";
  objects: "ok" | "unavailable";
}

// Query strings.
type QueryOf<Schema extends z.ZodMiniType> = Partial<z.output<Schema>>;
export type DocumentListQuery = QueryOf<typeof documentListQuerySchema>;
export type DocumentGetQuery = QueryOf<typeof documentGetQuerySchema>;
export type AnnotationListQuery = QueryOf<typeof annotationListQuerySchema>;
export type CommentListQuery = QueryOf<typeof commentListQuerySchema>;
export type VersionListQuery = QueryOf<typeof versionListQuerySchema> & { document_id: string };
export type VersionDiffQuery = QueryOf<typeof versionDiffQuerySchema>;
export type ExportListQuery = QueryOf<typeof exportListQuerySchema>;
export type ChangesQuery = QueryOf<typeof changesQuerySchema>;
export type ImageQuery = QueryOf<typeof imageGetQuerySchema>;
export type ThumbnailQuery = QueryOf<typeof thumbnailQuerySchema>;
/** The document that the resource is in, where it is known: it saves a look-up. */
export interface DocumentQuery {
  document_id?: string | undefined;
}
