import * as z from "zod";
import {
  annotationTypes,
  geometrySchema,
  geometrySchemas,
  type AnnotationType,
  type Geometries,
} from "./geometry.ts";
import {
  BATCH_OPERATIONS_MAX,
  DASH_MAX,
  FONT_SIZE_MAX,
  LABELS_MAX,
  LABEL_MAX,
  METADATA_MAX_BYTES,
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

/** What each member of a style means, for outputs, inputs and patches alike. */
const styleTexts = {
  stroke: "Colour of the outline, or of a text's letters: #rrggbb or #rrggbbaa. null: no outline",
  fill: "Colour of the inside, or behind a text: #rrggbb or #rrggbbaa. null: no fill",
  stroke_width: "Width of the outline in pixels",
  font_size: "Height of letters in pixels",
  opacity: "From 0, invisible, to 1. Applies to the annotation as a whole",
  dash: "Drawn and blank lengths in turn, in pixels, as in SVG's stroke-dasharray. Absent: a solid line",
};

export const styleSchema = z
  .object({
    stroke: color.nullable().describe(styleTexts.stroke),
    fill: color.nullable().describe(styleTexts.fill),
    stroke_width: z.number().describe(styleTexts.stroke_width),
    font_size: z.number().describe(styleTexts.font_size),
    opacity: z.number().describe(styleTexts.opacity),
    dash: z.array(z.number()).optional().describe(styleTexts.dash),
  })
  .meta({ id: "Style", description: "How an annotation looks. Lengths are pixels of the upright image" });
export type Style = z.infer<typeof styleSchema>;

/** The style of an annotation that names none. */
export const defaultStyle: Style = {
  stroke: "#e11d48",
  fill: null,
  stroke_width: 3,
  font_size: 24,
  opacity: 1,
};

const styleShape = {
  stroke: color.nullable().describe(styleTexts.stroke),
  fill: color.nullable().describe(styleTexts.fill),
  stroke_width: z.number().min(0).max(STROKE_WIDTH_MAX).describe(styleTexts.stroke_width),
  font_size: z.number().min(1).max(FONT_SIZE_MAX).describe(styleTexts.font_size),
  opacity: z.number().min(0).max(1).describe(styleTexts.opacity),
  dash: z.array(z.number().positive().max(STROKE_WIDTH_MAX)).min(1).max(DASH_MAX).describe(styleTexts.dash),
};
export const styleInputSchema = z.strictObject(styleShape).partial().meta({
  id: "StyleInput",
  description: "How a new annotation looks. Members that are absent get their default",
});
export type StyleInput = z.infer<typeof styleInputSchema>;

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
  .meta({
    id: "StylePatch",
    description:
      "Changes to a style, merged (RFC 7396): absent members stay, null goes back to the default. " +
      "For `stroke` and `fill`, null means none",
  });
export type StylePatch = z.infer<typeof stylePatchSchema>;

const label = textSchema(LABEL_MAX).trim().min(1);
const labels = z
  .array(label)
  .max(LABELS_MAX)
  .refine((all) => new Set(all).size === all.length, { error: "must not repeat a label" });
const zIndex = z.int().min(-Z_INDEX_MAX).max(Z_INDEX_MAX);

export const annotationStatusSchema = z.enum(["active", "deleted"]);

const texts = {
  type: "The kind of shape. It decides the geometry and never changes",
  geometry: "Where the shape is, in pixels of the upright image",
  text: "What a `text` shows. For any other type, its note",
  labels: "Labels, without repeats: what it shows, a category, a task",
  properties: `Data of the application: a JSON object of at most ${METADATA_MAX_BYTES} bytes`,
  zIndex: "Higher ones lie above lower ones. Among equals, the one made later lies above",
};

/** What all annotations have. */
const annotationShape = {
  id: idSchema.describe("The annotation's id (UUIDv4)"),
  document_id: idSchema.describe("The document it is in"),
  style: styleSchema,
  text: z.string().describe(texts.text),
  labels: z.array(z.string()).describe(texts.labels),
  properties: z.record(z.string(), z.unknown()).describe(texts.properties),
  author: z.string().nullable().describe("Who made it. null: nobody said"),
  z_index: z.int().describe(texts.zIndex),
  status: annotationStatusSchema.describe("Deleted annotations stay readable"),
  version: versionNumberSchema.describe("Rises by 1 or more with each change of this annotation"),
  seq: seqSchema.describe("The seq of its last change"),
  ordinal: z
    .int()
    .nonnegative()
    .describe(
      "Rises in the order in which a document's annotations were made, and never changes. " +
        "Among those with the same `z_index`, the higher one lies above",
    ),
  created_at: timestampSchema.describe("When it was made"),
  updated_at: timestampSchema.describe("When it last changed"),
};

function annotationOf<T extends AnnotationType>(type: T) {
  return z
    .object({
      ...annotationShape,
      type: z.literal(type).describe(texts.type),
      geometry: geometrySchemas[type],
    })
    .meta({ id: componentName(type, "Annotation"), description: `An annotation of type ${type}` });
}

/** "box" and "Annotation" → "BoxAnnotation". */
function componentName(type: AnnotationType, suffix: string): string {
  return `${type.charAt(0).toUpperCase()}${type.slice(1)}${suffix}`;
}

/**
 * An annotation as everyone sees it, over REST and in the room. `type` tells which geometry it has.
 *
 * @example
 * function areaOf(annotation: Annotation): number {
 *   if (annotation.type !== "box") return 0;
 *   return annotation.geometry.width * annotation.geometry.height;
 * }
 */
export const annotationSchema = z
  .discriminatedUnion("type", [
    annotationOf("box"),
    annotationOf("ellipse"),
    annotationOf("line"),
    annotationOf("arrow"),
    annotationOf("polyline"),
    annotationOf("polygon"),
    annotationOf("freehand"),
    annotationOf("text"),
    annotationOf("point"),
  ])
  .meta({ id: "Annotation", description: "An annotation. `type` tells which geometry it has" });
export type Annotation = { [T in AnnotationType]: AnnotationOf<T> }[AnnotationType];
/** The annotation of one type: `AnnotationOf<"box">`. */
export interface AnnotationOf<T extends AnnotationType> extends AnnotationFields {
  type: T;
  geometry: Geometries[T];
}
/** What all annotations have, whatever their type. */
export interface AnnotationFields extends z.infer<z.ZodObject<typeof annotationShape>> {}

const inputShape = {
  id: idSchema
    .optional()
    .describe("An id of the client's choice (UUIDv4). With it, a repeat makes no second annotation"),
  style: styleInputSchema.default({}),
  text: textSchema(TEXT_MAX).default("").describe(texts.text),
  labels: labels.default([]).describe(texts.labels),
  properties: bagSchema.default({}).describe(texts.properties),
  author: nameSchema.optional().describe("Who made it. Where there is a token, its subject takes this place"),
  z_index: zIndex.default(0).describe(texts.zIndex),
};

function hasText(text: string): boolean {
  return text.trim() !== "";
}

/** The nine forms of an input. `extra` adds `document_id` for REST, or `op` for a batch. */
function createSchemas<Extra extends z.ZodRawShape>(suffix: string, extra: Extra) {
  const of = <T extends AnnotationType>(type: T, more = { text: inputShape.text }) =>
    z
      .strictObject({
        ...extra,
        ...inputShape,
        ...more,
        type: z.literal(type).describe(texts.type),
        geometry: geometrySchemas[type],
      })
      .meta({ id: componentName(type, suffix), description: `A new annotation of type ${type}` });
  return [
    of("box"),
    of("ellipse"),
    of("line"),
    of("arrow"),
    of("polyline"),
    of("polygon"),
    of("freehand"),
    of("text", {
      text: inputShape.text
        // Without text it would be invisible.
        .refine(hasText, { error: "must not be empty for type text" })
        .describe("The text to show. It must not be empty"),
    }),
    of("point"),
  ] as const;
}

export const annotationInputSchema = z
  .discriminatedUnion("type", createSchemas("AnnotationInput", {}))
  .meta({ id: "AnnotationInput", description: "A new annotation, as `annotation.create` takes it" });
/** A new annotation as the server has parsed it: defaults are filled in. */
export type AnnotationInput = z.infer<typeof annotationInputSchema>;
/**
 * A new annotation as a client writes it: fields with a default may be left out.
 *
 * @example
 * const draft: AnnotationDraft = { type: "point", geometry: { x: 10, y: 20 }, labels: ["door"] };
 */
export type AnnotationDraft = z.input<typeof annotationInputSchema>;

/** The body of `POST /v1/annotations`. */
export const annotationCreateSchema = z
  .discriminatedUnion(
    "type",
    createSchemas("AnnotationCreate", { document_id: idSchema.describe("The document to draw on") }),
  )
  .meta({ id: "AnnotationCreate", description: "A new annotation, and the document it goes into" });

const patchSchema = z
  .strictObject({
    geometry: geometrySchema.describe("The new geometry. It must fit the annotation's type"),
    style: stylePatchSchema,
    text: textSchema(TEXT_MAX).describe(texts.text),
    labels: labels.describe(`Replaces the labels. ${texts.labels}`),
    properties: bagSchema.describe(
      `Merged (RFC 7396): null removes a member. Together at most ${METADATA_MAX_BYTES} bytes`,
    ),
    z_index: zIndex.describe(texts.zIndex),
  })
  .partial();

export const annotationPatchSchema = patchSchema.meta({
  id: "AnnotationPatch",
  description:
    "Fields to change. `style` and `properties` are merged (RFC 7396), the others replaced. `type` never changes",
});
export type AnnotationPatch = z.infer<typeof annotationPatchSchema>;

const patchedVersion = versionNumberSchema.describe(
  "The version that the change was made for. A stale one is refused with `stale_version`",
);

/** The body of `PATCH /v1/annotations/{id}`. */
export const annotationUpdateSchema = patchSchema.safeExtend({ version: patchedVersion }).meta({
  id: "AnnotationUpdate",
  description: "Fields to change, and the version they were made for. `type` never changes",
});

/** One operation of a batch: the fields are those of the POST and PATCH bodies, beside `op`. */
export const operationSchema = z
  .discriminatedUnion("op", [
    z
      .discriminatedUnion(
        "type",
        createSchemas("CreateOperation", { op: z.literal("create").describe("Makes an annotation") }),
      )
      .meta({ id: "CreateOperation", description: "Makes an annotation" }),
    patchSchema
      .safeExtend({
        op: z.literal("update").describe("Changes an annotation"),
        id: idSchema.describe("The annotation to change"),
        version: patchedVersion,
      })
      .meta({ id: "UpdateOperation", description: "Changes an annotation" }),
    z
      .strictObject({
        op: z.literal("delete").describe("Deletes an annotation"),
        id: idSchema.describe("The annotation to delete"),
        version: versionNumberSchema
          .optional()
          .describe("Refuses the delete with `stale_version` where it is not the current one"),
      })
      .meta({ id: "DeleteOperation", description: "Deletes an annotation" }),
    z
      .strictObject({
        op: z.literal("restore").describe("Brings a deleted annotation back"),
        id: idSchema.describe("The annotation to restore"),
        version: versionNumberSchema
          .optional()
          .describe("Refuses the restore with `stale_version` where it is not the current one"),
      })
      .meta({ id: "RestoreOperation", description: "Brings a deleted annotation back" }),
  ])
  .meta({ id: "AnnotationOperation", description: "One operation of a batch. `op` tells which" });
export type Operation = z.infer<typeof operationSchema>;
export const operationsSchema = z.array(operationSchema).min(1).max(BATCH_OPERATIONS_MAX);

/** The body of `POST /v1/annotations/batch`. */
export const annotationBatchSchema = z
  .strictObject({
    document_id: idSchema.describe("The document of all the annotations"),
    operations: operationsSchema.describe("Applied in this order, all or none. No id may come twice"),
  })
  .meta({ id: "AnnotationBatch", description: "Several operations as one change: all or none" });
export const annotationBatchResultSchema = z
  .object({
    seq: seqSchema.describe("The one seq of all the changes"),
    annotations: z
      .array(annotationSchema)
      .describe("Each annotation as it is now, in the order of the operations"),
  })
  .meta({ id: "AnnotationBatchResult", description: "What a batch left" });

export const annotationFilterShape = {
  document_id: idSchema
    .optional()
    .describe("Only those of this document. Never stale, unlike a list over all documents"),
  type: z.enum(annotationTypes).optional().describe("Only those of this type"),
  label: label.optional().describe("Only those with this label"),
  author: nameSchema.optional().describe("Only those of this author"),
  status: z
    .enum(["active", "deleted", "all"])
    .default("active")
    .describe("Active ones, deleted ones, or both"),
  updated_since: z.iso
    .datetime({ offset: true })
    .optional()
    .describe("Only those that changed at this moment (RFC 3339) or later"),
};
export const annotationListQuerySchema = z.strictObject({ ...annotationFilterShape, ...pageQueryShape });
export const annotationPageSchema = pageSchema(annotationSchema).meta({
  id: "AnnotationPage",
  description: "A page of annotations",
});
