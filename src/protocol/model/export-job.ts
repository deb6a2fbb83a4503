import * as z from "zod";
import { annotationTypes } from "./geometry.ts";
import {
  AUTHORS_FILTER_MAX,
  LABELS_MAX,
  LABEL_MAX,
  QUALITY_DEFAULT,
  QUALITY_MAX,
  QUALITY_MIN,
  SCALE_MAX,
  SCALE_MIN,
} from "../limits.ts";
import {
  idSchema,
  nameSchema,
  pageQueryShape,
  pageSchema,
  seqSchema,
  textSchema,
  timestampSchema,
} from "./scalars.ts";

export const exportFormats = ["png", "jpg", "webp", "svg", "json"] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const contentTypes: Record<ExportFormat, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  webp: "image/webp",
  svg: "image/svg+xml",
  json: "application/json",
};
/** The media type of `json` with the profile `w3c`. The Web Annotation Protocol (§3.2) asks for its parameter. */
export const JSON_LD_TYPE = "application/ld+json";
const ANNOTATION_LD_TYPE = `${JSON_LD_TYPE}; profile="http://www.w3.org/ns/anno.jsonld"`;

export const exportStatuses = ["queued", "running", "succeeded", "failed", "cancelled"] as const;
export type ExportStatus = (typeof exportStatuses)[number];

/** Whether a job has come to its end. It never changes again. */
export function isFinal({ status }: { status: ExportStatus }): boolean {
  return status === "succeeded" || status === "failed" || status === "cancelled";
}

export const exportFilterSchema = z
  .strictObject({
    types: z
      .array(z.enum(annotationTypes))
      .min(1)
      .max(annotationTypes.length)
      .optional()
      .describe("Only annotations of one of these types"),
    labels: z
      .array(textSchema(LABEL_MAX).trim().min(1))
      .min(1)
      .max(LABELS_MAX)
      .optional()
      .describe("Only annotations with one of these labels"),
    authors: z
      .array(nameSchema)
      .min(1)
      .max(AUTHORS_FILTER_MAX)
      .optional()
      .describe("Only annotations by one of these authors"),
  })
  .meta({
    id: "ExportFilter",
    description:
      "Only the annotations that fit every list given here. One value of a list is enough to fit it",
  });
export type ExportFilter = z.infer<typeof exportFilterSchema>;

export const noteStyles = ["none", "numbers", "callouts"] as const;
export type NoteStyle = (typeof noteStyles)[number];

export const chromaSamplings = ["4:2:0", "4:4:4"] as const;
export type ChromaSampling = (typeof chromaSamplings)[number];
export const CHROMA_DEFAULT: ChromaSampling = "4:2:0";

const optionTexts = {
  scale: "Output pixels per image pixel: png, jpg, webp, svg. No effect on json",
  quality: "Of the lossy formats, jpg and webp. No effect on the others",
  background:
    "The ground where there is no picture, under a transparent picture in a jpg, and, made opaque, of the legend: " +
    "#rrggbb or #rrggbbaa. No effect on json",
};

/** Options that a job may lack. */
const optionalOptions = {
  chroma: z
    .enum(chromaSamplings)
    .optional()
    .describe(
      "How finely a jpg keeps colours. `4:2:0`: one for 2 × 2 pixels, as photos have it. `4:4:4`: one for each pixel, " +
        "so that thin coloured lines and letters stay sharp, in a larger file. Absent is `4:2:0`. For jpg only, else " +
        "refused",
    ),
  annotations: exportFilterSchema.optional(),
  legend: z
    .boolean()
    .optional()
    .describe(
      "The labels and their colours below the picture: png, jpg, webp, svg. true is refused for json",
    ),
  notes: z
    .enum(noteStyles)
    .optional()
    .describe(
      "How the `text` of annotations is shown that do not show it themselves (all types but text). `numbers`: a " +
        "numbered badge at each, and a list below the picture. `callouts`: the text in a box beside each. `none`: " +
        "not at all. Absent is `none`, with a warning where there are notes. " +
        "For png, jpg, webp, svg; numbers and callouts are refused for json",
    ),
  profile: z
    .enum(["w3c"])
    .optional()
    .describe(
      "`w3c`: a W3C Web Annotation Page (JSON-LD) in place of Acetate's own form. For json only, else refused",
    ),
};

