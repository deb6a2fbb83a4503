import type { exportCreateSchema } from "../../protocol/model/export-job.ts";
import type * as z from "zod/mini";

/** What to export: the format, and the options that are not to be the default. */
export type ExportRequest = Omit<z.input<typeof exportCreateSchema>, "document_id">;

export interface ExportCall {
  /** Hears how far it is: from 0 to 1. */
  onProgress?: (progress: number) => void;
  /** Cancels the export. */
  signal?: AbortSignal;
}
