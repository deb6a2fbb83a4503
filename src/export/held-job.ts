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
 * How long a renderer may be silent before another one takes its job: far longer than a band takes, and over before the
 * room first looks after an open export (30 s), so that a job cut off by a restart goes on at that first look.
 */
const LEASE_MS = 20_000;
/** Progress is for people's eyes: five times a second at most. */
const REPORT_EVERY_MS = 200;

/** Another renderer has the job now, or it was cancelled: this one stops, and writes nothing more. */
export class LeaseLost extends Error {}

export type RoomReporter = Pick<RoomApi, "reportExport">;

/** A job that this renderer holds the lease of. How it stands is written to D1 first, then told to the room. */
export class HeldJob {
  readonly job: ExportJob;
  /** Since when the platform has failed the job (ms since the epoch); null: it has not. */
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

  /** `done`: 0–1. Throws `LeaseLost`. */
  async reportProgress(done: number): Promise<void> {
    const now = Date.now();
    if (now - this.#reportedAt < REPORT_EVERY_MS) return;
    this.#reportedAt = now;
    const lease = { token: this.#token, until: now + LEASE_MS };
    await this.#settle(progressExportJob(this.#db, this.job.id, lease, done));
  }

  /** As `reportProgress`, but at once: before what can't be undone. Throws `LeaseLost`. */
  async confirm(done: number): Promise<void> {
    this.#reportedAt = 0;
    await this.reportProgress(done);
  }

  /** The file is in R2. Throws `LeaseLost`. */
  async succeed(outcome: ExportOutcome): Promise<void> {
    await this.#settle(succeedExportJob(this.#db, this.job.id, this.#token, outcome, Date.now()));
  }

  /** For good: `reason` is for a person. Throws `LeaseLost`. */
  async fail(reason: string): Promise<void> {
    await this.#settle(failExportJob(this.#db, this.job.id, this.#token, reason, Date.now()));
  }

  /** For another try. Throws `LeaseLost`. */
  async requeue(pause: Pause): Promise<void> {
    await this.#settle(requeueExportJob(this.#db, this.job.id, this.#token, pause));
  }

  async #settle(write: Promise<ExportJob | null>): Promise<void> {
    const job = await write;
    if (!job) throw new LeaseLost(`The lease of the export ${this.job.id} is lost`);
    await tellRoom(this.#room, job);
  }
}

/** Takes the job whose turn it is. null: there is none that can be taken now. */
export async function takeNextJob(
  db: D1Database,
  openRoom: (documentId: string) => RoomReporter,
): Promise<HeldJob | null> {
  const now = Date.now();
  const token = crypto.randomUUID();
  const leased = await leaseNextExportJob(db, { token, until: now + LEASE_MS }, now);
  if (!leased) return null;
  const room = openRoom(leased.job.document_id);
  await tellRoom(room, leased.job);
  return new HeldJob(db, room, leased, token);
}

/** Nothing depends on this: a room that misses the end of an export finds it out by itself. */
export async function tellRoom(room: RoomReporter, job: ExportJob): Promise<void> {
  try {
    await room.reportExport(job);
  } catch (error) {
    // oxlint-disable-next-line no-console
    console.warn(`The room was not told about the export ${job.id}:`, error);
  }
}
