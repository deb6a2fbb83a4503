export interface OpenExport {
  jobId: string;
  seq: number;
  attempts: number;
  createdAt: number;
}

type OpenExportRow = { job_id: string; seq: number; attempts: number; created_at: number };

/** Exports of this document that are not final yet. */
export class OpenExportStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Notes an export. A second call for the same job changes nothing. Returns the seq that the job is for. */
  open(jobId: string, seq: number, now: number, nextAt: number): number {
    this.#sql.exec(
      "INSERT OR IGNORE INTO open_exports (job_id, seq, attempts, created_at, next_at) VALUES (?, ?, 0, ?, ?)",
      jobId,
      seq,
      now,
      nextAt,
    );
    return this.#sql.exec<{ seq: number }>("SELECT seq FROM open_exports WHERE job_id = ?", jobId).one().seq;
  }

  /** Whether the job is noted here, and so not final. */
  has(jobId: string): boolean {
    return this.#sql.exec("SELECT 1 FROM open_exports WHERE job_id = ?", jobId).toArray().length > 0;
  }

  dueAt(now: number): OpenExport[] {
    return this.#sql
      .exec<OpenExportRow>(
        "SELECT job_id, seq, attempts, created_at FROM open_exports WHERE next_at <= ? ORDER BY next_at LIMIT 100",
        now,
      )
      .toArray()
      .map((row) => ({
        jobId: row.job_id,
        seq: row.seq,
        attempts: row.attempts,
        createdAt: row.created_at,
      }));
  }

  postpone(jobId: string, nextAt: number): void {
    this.#sql.exec(
      "UPDATE open_exports SET attempts = attempts + 1, next_at = ? WHERE job_id = ?",
      nextAt,
      jobId,
    );
  }

  close(jobId: string): void {
    this.#sql.exec("DELETE FROM open_exports WHERE job_id = ?", jobId);
  }

  /** When the next export is due; null: there is none. */
  nextAt(): number | null {
    return this.#sql.exec<{ at: number | null }>("SELECT MIN(next_at) AS at FROM open_exports").one().at;
  }
}
