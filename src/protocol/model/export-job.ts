import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
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
import { idSchema, nameSchema, pageSchema, seqSchema, textSchema, timestampSchema } from "./scalars.ts";

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

export const exportFilterSchema = component(
  z.strictObject({
    types: describe(
      z.optional(z.array(z.enum(annotationTypes)).check(z.minLength(1), z.maxLength(annotationTypes.length))),
      "Only annotations of one of these types",
    ),
    labels: describe(
      z.optional(
        z
          .array(textSchema(LABEL_MAX).check(z.trim(), z.minLength(1)))
          .check(z.minLength(1), z.maxLength(LABELS_MAX)),
      ),
      "Only annotations with one of these labels",
    ),
    authors: describe(
      z.optional(z.array(nameSchema).check(z.minLength(1), z.maxLength(AUTHORS_FILTER_MAX))),
      "Only annotations by one of these authors",
    ),
  }),
  "ExportFilter",
  "Only the annotations that fit every list given here. One value of a list is enough to fit it",
);
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
  chroma: describe(
    z.optional(z.enum(chromaSamplings)),
    "How finely a jpg keeps colours. `4:2:0`: one for 2 × 2 pixels, as photos have it. `4:4:4`: one for each pixel, " +
      "so that thin coloured lines and letters stay sharp, in a larger file. Absent is `4:2:0`. For jpg only, else " +
      "refused",
  ),
  annotations: z.optional(exportFilterSchema),
  legend: describe(
    z.optional(z.boolean()),
    "The labels and their colours below the picture: png, jpg, webp, svg. true is refused for json",
  ),
  notes: describe(
    z.optional(z.enum(noteStyles)),
    "How the `text` of annotations is shown that do not show it themselves (all types but text), and what people say " +
      "about them in threads that are open. `numbers`: a numbered badge at each, and a list below the picture. " +
      "`callouts`: the text in a box beside each. `none`: not at all. Absent is `none`, with a warning where there " +
      "are texts. " +
      "For png, jpg, webp, svg; numbers and callouts are refused for json",
  ),
  profile: describe(
    z.optional(z.enum(["w3c"])),
    "`w3c`: a W3C Web Annotation Page (JSON-LD) in place of Acetate's own form. For json only, else refused",
  ),
};

const scale = z.number().check(z.minimum(SCALE_MIN), z.maximum(SCALE_MAX));
const quality = z.int().check(z.minimum(QUALITY_MIN), z.maximum(QUALITY_MAX));
const background = z
  .string()
  .check(z.regex(/^#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$/, "must be #rrggbb or #rrggbbaa"), z.toLowerCase());

const exportOptionsShape = {
  scale: describe(z._default(scale, 1), optionTexts.scale),
  quality: describe(z._default(quality, QUALITY_DEFAULT), optionTexts.quality),
  background: describe(z._default(background, "#ffffff"), optionTexts.background),
  ...optionalOptions,
};
/** A job's options, with the defaults filled in. */
export const exportOptionsSchema = component(
  z.strictObject({
    scale: describe(scale, optionTexts.scale),
    quality: describe(quality, optionTexts.quality),
    background: describe(background, optionTexts.background),
    ...optionalOptions,
  }),
  "ExportOptions",
  "How the file is made",
);
export type ExportOptions = z.infer<typeof exportOptionsSchema>;

export const exportCreateSchema = component(
  z
    .strictObject({
      document_id: describe(idSchema, "The document to export"),
      format: describe(z.enum(exportFormats), "The format of the file"),
      version_id: describe(z.optional(idSchema), "One of the document's versions. Absent: the present"),
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
    }),
  "ExportCreate",
  "A file to make",
);

export const exportJobSchema = component(
  z.object({
    id: describe(idSchema, "The job's id (UUIDv4)"),
    document_id: describe(idSchema, "The document"),
    version_id: describe(
      z.nullable(idSchema),
      "The version that is exported. null: the present, as of `seq`",
    ),
    seq: describe(seqSchema, "The seq of the state that is exported. It is fixed when the job is made"),
    status: describe(z.enum(exportStatuses), "`succeeded`, `failed` and `cancelled` are final"),
    progress: describe(z.number(), "From 0 to 1"),
    format: describe(z.enum(exportFormats), "The format of the file"),
    options: exportOptionsSchema,
    result_url: describe(z.nullable(z.string()), "The path of the file on this service. null: not there yet"),
    error: describe(z.nullable(z.string()), "Why it failed and what to do, for people. null: it has not"),
    warnings: describe(z.array(z.string()), "What the file lacks, for people"),
    attempts: describe(z.int().check(z.nonnegative()), "How often it was tried"),
    bytes: describe(z.nullable(z.int().check(z.nonnegative())), "The size of the file. null: not known yet"),
    width: describe(z.nullable(z.int().check(z.positive())), "Pixels. null: not known yet, or no picture"),
    height: describe(z.nullable(z.int().check(z.positive())), "Pixels. null: not known yet, or no picture"),
    created_at: describe(timestampSchema, "When it was asked for"),
    started_at: describe(z.nullable(timestampSchema), "When work on it began. null: not yet"),
    finished_at: describe(z.nullable(timestampSchema), "When it came to its end. null: not yet"),
  }),
  "Export",
  "A job that makes a finished file",
);
export type ExportJob = z.infer<typeof exportJobSchema>;

export const exportPageSchema = component(pageSchema(exportJobSchema), "ExportPage", "A page of exports");

/** The media type of a job's file. */
export function contentTypeOf({ format, options }: Pick<ExportJob, "format" | "options">): string {
  return options.profile === "w3c" ? ANNOTATION_LD_TYPE : contentTypes[format];
}

/** The name of a job's file, at `/exports/` and wherever it is kept. */
export function exportFileName(id: string, format: ExportFormat): string {
  return `${id}.${format}`;
}
