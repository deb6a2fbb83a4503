import { z } from "zod";
import { annotationTypes } from "./geometry.ts";
import {
  AUTHORS_FILTER_MAX,
  LABELS_MAX,
  LABEL_MAX,
  QUALITY_DEFAULT,
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
/** Of `json` with the profile `w3c`, with the parameter that the Web Annotation Protocol asks for (§3.2). */
export const JSON_LD_TYPE = "application/ld+json";
const ANNOTATION_LD_TYPE = `${JSON_LD_TYPE}; profile="http://www.w3.org/ns/anno.jsonld"`;

export const exportStatuses = ["queued", "running", "succeeded", "failed", "cancelled"] as const;
export type ExportStatus = (typeof exportStatuses)[number];

/** Whether a job has come to its end: it never changes again. */
export function isFinal({ status }: { status: ExportStatus }): boolean {
  return status === "succeeded" || status === "failed" || status === "cancelled";
}

/** Which annotations a file holds: those that fit every list that is given; one fits a list that has any of its values. */
export const exportFilterSchema = z
  .strictObject({
    types: z.array(z.enum(annotationTypes)).min(1).max(annotationTypes.length).optional(),
    labels: z.array(textSchema(LABEL_MAX).trim().min(1)).min(1).max(LABELS_MAX).optional(),
    authors: z.array(nameSchema).min(1).max(AUTHORS_FILTER_MAX).optional(),
  })
  .meta({
    id: "ExportFilter",
    description:
      "Only the annotations that fit every list given here; an annotation fits a list by any one of its values",
  });
export type ExportFilter = z.infer<typeof exportFilterSchema>;

export const noteStyles = ["none", "numbers", "callouts"] as const;
export type NoteStyle = (typeof noteStyles)[number];

export const exportOptionsShape = {
  scale: z
    .number()
    .min(SCALE_MIN)
    .max(SCALE_MAX)
    .default(1)
    .meta({ description: "Output pixels per image pixel: png, jpg, webp, svg; no matter for json" }),
  quality: z
    .int()
    .min(1)
    .max(100)
    .default(QUALITY_DEFAULT)
    .meta({ description: "Of the lossy formats: jpg, webp; no matter for the others" }),
  background: z
    .string()
    .regex(/^#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$/, "must be #rrggbb or #rrggbbaa")
    .toLowerCase()
    .default("#ffffff")
    .meta({
      description:
        "The ground where there is no picture, under a transparent one in a jpg, and (made opaque) of the legend; no matter for json",
    }),
  annotations: exportFilterSchema.optional(),
  legend: z.boolean().optional().meta({
    description:
      "The labels and their colours below the picture: png, jpg, webp, svg; true is refused for json",
  }),
  notes: z
    .enum(noteStyles)
    .optional()
    .meta({
      description:
        "How the `text` of annotations is shown that do not show it themselves (all but type text): `numbers`, a numbered badge at each and a " +
        "list below the picture; `callouts`, the text in a box beside each; `none`. Absent is `none`, with a warning where there are notes. " +
        "png, jpg, webp, svg; numbers and callouts are refused for json",
    }),
  profile: z.enum(["w3c"]).optional().meta({
    description:
      "For json only, else refused. `w3c`: a W3C Web Annotation Page (JSON-LD) in place of Acetate's own form",
  }),
};
export const exportOptionsSchema = z.strictObject(exportOptionsShape);
export type ExportOptions = z.infer<typeof exportOptionsSchema>;

export const exportCreateSchema = z
  .strictObject({
    document_id: idSchema,
    format: z.enum(exportFormats),
    /** One of the document's versions; absent: the present. */
    version_id: idSchema.optional(),
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
  })
  .meta({ id: "ExportCreate" });

export const exportJobSchema = z
  .object({
    id: idSchema,
    document_id: idSchema,
    version_id: idSchema.nullable(),
    /** The state that is rendered: fixed when the job is made. */
    seq: seqSchema,
    status: z.enum(exportStatuses),
    /** 0–1. */
    progress: z.number(),
    format: z.enum(exportFormats),
    options: exportOptionsSchema,
    /** Path of the file on this service; null until it is there. */
    result_url: z.string().nullable(),
    /** Why it failed, for a person. */
    error: z.string().nullable(),
    /** What the picture lacks, for a person. */
    warnings: z.array(z.string()),
    attempts: z.int().nonnegative(),
    bytes: z.int().nonnegative().nullable(),
    width: z.int().positive().nullable(),
    height: z.int().positive().nullable(),
    created_at: timestampSchema,
    started_at: timestampSchema.nullable(),
    finished_at: timestampSchema.nullable(),
  })
  .meta({ id: "Export" });
export type ExportJob = z.infer<typeof exportJobSchema>;

export const exportListQuerySchema = z.strictObject({
  document_id: idSchema.optional(),
  status: z.enum(exportStatuses).optional(),
  ...pageQueryShape,
});
export const exportPageSchema = pageSchema(exportJobSchema).meta({ id: "ExportPage" });

/** The media type that a job's file is served with. */
export function contentTypeOf({ format, options }: Pick<ExportJob, "format" | "options">): string {
  return options.profile === "w3c" ? ANNOTATION_LD_TYPE : contentTypes[format];
}

/** The file's name in R2 (under `exports/`), at `/exports/` and in the local mirror. */
export function exportFileName(id: string, format: ExportFormat): string {
  return `${id}.${format}`;
}
