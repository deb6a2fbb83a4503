import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import { geometrySchema, geometrySchemas, type AnnotationType, type Geometries } from "./geometry.ts";
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
import { authorNameSchema, updatedByShape } from "./signature.ts";
import {
  bagSchema,
  idSchema,
  nameSchema,
  pageSchema,
  seqSchema,
  textSchema,
  timestampSchema,
  versionNumberSchema,
} from "./scalars.ts";

const color = z
  .string()
  .check(z.regex(/^#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$/, "must be #rrggbb or #rrggbbaa"), z.toLowerCase());

/** What each member of a style means, for outputs, inputs and patches alike. */
const styleTexts = {
  stroke: "Colour of the outline, or of a text's letters: #rrggbb or #rrggbbaa. null: no outline",
  fill: "Colour of the inside, or behind a text: #rrggbb or #rrggbbaa. null: no fill",
  stroke_width: "Width of the outline in pixels",
  font_size: "Height of letters in pixels",
  opacity: "From 0, invisible, to 1. Applies to the annotation as a whole",
  dash: "Drawn and blank lengths in turn, in pixels, as in SVG's stroke-dasharray. Absent: a solid line",
};

export const styleSchema = component(
  z.object({
    stroke: describe(z.nullable(color), styleTexts.stroke),
    fill: describe(z.nullable(color), styleTexts.fill),
    stroke_width: describe(z.number(), styleTexts.stroke_width),
    font_size: describe(z.number(), styleTexts.font_size),
    opacity: describe(z.number(), styleTexts.opacity),
    dash: describe(z.optional(z.array(z.number())), styleTexts.dash),
  }),
  "Style",
  "How an annotation looks. Lengths are pixels of the upright image",
);
export type Style = z.infer<typeof styleSchema>;

const styleShape = {
  stroke: describe(z.nullable(color), styleTexts.stroke),
  fill: describe(z.nullable(color), styleTexts.fill),
  stroke_width: describe(
    z.number().check(z.minimum(0), z.maximum(STROKE_WIDTH_MAX)),
    styleTexts.stroke_width,
  ),
  font_size: describe(z.number().check(z.minimum(1), z.maximum(FONT_SIZE_MAX)), styleTexts.font_size),
  opacity: describe(z.number().check(z.minimum(0), z.maximum(1)), styleTexts.opacity),
  dash: describe(
    z
      .array(z.number().check(z.positive(), z.maximum(STROKE_WIDTH_MAX)))
      .check(z.minLength(1), z.maxLength(DASH_MAX)),
    styleTexts.dash,
  ),
};
export const styleInputSchema = component(
  z.strictObject({
    stroke: z.optional(styleShape.stroke),
    fill: z.optional(styleShape.fill),
    stroke_width: z.optional(styleShape.stroke_width),
    font_size: z.optional(styleShape.font_size),
    opacity: z.optional(styleShape.opacity),
    dash: z.optional(styleShape.dash),
  }),
  "StyleInput",
  "How a new annotation looks. Members that are absent get their default",
);
export type StyleInput = z.infer<typeof styleInputSchema>;

export const stylePatchSchema = component(
  z.strictObject({
    stroke: z.optional(styleShape.stroke),
    fill: z.optional(styleShape.fill),
    stroke_width: z.optional(z.nullable(styleShape.stroke_width)),
    font_size: z.optional(z.nullable(styleShape.font_size)),
    opacity: z.optional(z.nullable(styleShape.opacity)),
    dash: z.optional(z.nullable(styleShape.dash)),
  }),
  "StylePatch",
  "Changes to a style, merged (RFC 7396): absent members stay, null goes back to the default. " +
    "For `stroke` and `fill`, null means none",
);
export type StylePatch = z.infer<typeof stylePatchSchema>;

export const labelSchema = textSchema(LABEL_MAX).check(z.trim(), z.minLength(1));
const labels = z.array(labelSchema).check(
  z.maxLength(LABELS_MAX),
  z.refine((all) => new Set(all).size === all.length, { error: "must not repeat a label" }),
);
const zIndex = z.int().check(z.minimum(-Z_INDEX_MAX), z.maximum(Z_INDEX_MAX));

/** What a review says of an annotation. */
export const reviews = ["none", "approved", "changes_requested"] as const;
export type Review = (typeof reviews)[number];
const review = z.enum(reviews);

export const annotationStatusSchema = z.enum(["active", "deleted"]);

const texts = {
  type: "The kind of shape. It decides the geometry and never changes",
  geometry: "Where the shape is, in pixels of the upright image",
  text: "What a `text` shows. For any other type, its note",
  labels: "Labels, without repeats: what it shows, a category, a task",
  properties: `Data of the application: a JSON object of at most ${METADATA_MAX_BYTES} bytes`,
  review: "What a review says of it: nothing yet, approved, or that it has to change",
  zIndex: "Higher ones lie above lower ones. Among equals, the one made later lies above",
};

/** What all annotations have. */
const annotationShape = {
  id: describe(idSchema, "The annotation's id (UUIDv4)"),
  document_id: describe(idSchema, "The document it is in"),
  style: styleSchema,
  text: describe(z.string(), texts.text),
  labels: describe(z.array(z.string()), texts.labels),
  properties: describe(z.record(z.string(), z.unknown()), texts.properties),
  author: describe(z.nullable(z.string()), "Who made it. null: nobody said"),
  author_name: authorNameSchema,
  ...updatedByShape,
  review: describe(review, texts.review),
  z_index: describe(z.int(), texts.zIndex),
  status: describe(annotationStatusSchema, "Deleted annotations stay readable"),
  version: describe(versionNumberSchema, "Rises by 1 or more with each change of this annotation"),
  seq: describe(seqSchema, "The seq of its last change"),
  ordinal: describe(
    z.int().check(z.nonnegative()),
    "Rises in the order in which a document's annotations were made, and never changes. " +
      "Among those with the same `z_index`, the higher one lies above",
  ),
  created_at: describe(timestampSchema, "When it was made"),
  updated_at: describe(timestampSchema, "When it last changed"),
};

function annotationOf<T extends AnnotationType>(type: T) {
  return component(
    z.object({
      ...annotationShape,
      type: describe(z.literal(type), texts.type),
      geometry: geometrySchemas[type],
    }),
    componentName(type, "Annotation"),
    `An annotation of type ${type}`,
  );
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
export const annotationSchema = component(
  z.discriminatedUnion("type", [
    annotationOf("box"),
    annotationOf("ellipse"),
    annotationOf("line"),
    annotationOf("arrow"),
    annotationOf("polyline"),
    annotationOf("polygon"),
    annotationOf("freehand"),
    annotationOf("text"),
    annotationOf("point"),
  ]),
  "Annotation",
  "An annotation. `type` tells which geometry it has",
);
export type Annotation = { [T in AnnotationType]: AnnotationOf<T> }[AnnotationType];
/** The annotation of one type: `AnnotationOf<"box">`. */
export interface AnnotationOf<T extends AnnotationType> extends AnnotationFields {
  type: T;
  geometry: Geometries[T];
}
/** What all annotations have, whatever their type. */
export interface AnnotationFields extends z.infer<z.ZodMiniObject<typeof annotationShape>> {}

const inputShape = {
  id: describe(
    z.optional(idSchema),
    "An id of the client's choice (UUIDv4). With it, a repeat makes no second annotation",
  ),
  style: z._default(styleInputSchema, {}),
  text: describe(z._default(textSchema(TEXT_MAX), ""), texts.text),
  labels: describe(z._default(labels, []), texts.labels),
  properties: describe(z._default(bagSchema, {}), texts.properties),
  author: describe(
    z.optional(nameSchema),
    "Who made it. Where there is a token, its subject takes this place",
  ),
  // No default: what is filled in would be part of the content that an opId stands for (R7), also of those from before.
  review: describe(z.optional(review), `${texts.review}. Absent: none`),
  z_index: describe(z._default(zIndex, 0), texts.zIndex),
};

function hasText(text: string): boolean {
  return text.trim() !== "";
}

/** The nine forms of an input. `extra` adds `document_id` for REST, or `op` for a batch. */
function createSchemas<Extra extends z.core.$ZodShape>(suffix: string, extra: Extra) {
  const of = <T extends AnnotationType>(type: T, more = { text: inputShape.text }) =>
    component(
      z.strictObject({
        ...extra,
        ...inputShape,
        ...more,
        type: describe(z.literal(type), texts.type),
        geometry: geometrySchemas[type],
      }),
      componentName(type, suffix),
      `A new annotation of type ${type}`,
    );
  return [
    of("box"),
    of("ellipse"),
    of("line"),
    of("arrow"),
    of("polyline"),
    of("polygon"),
    of("freehand"),
    of("text", {
      // Without text it would be invisible.
      text: describe(
        inputShape.text.check(z.refine(hasText, { error: "must not be empty for type text" })),
        "The text to show. It must not be empty",
      ),
    }),
    of("point"),
  ] as const;
}

export const annotationInputSchema = component(
  z.discriminatedUnion("type", createSchemas("AnnotationInput", {})),
  "AnnotationInput",
  "A new annotation, as `annotation.create` takes it",
);
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
export const annotationCreateSchema = component(
  z.discriminatedUnion(
    "type",
    createSchemas("AnnotationCreate", { document_id: describe(idSchema, "The document to draw on") }),
  ),
  "AnnotationCreate",
  "A new annotation, and the document it goes into",
);

const patchShape = {
  geometry: describe(z.optional(geometrySchema), "The new geometry. It must fit the annotation's type"),
  style: z.optional(stylePatchSchema),
  text: describe(z.optional(textSchema(TEXT_MAX)), texts.text),
  labels: describe(z.optional(labels), `Replaces the labels. ${texts.labels}`),
  properties: describe(
    z.optional(bagSchema),
    `Merged (RFC 7396): null removes a member. Together at most ${METADATA_MAX_BYTES} bytes`,
  ),
  review: describe(z.optional(review), texts.review),
  z_index: describe(z.optional(zIndex), texts.zIndex),
};

export const annotationPatchSchema = component(
  z.strictObject(patchShape),
  "AnnotationPatch",
  "Fields to change. `style` and `properties` are merged (RFC 7396), the others replaced. `type` never changes",
);
export type AnnotationPatch = z.infer<typeof annotationPatchSchema>;

const patchedVersion = describe(
  versionNumberSchema,
  "The version that the change was made for. A stale one is refused with `stale_version`",
);

/** The body of `PATCH /v1/annotations/{id}`. */
export const annotationUpdateSchema = component(
  z.strictObject({ ...patchShape, version: patchedVersion }),
  "AnnotationUpdate",
  "Fields to change, and the version they were made for. `type` never changes",
);

/** One operation of a batch: the fields are those of the POST and PATCH bodies, beside `op`. */
export const operationSchema = component(
  z.discriminatedUnion("op", [
    component(
      z.discriminatedUnion(
        "type",
        createSchemas("CreateOperation", { op: describe(z.literal("create"), "Makes an annotation") }),
      ),
      "CreateOperation",
      "Makes an annotation",
    ),
    component(
      z.strictObject({
        ...patchShape,
        op: describe(z.literal("update"), "Changes an annotation"),
        id: describe(idSchema, "The annotation to change"),
        version: patchedVersion,
      }),
      "UpdateOperation",
      "Changes an annotation",
    ),
    component(
      z.strictObject({
        op: describe(z.literal("delete"), "Deletes an annotation"),
        id: describe(idSchema, "The annotation to delete"),
        version: describe(
          z.optional(versionNumberSchema),
          "Refuses the delete with `stale_version` where it is not the current one",
        ),
      }),
      "DeleteOperation",
      "Deletes an annotation",
    ),
    component(
      z.strictObject({
        op: describe(z.literal("restore"), "Brings a deleted annotation back"),
        id: describe(idSchema, "The annotation to restore"),
        version: describe(
          z.optional(versionNumberSchema),
          "Refuses the restore with `stale_version` where it is not the current one",
        ),
      }),
      "RestoreOperation",
      "Brings a deleted annotation back",
    ),
  ]),
  "AnnotationOperation",
  "One operation of a batch. `op` tells which",
);
export type Operation = z.infer<typeof operationSchema>;
export const operationsSchema = z
  .array(operationSchema)
  .check(z.minLength(1), z.maxLength(BATCH_OPERATIONS_MAX));

/** The body of `POST /v1/annotations/batch`. */
export const annotationBatchSchema = component(
  z.strictObject({
    document_id: describe(idSchema, "The document of all the annotations"),
    operations: describe(operationsSchema, "Applied in this order, all or none. No id may come twice"),
  }),
  "AnnotationBatch",
  "Several operations as one change: all or none",
);
export const annotationBatchResultSchema = component(
  z.object({
    seq: describe(seqSchema, "The one seq of all the changes"),
    annotations: describe(
      z.array(annotationSchema),
      "Each annotation as it is now, in the order of the operations",
    ),
  }),
  "AnnotationBatchResult",
  "What a batch left",
);

export const annotationPageSchema = component(
  pageSchema(annotationSchema),
  "AnnotationPage",
  "A page of annotations",
);
