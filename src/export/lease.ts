import {
  failExportJob,
  leaseNextExportJob,
  progressExportJob,
  requeueExportJob,
  succeedExportJob,
  type ExportOutcome,
  type LeasedJob,
  type Pause,
} from "../catalog/export-leases.ts";
import type { ExportJob } from "../protocol/model/export-job.ts";
import type { RoomApi } from "../room/room-api.ts";

/**
 * How long a renderer may be silent before another one takes its job: far longer than a band takes. The room sends
 * messages for an open job again after 10, 20, 40 s and so on (`room/sync/export-watch.ts`), so a job whose renderer
 * died goes on soon after its lease has expired.
 */
const LEASE_MS = 20_000;
/** Progress is for people to watch: five times a second at most. */
const REPORT_EVERY_MS = 200;

/** Another renderer has the job now, or it was cancelled. This one stops and writes nothing more. */
export class LeaseLost extends Error {}

export type RoomReporter = Pick<RoomApi, "reportExport">;

/**
 * The lease that this renderer holds on a job. Each change of the job is written to D1 first, then told to the room.
 */
export class JobLease {
  readonly job: ExportJob;
  /** Since when the platform has failed the job, in milliseconds since the epoch; null: it has not. */
  readonly failingSince: number | null;
  readonly #db: D1Database;
  readonly #room: RoomReporter;
  readonly #token: string;
  #reportedAt: number;

  constructor(db: D1Database, room: RoomReporter, { job, failingSince }: LeasedJob, token: string) {
    this.job = job;
    this.failingSince = failingSince;
    this.#db = db;
    this.#room = room;
    this.#token = token;
    this.#reportedAt = Date.now();
  }

  /**
   * Reports progress, `done` from 0 to 1, and renews the lease; does nothing if it did so just now. Throws `LeaseLost`.
   */
  async reportProgress(done: number): Promise<void> {
    const now = Date.now();
    if (now - this.#reportedAt < REPORT_EVERY_MS) return;
    this.#reportedAt = now;
    const lease = { token: this.#token, until: now + LEASE_MS };
    await this.#record(progressExportJob(this.#db, this.job.id, lease, done));
  }

  /** As `reportProgress`, but always: call it before what can't be undone. Throws `LeaseLost`. */
  async renew(done: number): Promise<void> {
    this.#reportedAt = 0;
    await this.reportProgress(done);
  }

  /** Ends the job: its file is in R2. Throws `LeaseLost`. */
  async succeed(outcome: ExportOutcome): Promise<void> {
    await this.#record(succeedExportJob(this.#db, this.job.id, this.#token, outcome, Date.now()));
  }

  /** Ends the job for good. `reason` is for a person. Throws `LeaseLost`. */
  async fail(reason: string): Promise<void> {
    await this.#record(failExportJob(this.#db, this.job.id, this.#token, reason, Date.now()));
  }

  /** Gives the job back for another try. Throws `LeaseLost`. */
  async requeue(pause: Pause): Promise<void> {
    await this.#record(requeueExportJob(this.#db, this.job.id, this.#token, pause));
  }

  async #record(write: Promise<ExportJob | null>): Promise<void> {
    const job = await write;
    if (!job) throw new LeaseLost(`The lease of the export ${this.job.id} is lost`);
    await tellRoom(this.#room, job);
  }
}

/** Leases the job whose turn it is; null: no job can be taken now. */
export async function leaseNextJob(
  db: D1Database,
  openRoom: (documentId: string) => RoomReporter,
): Promise<JobLease | null> {
  const now = Date.now();
  const token = crypto.randomUUID();
  const leased = await leaseNextExportJob(db, { token, until: now + LEASE_MS }, now);
  if (!leased) return null;
  const room = openRoom(leased.job.document_id);
  await tellRoom(room, leased.job);
  return new JobLease(db, room, leased, token);
}

/**
 * Tells the room how a job stands. Nothing depends on it: a room that misses the end of an export finds out by itself.
 */
export async function tellRoom(room: RoomReporter, job: ExportJob): Promise<void> {
  try {
    await room.reportExport(job);
  } catch (error) {
    // oxlint-disable-next-line no-console
    console.warn(`The room was not told about the export ${job.id}:`, error);
  }
}
