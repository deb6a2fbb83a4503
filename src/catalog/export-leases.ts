import type { ExportJob } from "../protocol/model/export-job.ts";
import { type ExportRow, toExportJob } from "./export-jobs.ts";

/**
 * Takes an export job from queued to running, and from there to succeeded, failed or cancelled. The renderer holds
 * the job's lease: a random token, written by one conditional UPDATE, that all its later writes must match. So two
 * renderers never work on the same job. A renderer whose lease ran out can't finish a job that another has taken
 * over, and nobody can finish a cancelled one.
 *
 * `lease_until` is when a renderer may take the job: a running job when its lease ends, a queued job after a pause.
 */

/** The right to work on a job. Times: milliseconds since the epoch. */
export interface Lease {
  token: string;
  until: number;
}

/** A job, and since when the platform has failed it, in ms since the epoch; null: it has not failed it. */
export interface LeasedJob {
  job: ExportJob;
  failingSince: number | null;
}

export interface ExportOutcome {
  bytes: number;
  width: number | null;
  height: number | null;
  warnings: readonly string[];
}

/** When a job that could not be finished may be taken again, and what is noted about the try. */
export interface Pause {
  until: number;
  /** Whether the try counts. It does not if the platform failed. */
  counts: boolean;
  failingSince: number | null;
}

/**
 * Takes the job whose turn it is. The requester who was served longest ago comes first; of their documents, the one
 * that was served longest ago; of its jobs, the oldest. So a requester with many jobs waits, and does not hold up the
 * others. Jobs without a requester (the service ran without tokens) count as one requester's. null: no job can be
 * taken at `now`.
 *
 * Reads the jobs that are not final, and two more rows for each of their documents.
 */
export async function leaseNextExportJob(
  db: D1Database,
  lease: Lease,
  now: number,
): Promise<LeasedJob | null> {
  const row = await prepareLease(db, lease, now).first<ExportRow & { failing_since: number | null }>();
  return row && { job: toExportJob(row), failingSince: row.failing_since };
}

/** The statement of `leaseNextExportJob`, on its own so that a test can count the rows it reads, which are billed. */
export function prepareLease(db: D1Database, lease: Lease, now: number): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE exports SET status = 'running', progress = 0, lease_token = ?1, lease_until = ?2,
         attempts = attempts + 1, started_at = COALESCE(started_at, ?3), leased_at = ?3
       WHERE id = (
         SELECT id FROM (
           SELECT id, requester, document_id, MIN(created_at) AS oldest FROM exports
           WHERE status IN ('queued', 'running') AND COALESCE(lease_until, 0) <= ?3
           GROUP BY requester, document_id
         ) AS waiting
         ORDER BY (SELECT MAX(leased_at) FROM exports WHERE requester IS waiting.requester),
           (SELECT MAX(leased_at) FROM exports WHERE document_id = waiting.document_id), oldest, id
         LIMIT 1
       ) RETURNING *`,
    )
    .bind(lease.token, lease.until, now);
}

/** Milliseconds until the job may be taken; 0: now; null: it is final or unknown. */
export async function readExportWait(db: D1Database, id: string, now: number): Promise<number | null> {
  const row = await db
    .prepare(
      `SELECT MAX(0, COALESCE(lease_until, 0) - ?2) AS wait FROM exports
       WHERE id = ?1 AND status IN ('queued', 'running')`,
    )
    .bind(id, now)
    .first<{ wait: number }>();
  return row && row.wait;
}

/** Notes the progress (0–1) and extends the lease to `lease.until`. null: the lease is lost. */
export async function progressExportJob(
  db: D1Database,
  id: string,
  lease: Lease,
  progress: number,
): Promise<ExportJob | null> {
  return updateJob(
    db
      .prepare(
        `UPDATE exports SET progress = MAX(progress, ?3), lease_until = ?4
         WHERE id = ?1 AND status = 'running' AND lease_token = ?2 RETURNING *`,
      )
      .bind(id, lease.token, progress, lease.until),
  );
}

/** The file is in R2. null: the lease is lost. */
export async function succeedExportJob(
  db: D1Database,
  id: string,
  token: string,
  outcome: ExportOutcome,
  now: number,
): Promise<ExportJob | null> {
  return updateJob(
    db
      .prepare(
        `UPDATE exports SET status = 'succeeded', progress = 1, error = NULL, bytes = ?3, width = ?4, height = ?5,
           warnings = ?6, finished_at = ?7, lease_token = NULL, lease_until = NULL
         WHERE id = ?1 AND status = 'running' AND lease_token = ?2 RETURNING *`,
      )
      .bind(id, token, outcome.bytes, outcome.width, outcome.height, JSON.stringify(outcome.warnings), now),
  );
}

/** Ends the job for good. `reason` is for people to read. null: the lease is lost. */
export async function failExportJob(
  db: D1Database,
  id: string,
  token: string,
  reason: string,
  now: number,
): Promise<ExportJob | null> {
  return updateJob(
    db
      .prepare(
        `UPDATE exports SET status = 'failed', error = ?3, finished_at = ?4, lease_token = NULL, lease_until = NULL
         WHERE id = ?1 AND status = 'running' AND lease_token = ?2 RETURNING *`,
      )
      .bind(id, token, reason, now),
  );
}

/** Gives the job back for another try. null: the lease is lost. */
export async function requeueExportJob(
  db: D1Database,
  id: string,
  token: string,
  { until, counts, failingSince }: Pause,
): Promise<ExportJob | null> {
  return updateJob(
    db
      .prepare(
        `UPDATE exports SET status = 'queued', progress = 0, lease_token = NULL, lease_until = ?3,
           attempts = attempts - ?4, failing_since = ?5
         WHERE id = ?1 AND status = 'running' AND lease_token = ?2 RETURNING *`,
      )
      .bind(id, token, until, counts ? 0 : 1, failingSince),
  );
}

/**
 * Ends a job that nobody works on at `now` and that the platform has failed since before `since`. null: it is not
 * one.
 */
export async function abandonExportJob(
  db: D1Database,
  id: string,
  reason: string,
  since: number,
  now: number,
): Promise<ExportJob | null> {
  return updateJob(
    db
      .prepare(
        `UPDATE exports SET status = 'failed', error = ?2, finished_at = ?4, lease_token = NULL, lease_until = NULL
         WHERE id = ?1 AND failing_since <= ?3
           AND (status = 'queued' OR (status = 'running' AND lease_until <= ?4)) RETURNING *`,
      )
      .bind(id, reason, since, now),
  );
}

/** Ends a job that is not final. A renderer that works on it loses its lease. null: it is final or unknown. */
export async function cancelExportJob(db: D1Database, id: string, now: number): Promise<ExportJob | null> {
  return updateJob(
    db
      .prepare(
        `UPDATE exports SET status = 'cancelled', finished_at = ?2, lease_token = NULL, lease_until = NULL
         WHERE id = ?1 AND status IN ('queued', 'running') RETURNING *`,
      )
      .bind(id, now),
  );
}

async function updateJob(statement: D1PreparedStatement): Promise<ExportJob | null> {
  const row = await statement.first<ExportRow>();
  return row && toExportJob(row);
}
