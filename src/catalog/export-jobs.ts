import {
  exportFileName,
  exportJobSchema,
  exportOptionsSchema,
  type ExportFormat,
  type ExportJob,
  type ExportOptions,
} from "../protocol/model/export-job.ts";
import { describeContent } from "./export-content.ts";
import { toTimestamp, type Page, type Paged } from "../protocol/model/scalars.ts";
import { notRevoked } from "./revocations.ts";

/** Makes, finds and lists the export jobs in D1. `export-leases.ts` takes a job from start to end. */

/** A job as the route makes it. `created_at`: milliseconds since the epoch. */
export interface NewExportJob {
  id: string;
  document_id: string;
  version_id: string | null;
  seq: number;
  format: ExportFormat;
  options: ExportOptions;
  /** Who asked for it: the token's subject; null: not known. Others don't see it. */
  requester: string | null;
  /** The origin of the request (`https://host`); absent: not known. Others don't see it. */
  origin?: string;
  created_at: number;
}

export interface ExportRow {
  id: string;
  document_id: string;
  version_id: string | null;
  seq: number;
  status: ExportJob["status"];
  progress: number;
  format: ExportFormat;
  options: string;
  requester: string | null;
  origin: string | null;
  error: string | null;
  warnings: string;
  attempts: number;
  bytes: number | null;
  width: number | null;
  height: number | null;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
}

/** Queues a job. The same id again changes nothing and gets the stored job. */
export async function insertExportJob(
  db: D1Database,
  job: NewExportJob,
): Promise<{ job: ExportJob; created: boolean }> {
  const row = await db
    .prepare(
      `INSERT INTO exports (id, document_id, version_id, seq, format, options, requester, origin, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING *`,
    )
    .bind(
      job.id,
      job.document_id,
      job.version_id,
      job.seq,
      job.format,
      JSON.stringify(job.options),
      job.requester,
      job.origin ?? null,
      job.created_at,
    )
    .first<ExportRow>();
  if (row) return { job: toExportJob(row), created: true };
  const stored = await getExportJob(db, job.id);
  if (!stored) throw new Error("An export job was neither inserted nor found");
  return { job: stored, created: false };
}

export async function getExportJob(db: D1Database, id: string): Promise<ExportJob | null> {
  const row = await db.prepare("SELECT * FROM exports WHERE id = ?").bind(id).first<ExportRow>();
  return row && toExportJob(row);
}

/** Whether `subject` asked for the job. */
export async function isRequester(db: D1Database, id: string, subject: string): Promise<boolean> {
  const row = await db
    .prepare("SELECT 1 FROM exports WHERE id = ? AND requester = ?")
    .bind(id, subject)
    .first();
  return row !== null;
}

/** The origin of the request for the job; null: not known. */
export async function getExportOrigin(db: D1Database, id: string): Promise<string | null> {
  const row = await db
    .prepare("SELECT origin FROM exports WHERE id = ?")
    .bind(id)
    .first<Pick<ExportRow, "origin">>();
  return row?.origin ?? null;
}

/** Newest first. */
export async function listExportJobs(
  db: D1Database,
  query: {
    documentId?: string | undefined;
    status?: ExportJob["status"] | undefined;
    /** When the caller's token was issued, in seconds. Documents that have revoked it are left out. */
    iat?: number | undefined;
  } & Page,
): Promise<Paged<ExportJob>> {
  const { documentId, status, iat, page, size } = query;
  const revoked = notRevoked("document_id", iat);
  // A deleted document has no exports.
  const conditions = [
    "NOT EXISTS (SELECT 1 FROM documents WHERE documents.id = exports.document_id AND documents.status = 'deleted')",
    revoked.sql,
  ];
  const values = [...revoked.params];
  if (documentId !== undefined) {
    conditions.push("document_id = ?");
    values.push(documentId);
  }
  if (status !== undefined) {
    conditions.push("status = ?");
    values.push(status);
  }
  const where = `WHERE ${conditions.join(" AND ")}`;
  const [rows, counted] = await db.batch<ExportRow & { total: number }>([
    db
      .prepare(`SELECT * FROM exports ${where} ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?`)
      .bind(...values, size, (page - 1) * size),
    db.prepare(`SELECT COUNT(*) AS total FROM exports ${where}`).bind(...values),
  ]);
  return {
    items: (rows?.results ?? []).map(toExportJob),
    page,
    size,
    total: counted?.results[0]?.total ?? 0,
  };
}

/** How many other jobs are looked at. Jobs with the same seq and format differ only in their options, which are few. */
const CANDIDATES_MAX = 50;

/**
 * A finished job made after `since` whose file has exactly the bytes that `job` asks for: same document, seq, format,
 * options and origin. null: there is none.
 */
export async function findCachedExport(
  db: D1Database,
  job: Pick<ExportJob, "id" | "document_id" | "seq" | "format" | "options">,
  since: number,
): Promise<ExportJob | null> {
  const { results } = await db
    .prepare(
      `SELECT * FROM exports WHERE document_id = ?1 AND status = 'succeeded' AND created_at > ?2
         AND seq = ?3 AND format = ?4 AND id <> ?5 AND origin IS (SELECT origin FROM exports WHERE id = ?5)
         ORDER BY created_at DESC, id DESC LIMIT ?6`,
    )
    .bind(job.document_id, since, job.seq, job.format, job.id, CANDIDATES_MAX)
    .all<ExportRow>();
  const wanted = describeContent(job.format, job.options);
  return (
    results.map(toExportJob).find(({ format, options }) => describeContent(format, options) === wanted) ??
    null
  );
}

export function toExportJob(row: ExportRow): ExportJob {
  return {
    id: row.id,
    document_id: row.document_id,
    version_id: row.version_id,
    seq: row.seq,
    status: row.status,
    progress: row.progress,
    format: row.format,
    options: exportOptionsSchema.parse(JSON.parse(row.options)),
    result_url: row.status === "succeeded" ? `/exports/${exportFileName(row.id, row.format)}` : null,
    error: row.error,
    warnings: exportJobSchema.shape.warnings.parse(JSON.parse(row.warnings)),
    attempts: row.attempts,
    bytes: row.bytes,
    width: row.width,
    height: row.height,
    created_at: toTimestamp(row.created_at),
    started_at: row.started_at === null ? null : toTimestamp(row.started_at),
    finished_at: row.finished_at === null ? null : toTimestamp(row.finished_at),
  };
}
