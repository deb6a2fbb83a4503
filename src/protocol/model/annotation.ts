import { z } from "zod";
import { annotationTypes, geometrySchema, geometrySchemas, type AnnotationType } from "./geometry.ts";
import {
  BATCH_OPERATIONS_MAX,
  DASH_MAX,
  FONT_SIZE_MAX,
  LABELS_MAX,
  LABEL_MAX,
  STROKE_WIDTH_MAX,
  TEXT_MAX,
  Z_INDEX_MAX,
} from "../limits.ts";
import {
  bagSchema,
  idSchema,
  nameSchema,
  pageQueryShape,
  pageSchema,
  seqSchema,
  textSchema,
  timestampSchema,
  versionNumberSchema,
} from "./scalars.ts";

const color = z
  .string()
  .regex(/^#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$/, "must be #rrggbb or #rrggbbaa")
  .toLowerCase();

/** Lengths are pixels of the upright image; `dash` alternates drawn and blank lengths, as SVG's stroke-dasharray. */
export const styleSchema = z
  .object({
    /** The outline; the glyphs of a `text`. null: none. */
    stroke: color.nullable(),
    /** The inside; the ground under a `text`. null: none. */
    fill: color.nullable(),
    stroke_width: z.number(),
    font_size: z.number(),
    /** 0–1, of the whole annotation. */
    opacity: z.number(),
    dash: z.array(z.number()).optional(),
  })
  .meta({ id: "Style" });
export type Style = z.infer<typeof styleSchema>;

/** What an annotation looks like where its style says nothing. */
export const defaultStyle: Style = {
  stroke: "#e11d48",
  fill: null,
  stroke_width: 3,
  font_size: 24,
  opacity: 1,
};

const styleShape = {
  stroke: color.nullable(),
  fill: color.nullable(),
  stroke_width: z.number().min(0).max(STROKE_WIDTH_MAX),
  font_size: z.number().min(1).max(FONT_SIZE_MAX),
  opacity: z.number().min(0).max(1),
  dash: z.array(z.number().positive().max(STROKE_WIDTH_MAX)).min(1).max(DASH_MAX),
};
export const styleInputSchema = z.strictObject(styleShape).partial().meta({ id: "StyleInput" });
export type StyleInput = z.infer<typeof styleInputSchema>;

/** RFC 7396: a member that is null goes back to its default (`fill` and `stroke` null: none is drawn). */
export const stylePatchSchema = z
  .strictObject({
    stroke: styleShape.stroke,
    fill: styleShape.fill,
    stroke_width: styleShape.stroke_width.nullable(),
    font_size: styleShape.font_size.nullable(),
    opacity: styleShape.opacity.nullable(),
    dash: styleShape.dash.nullable(),
  })
  .partial()
  .meta({ id: "StylePatch" });
export type StylePatch = z.infer<typeof stylePatchSchema>;

const label = textSchema(LABEL_MAX).trim().min(1);
const labels = z
  .array(label)
  .max(LABELS_MAX)
  .refine((all) => new Set(all).size === all.length, { error: "must not repeat a label" });
const zIndex = z.int().min(-Z_INDEX_MAX).max(Z_INDEX_MAX);

export const annotationStatusSchema = z.enum(["active", "deleted"]);

/** An annotation as everyone sees it, over REST and in the room. */
export const annotationSchema = z
  .object({
    id: idSchema,
    document_id: idSchema,
    type: z.enum(annotationTypes),
    geometry: geometrySchema,
    style: styleSchema,
    text: z.string(),
    labels: z.array(z.string()),
    properties: z.record(z.string(), z.unknown()),
    author: z.string().nullable(),
    z_index: z.int(),
    status: annotationStatusSchema,
    version: versionNumberSchema,
    seq: seqSchema,
    ordinal: z.int().nonnegative().meta({
      description:
        "Rises in the order in which a document's annotations were made, and never changes. Of the same `z_index` the higher one lies above",
    }),
    created_at: timestampSchema,
    updated_at: timestampSchema,
  })
  .meta({ id: "Annotation" });
export type Annotation = z.infer<typeof annotationSchema>;

const inputShape = {
  id: idSchema.optional(),
  style: styleInputSchema.default({}),
  text: textSchema(TEXT_MAX).default(""),
  labels: labels.default([]),
  properties: bagSchema.default({}),
  /** Who made it; where there is a token, its subject is taken instead. */
  author: nameSchema.optional(),
  z_index: zIndex.default(0),
};

function hasText(text: string): boolean {
  return text.trim() !== "";
}

/** What `annotation.create` takes. `Extra` adds `document_id` for REST or `op` for a batch. */
function createSchemas<Extra extends z.ZodRawShape>(extra: Extra) {
  const of = <T extends AnnotationType>(type: T, more = { text: inputShape.text }) =>
    z.strictObject({
      ...extra,
      ...inputShape,
      ...more,
      type: z.literal(type),
      geometry: geometrySchemas[type],
    });
  return [
    of("box"),
    of("ellipse"),
    of("line"),
    of("arrow"),
    of("polyline"),
    of("polygon"),
    of("freehand"),
    // Without text it would be invisible.
    of("text", { text: inputShape.text.refine(hasText, { error: "must not be empty for type text" }) }),
    of("point"),
  ] as const;
}

export const annotationInputSchema = z
  .discriminatedUnion("type", createSchemas({}))
  .meta({ id: "AnnotationInput" });
export type AnnotationInput = z.infer<typeof annotationInputSchema>;

/** The body of `POST /v1/annotations`. */
export const annotationCreateSchema = z
  .discriminatedUnion("type", createSchemas({ document_id: idSchema }))
  .meta({ id: "AnnotationCreate" });

/** Fields to change; `style` and `properties` are merged (RFC 7396), the others replaced. `type` can't change. */
export const annotationPatchSchema = z
  .strictObject({
    geometry: geometrySchema,
    style: stylePatchSchema,
    text: textSchema(TEXT_MAX),
    labels,
    properties: bagSchema,
    z_index: zIndex,
  })
  .partial()
  .meta({ id: "AnnotationPatch" });
export type AnnotationPatch = z.infer<typeof annotationPatchSchema>;

/** The body of `PATCH /v1/annotations/{id}`: the fields and the version they were made for. */
export const annotationUpdateSchema = annotationPatchSchema
  .safeExtend({ version: versionNumberSchema })
  .meta({ id: "AnnotationUpdate" });

/** One operation of a batch: the fields are those of the POST and PATCH bodies beside `op`. */
export const operationSchema = z
  .discriminatedUnion("op", [
    z.discriminatedUnion("type", createSchemas({ op: z.literal("create") })),
    annotationPatchSchema.safeExtend({
      op: z.literal("update"),
      id: idSchema,
      version: versionNumberSchema,
    }),
    z.strictObject({
      op: z.literal("delete"),
      id: idSchema,
      version: versionNumberSchema.optional(),
    }),
  ])
  .meta({ id: "AnnotationOperation" });
export type Operation = z.infer<typeof operationSchema>;
export const operationsSchema = z.array(operationSchema).min(1).max(BATCH_OPERATIONS_MAX);

/** The body of `POST /v1/annotations/batch`. All or none; the same id twice is refused. */
export const annotationBatchSchema = z
  .strictObject({ document_id: idSchema, operations: operationsSchema })
  .meta({ id: "AnnotationBatch" });
/** What each operation left, in the order of the operations. */
export const annotationBatchResultSchema = z
  .object({ seq: seqSchema, annotations: z.array(annotationSchema) })
  .meta({ id: "AnnotationBatchResult" });

export const annotationFilterShape = {
  document_id: idSchema.optional(),
  type: z.enum(annotationTypes).optional(),
  label: label.optional(),
  author: nameSchema.optional(),
  status: z.enum(["active", "deleted", "all"]).default("active"),
  updated_since: z.iso.datetime({ offset: true }).optional(),
};
/** A list's conditions; `updatedSince` is milliseconds since the epoch. */
export interface AnnotationFilter {
  type?: AnnotationType | undefined;
  label?: string | undefined;
  author?: string | undefined;
  status: "active" | "deleted" | "all";
  updatedSince?: number | undefined;
}
export const annotationListQuerySchema = z.strictObject({ ...annotationFilterShape, ...pageQueryShape });
export const annotationPageSchema = pageSchema(annotationSchema).meta({ id: "AnnotationPage" });
