import { getExportJob } from "../../catalog/export-jobs.ts";
import { type ExportJob, isFinal } from "../../protocol/model/export-job.ts";
import type { RoomStore } from "../store/room-store.ts";
import type { Schedule } from "./schedule.ts";

/** Longer than a usual render takes, so that most jobs are never sent twice. */
const WATCH_MIN_MS = 10_000;
const WATCH_MAX_MS = 10 * 60_000;
/** A job without a row in the catalog after this time was abandoned: the request died between noting it and the row. */
const ABANDONED_MS = 60_000;

export interface ExportWatchOptions {
  store: RoomStore;
  db: D1Database;
  queue: Queue<{ jobId: string }>;
  schedule: Schedule;
}

/**
 * Watches over exports until they are final. A queue may lose a message (the local one keeps nothing on disk); the
 * note in the document's object is never lost. `resend` looks after `WATCH_MIN_MS`, then at growing intervals. An
 * extra message does no harm, even while a renderer is at work: only the holder of the job's lease can work on it.
 */
export class ExportWatch {
  readonly #options: ExportWatchOptions;

  constructor(options: ExportWatchOptions) {
    this.#options = options;
  }

  /** Notes an export of the state at `seq`. Returns the seq that the job is for. Inside a transaction. */
  open(jobId: string, seq: number, now: number): number {
    const { store, schedule } = this.#options;
    const fixed = store.openExports.open(jobId, seq, now, now + WATCH_MIN_MS);
    schedule.want("exports", now + WATCH_MIN_MS);
    return fixed;
  }

  /**
   * Notes how a job stands. Returns whether to tell the room. Progress that arrives after the job's end is not told,
   * so that the end is the last thing the room hears. Inside a transaction.
   */
  report(job: ExportJob): boolean {
    const { openExports } = this.#options.store;
    if (!isFinal(job)) return openExports.has(job.id);
    openExports.close(job.id);
    return true;
  }

  /** The alarm's part: sends the jobs that are due and not final again. Returns when to look again, or null. */
  async resend(now: number): Promise<number | null> {
    const { store, db, queue } = this.#options;
    for (const { jobId, attempts, createdAt } of store.openExports.dueAt(now)) {
      const job = await getExportJob(db, jobId);
      const abandoned = !job && now - createdAt >= ABANDONED_MS;
      if (abandoned || (job && isFinal(job))) {
        store.openExports.close(jobId);
        continue;
      }
      if (job) await queue.send({ jobId });
      store.openExports.postpone(jobId, now + Math.min(WATCH_MAX_MS, WATCH_MIN_MS * 2 ** attempts));
    }
    return store.openExports.nextAt();
  }
}
