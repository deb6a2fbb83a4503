import { explainOutputLimit } from "../export/explain-size.ts";
import type { PixelLimits } from "../raster/output-limit.ts";
import type { Context } from "hono";
import { getExportJob, isRequester } from "../catalog/export-jobs.ts";
import { scaleSize } from "../export/scale-size.ts";
import { exportKey } from "../files/keys.ts";
import { roleReaches } from "../protocol/model/token.ts";
import type { Document } from "../protocol/model/document.ts";
import {
  contentTypeOf,
  type ExportFormat,
  type ExportJob,
  type ExportOptions,
  exportFileName,
} from "../protocol/model/export-job.ts";
import type { AppEnv } from "./app-env.ts";
import { describeDownload } from "./answers/download-name.ts";
import { requireDocument } from "./middleware/guard.ts";
import { refusal, unwrap } from "./answers/refusal.ts";
import { openRoom } from "../room/room-stub.ts";
import { serveFile } from "./answers/serve-file.ts";

const missing = { code: "export_not_found", message: "There is no such export" } as const;

/** Returns the job if the caller may read its document, and the document is not deleted. */
export async function readExport(c: Context<AppEnv>, id: string): Promise<ExportJob> {
  const job = await getExportJob(c.env.DB, id);
  if (!job) throw refusal(missing.code, missing.message);
  const access = requireDocument(c, job.document_id);
  unwrap(await openRoom(c.env, job.document_id).authorize(access, "viewer"));
  return job;
}

/** Lets editors through, and whoever asked for the job. Without tokens, everyone. Errors: `forbidden`. */
export async function requireCanceller(c: Context<AppEnv>, { id }: ExportJob): Promise<void> {
  const { claims } = c.var.access;
  if (claims === null || roleReaches(claims.role, "editor")) return;
  if (await isRequester(c.env.DB, id, claims.sub)) return;
  throw refusal("forbidden", `An export of others takes the role editor, the token has ${claims.role}`);
}

/** Answers with the finished file, for display. Errors: `export_not_ready`. */
export async function showExport(c: Context<AppEnv>, job: ExportJob): Promise<Response> {
  return serveExport(c, job, `inline; filename="${exportFileName(job.id, job.format)}"`);
}

/**
 * Answers with the finished file, as a download named by the title that the document had at the job's seq. Neither the
 * name nor the content ever changes, so a cache may keep both. Errors: `export_not_ready`.
 */
export async function downloadExport(c: Context<AppEnv>, job: ExportJob): Promise<Response> {
  const { title } = unwrap(await openRoom(c.env, job.document_id).readDocumentAt(job.seq));
  return serveExport(c, job, describeDownload(title, job));
}

async function serveExport(c: Context<AppEnv>, job: ExportJob, disposition: string): Promise<Response> {
  if (job.status !== "succeeded") {
    throw refusal("export_not_ready", explainNoFile(job), { current: job });
  }
  return serveFile(c, {
    key: exportKey(job.id, job.format),
    contentType: contentTypeOf(job),
    // A job's file never changes. A shared cache may keep it only where the service is open: then only this machine
    // reaches it, and there is nobody to hide it from.
    cacheControl: `${c.var.access.claims ? "private" : "public"}, max-age=31536000, immutable`,
    disposition,
    missing,
  });
}

function explainNoFile({ status, error }: ExportJob): string {
  if (status === "failed") return `The export has failed, make a new one: ${error ?? "no reason is known"}`;
  if (status === "cancelled") return "The export was cancelled: make a new one";
  return `The export is ${status}: ask again when its status is succeeded`;
}

/** Refuses an export that would not fit into the renderer's memory, if its size is known already. */
export function checkRasterSize(
  { width, height }: Document,
  format: ExportFormat,
  scale: number,
  limits: PixelLimits,
): void {
  if (width === null || height === null) return;
  const message = explainOutputLimit(scaleSize({ width, height }, scale), scale, format, limits);
  if (message === undefined) return;
  throw refusal("image_too_large", message, { errors: [{ path: "scale", message }] });
}

/** Whether an earlier, identical request made this job. */
export function isSameExport(
  job: ExportJob,
  asked: { document_id: string; version_id: string | null; format: ExportFormat; options: ExportOptions },
): boolean {
  return (
    job.document_id === asked.document_id &&
    job.version_id === asked.version_id &&
    job.format === asked.format &&
    // The same schema parsed both, so their fields have the same order.
    JSON.stringify(job.options) === JSON.stringify(asked.options)
  );
}
