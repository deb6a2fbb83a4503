import * as z from "zod/mini";
import { _coercedNumber } from "zod/v4/core";
import { describe, meta } from "./describe.ts";
import {
  CHANGES_LIMIT_DEFAULT,
  CHANGES_LIMIT_MAX,
  CURSOR_MAX,
  PAGE_MAX,
  PAGE_SIZE_DEFAULT,
  PAGE_SIZE_MAX,
  PREVIEW_WIDTHS,
  QUERY_MAX,
  THUMBNAIL_SIZE_DEFAULT,
  THUMBNAIL_SIZES,
} from "./limits.ts";
import { labelSchema, reviews } from "./model/annotation.ts";
import { documentSorts, sha256Schema } from "./model/document.ts";
import { exportStatuses } from "./model/export-job.ts";
import { annotationTypes } from "./model/geometry.ts";
import {
  clientIdSchema,
  dateTimeSchema,
  idSchema,
  lineageSchema,
  nameSchema,
  seqSchema,
  textSchema,
} from "./model/scalars.ts";

/*
 * The query strings of REST and of the sockets. They are no part of `index.ts`: a page writes them, and never has to
 * parse one. Query strings carry text, so numbers and booleans are made from it; OpenAPI shows what they mean.
 */

/** A number as query strings write it. */
function numberFromText(): z.ZodMiniNumber {
  return _coercedNumber<z.ZodMiniNumber>(z.ZodMiniNumber);
}

/** A seq in a query string, which carries text. OpenAPI shows what it means: an integer. */
const querySeqSchema = meta(z.pipe(numberFromText(), seqSchema), { type: "integer", minimum: 0 });

/** A boolean as query strings write it, `true` or `false`. OpenAPI shows what it means: a boolean. */
const queryBoolean = meta(
  z.pipe(
    z.enum(["true", "false"]),
    z.transform((text) => text === "true"),
  ),
  { type: "boolean" },
);

/** The same; absent: false. */
function queryFlag(description: string) {
  return meta(z._default(queryBoolean, false), { type: "boolean", default: false, description });
}

/** The query of a paged list. Query strings carry text, so numbers are coerced. */
const pageQueryShape = {
  page: describe(
    z._default(numberFromText().check(z.int(), z.minimum(1), z.maximum(PAGE_MAX)), 1),
    "The page, from 1",
  ),
  size: describe(
    z._default(numberFromText().check(z.int(), z.minimum(1), z.maximum(PAGE_SIZE_MAX)), PAGE_SIZE_DEFAULT),
    "How many items a page holds",
  ),
};

export const documentListQuerySchema = z.strictObject({
  ...pageQueryShape,
  include_deleted: queryFlag("Deleted documents, too"),
  q: describe(z.optional(textSchema(QUERY_MAX)), "Only documents with this text in their title, in any case"),
  sort: describe(
    z._default(z.enum(documentSorts), "created"),
    "created: the newest first. changed: those first that changed last (`changed_at`). title: by title, numbers in it " +
      "by their value",
  ),
  after: describe(
    z.optional(textSchema(CURSOR_MAX)),
    "The `next` of the page before: what follows its last item, in the same `sort`. Instead of `page`",
  ),
});

export const documentGetQuerySchema = z.strictObject({
  include_deleted: queryFlag("Answer a deleted document, too"),
});

export const imageGetQuerySchema = z.strictObject({
  sha256: describe(z.optional(sha256Schema), "An earlier picture, by its hash. Absent: the present one"),
  width: meta(z.optional(z.pipe(z.enum(PREVIEW_WIDTHS.map(String)), z.transform(Number))), {
    // Query strings carry text. OpenAPI shows what it means: a number.
    type: "integer",
    enum: [...PREVIEW_WIDTHS],
    description:
      "A preview instead of the file: at most so many pixels wide, and never enlarged. Absent: the file",
  }),
});

/** What a thumbnail shows: the picture with its annotations, or these alone on a transparent ground. */
export const thumbnailLayers = ["all", "annotations"] as const;
export type ThumbnailLayer = (typeof thumbnailLayers)[number];

