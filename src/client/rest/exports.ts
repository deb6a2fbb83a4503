import type { ExportDraft } from "../../protocol/model/export-job.ts";

/** What to export: the format, and the options that are not to be the default. */
export type ExportRequest = Omit<ExportDraft, "document_id">;

export interface ExportCall {
  /** Hears how far it is: from 0 to 1. */
  onProgress?: (progress: number) => void;
  /** Cancels the export. */
  signal?: AbortSignal;
}