const scale = z.number().min(SCALE_MIN).max(SCALE_MAX);
const quality = z.int().min(QUALITY_MIN).max(QUALITY_MAX);
const background = z
  .string()
  .regex(/^#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$/, "must be #rrggbb or #rrggbbaa")
  .toLowerCase();

const exportOptionsShape = {
  scale: scale.default(1).describe(optionTexts.scale),
  quality: quality.default(QUALITY_DEFAULT).describe(optionTexts.quality),
  background: background.default("#ffffff").describe(optionTexts.background),
  ...optionalOptions,
};
/** A job's options, with the defaults filled in. */
export const exportOptionsSchema = z
  .strictObject({
    scale: scale.describe(optionTexts.scale),
    quality: quality.describe(optionTexts.quality),
    background: background.describe(optionTexts.background),
    ...optionalOptions,
  })
  .meta({ id: "ExportOptions", description: "How the file is made" });
export type ExportOptions = z.infer<typeof exportOptionsSchema>;

export const exportCreateSchema = z
  .strictObject({
    document_id: idSchema.describe("The document to export"),
    format: z.enum(exportFormats).describe("The format of the file"),
    version_id: idSchema.optional().describe("One of the document's versions. Absent: the present"),
    ...exportOptionsShape,
  })
  .check(({ value, issues }) => {
    const refuse = (field: string, message: string): void => {
      issues.push({ code: "custom", input: value, path: [field], message });
    };
    if (value.format === "json" && value.legend === true) {
      refuse("legend", "is for png, jpg, webp and svg: json has no picture");
    }
    if (value.format === "json" && value.notes !== undefined && value.notes !== "none") {
      refuse("notes", "is for png, jpg, webp and svg: json has every text in it");
    }
    if (value.format !== "json" && value.profile !== undefined) refuse("profile", "is for json only");
    if (value.format !== "jpg" && value.chroma !== undefined) {
      refuse("chroma", "is for jpg only: png and webp have no such choice, svg and json no pixels");
    }
  })
  .meta({ id: "ExportCreate", description: "A file to make" });

export const exportJobSchema = z
  .object({
    id: idSchema.describe("The job's id (UUIDv4)"),
    document_id: idSchema.describe("The document"),
    version_id: idSchema.nullable().describe("The version that is exported. null: the present, as of `seq`"),
    seq: seqSchema.describe("The seq of the state that is exported. It is fixed when the job is made"),
    status: z.enum(exportStatuses).describe("`succeeded`, `failed` and `cancelled` are final"),
    progress: z.number().describe("From 0 to 1"),
    format: z.enum(exportFormats).describe("The format of the file"),
    options: exportOptionsSchema,
    result_url: z.string().nullable().describe("The path of the file on this service. null: not there yet"),
    error: z.string().nullable().describe("Why it failed and what to do, for people. null: it has not"),
    warnings: z.array(z.string()).describe("What the file lacks, for people"),
    attempts: z.int().nonnegative().describe("How often it was tried"),
    bytes: z.int().nonnegative().nullable().describe("The size of the file. null: not known yet"),
    width: z.int().positive().nullable().describe("Pixels. null: not known yet, or no picture"),
    height: z.int().positive().nullable().describe("Pixels. null: not known yet, or no picture"),
    created_at: timestampSchema.describe("When it was asked for"),
    started_at: timestampSchema.nullable().describe("When work on it began. null: not yet"),
    finished_at: timestampSchema.nullable().describe("When it came to its end. null: not yet"),
  })
  .meta({ id: "Export", description: "A job that makes a finished file" });
export type ExportJob = z.infer<typeof exportJobSchema>;

export const exportListQuerySchema = z.strictObject({
  document_id: idSchema.optional().describe("Only exports of this document"),
  status: z.enum(exportStatuses).optional().describe("Only exports with this status"),
  ...pageQueryShape,
});
export const exportPageSchema = pageSchema(exportJobSchema).meta({
  id: "ExportPage",
  description: "A page of exports",
});

/** The media type of a job's file. */
export function contentTypeOf({ format, options }: Pick<ExportJob, "format" | "options">): string {
  return options.profile === "w3c" ? ANNOTATION_LD_TYPE : contentTypes[format];
}

/** The name of a job's file, at `/exports/` and wherever it is kept. */
export function exportFileName(id: string, format: ExportFormat): string {
  return `${id}.${format}`;
}