/** The query of a thumbnail. */
export const thumbnailQuerySchema = z.strictObject({
  layer: describe(
    z._default(z.enum(thumbnailLayers), "all"),
    "annotations: these alone, on a transparent ground, to be laid over a preview of the picture",
  ),
  size: meta(
    z.pipe(
      z._default(z.enum(THUMBNAIL_SIZES.map(String)), String(THUMBNAIL_SIZE_DEFAULT)),
      z.transform(Number),
    ),
    {
      // Query strings carry text. OpenAPI shows what it means: a number.
      type: "integer",
      enum: [...THUMBNAIL_SIZES],
      default: THUMBNAIL_SIZE_DEFAULT,
      description: "The longer side in pixels. Nothing is enlarged",
    },
  ),
});

const annotationFilterShape = {
  document_id: describe(
    z.optional(idSchema),
    "Only those of this document. Never stale, unlike a list over all documents",
  ),
  type: describe(z.optional(z.enum(annotationTypes)), "Only those of this type"),
  label: describe(z.optional(labelSchema), "Only those with this label"),
  author: describe(z.optional(nameSchema), "Only those of this author"),
  review: describe(z.optional(z.enum(reviews)), "Only those of which a review says this"),
  status: describe(
    z._default(z.enum(["active", "deleted", "all"]), "active"),
    "Active ones, deleted ones, or both",
  ),
  updated_since: describe(
    z.optional(dateTimeSchema({ offset: true })),
    "Only those that changed at this moment (RFC 3339) or later",
  ),
};

export const annotationListQuerySchema = z.strictObject({ ...annotationFilterShape, ...pageQueryShape });

export const commentListQuerySchema = z.strictObject({
  annotation_id: describe(z.optional(idSchema), "Only those on this annotation"),
  author: describe(z.optional(nameSchema), "Only those of this author"),
  resolved: meta(z.optional(queryBoolean), {
    type: "boolean",
    description: "true: only those of settled threads. false: only those of open ones",
  }),
  status: describe(
    z._default(z.enum(["active", "deleted", "all"]), "active"),
    "Active ones, deleted ones, or both",
  ),
  ...pageQueryShape,
});

export const versionListQuerySchema = z.strictObject({
  document_id: describe(idSchema, "The document"),
  ...pageQueryShape,
});

export const versionDiffQuerySchema = z.strictObject({
  document_id: describe(
    z.optional(idSchema),
    "The document that the version is in, where it is known. It saves a look-up",
  ),
  against: describe(z.optional(idSchema), "Another version of the same document. Absent: the present"),
});

/** The change feed over HTTP: what a socket gets that resumes, in portions. */
export const changesQuerySchema = z.strictObject({
  since: meta(z._default(querySeqSchema, 0), {
    default: 0,
    description: "The changes after this seq: the `next_since` of the answer before. 0: from the beginning",
  }),
  lineage: describe(
    z.optional(lineageSchema),
    "The `lineage` that came with that `next_since`. With it, a client hears if the service was given an older state " +
      "meanwhile",
  ),
  limit: describe(
    z._default(
      numberFromText().check(z.int(), z.minimum(1), z.maximum(CHANGES_LIMIT_MAX)),
      CHANGES_LIMIT_DEFAULT,
    ),
    "The most changes in one answer. Fewer come where they are large",
  ),
});

export const exportListQuerySchema = z.strictObject({
  document_id: describe(z.optional(idSchema), "Only exports of this document"),
  status: describe(z.optional(z.enum(exportStatuses)), "Only exports with this status"),
  ...pageQueryShape,
});

/** The query of both WebSocket routes. */
export const realtimeQuerySchema = z.strictObject({
  document_id: describe(z.optional(idSchema), "The document. Only for /v1/realtime, where the path has none"),
  since: describe(
    z.optional(querySeqSchema),
    "Resume after this seq, the highest one seen. Absent: a fresh join",
  ),
  lineage: describe(
    z.optional(lineageSchema),
    "The `lineage` of the last `state`. With it, a client hears if the service was given an older state meanwhile",
  ),
  actorId: describe(
    z.optional(clientIdSchema),
    "Who this is. Where there is a token, its subject takes this place",
  ),
  actor_id: describe(z.optional(clientIdSchema), "The same as `actorId`, written as REST writes it"),
  name: describe(z.optional(nameSchema), "Shown to others with the presence"),
  presence: describe(
    z.optional(z.literal("hidden")),
    "Others hear neither of this connection nor of its end. For bots and recorders",
  ),
  token: describe(
    z.optional(z.string()),
    "A token that lives 15 minutes or less, where no header can be set",
  ),
});
