import type { ExportRequest } from "../../../client/rest/exports.ts";
import { QUALITY_DEFAULT } from "../../../protocol/limits.ts";
import type { ExportFormat } from "../../../protocol/model/export-job.ts";

export const formats = ["png", "jpg", "webp", "svg", "json"] as const satisfies readonly ExportFormat[];
export const scales = [0.5, 1, 2, 4] as const;

/** What the dialog asks for. */
export interface ExportChoice {
  format: ExportFormat;
  scale: number;
  /** Of jpg and webp: 1–100. */
  quality: number;
  /** null: the present. */
  versionId: string | null;
  notes: boolean;
  legend: boolean;
}

export const firstChoice: ExportChoice = {
  format: "png",
  scale: 1,
  quality: QUALITY_DEFAULT,
  versionId: null,
  notes: true,
  legend: false,
};

export function isPicture({ format }: Pick<ExportChoice, "format">): boolean {
  return format !== "json";
}

export function hasQuality({ format }: Pick<ExportChoice, "format">): boolean {
  return format === "jpg" || format === "webp";
}

/** The request for a choice: an option that the format has no use for is left out, since the service refuses it. */
export function toRequest(choice: ExportChoice): ExportRequest {
  const { format, scale, quality, versionId, notes, legend } = choice;
  return {
    format,
    ...(versionId !== null && { version_id: versionId }),
    ...(isPicture(choice) && { scale, legend, notes: notes ? "numbers" : "none" }),
    ...(hasQuality(choice) && { quality }),
  };
}
