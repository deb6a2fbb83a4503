import { z } from "zod";
import { QUALITY_DEFAULT, SCALE_MAX, SCALE_MIN } from "./limits.ts";
import { idSchema, pageQueryShape, pageSchema, seqSchema, timestampSchema } from "./scalars.ts";

export const exportFormats = ["png", "jpg", "webp", "svg", "json"] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const contentTypes: Record<ExportFormat, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  webp: "image/webp",
  svg: "image/svg+xml",
  json: "application/json",
};

export const exportStatuses = ["queued", "running", "succeeded", "failed"] as const;

export const exportOptionsShape = {
  /** Output pixels per image pixel. */
  scale: z.number().min(SCALE_MIN).max(SCALE_MAX).default(1),
  /** 1–100, of lossy formats. */
  quality: z.int().min(1).max(100).default(QUALITY_DEFAULT),
  /** The ground where there is no picture, and under a transparent one in a format without alpha. */
  background: z
    .string()
    .regex(/^#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$/, "must be #rrggbb or #rrggbbaa")
    .toLowerCase()
    .default("#ffffff"),
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

/** The file's name in R2 (under `exports/`), at `/exports/` and in the local mirror. */
export function exportFileName(id: string, format: ExportFormat): string {
  return `${id}.${format}`;
}
