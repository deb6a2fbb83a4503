import { getExportJob } from "../../catalog/export-jobs.ts";
import { type ExportJob, isFinal } from "../../protocol/model/export-job.ts";
import type { RoomStore } from "../store/room-store.ts";
import type { Schedule } from "./schedule.ts";

/** Longer than a usual render, so that most jobs are never sent twice. */
const WATCH_MIN_MS = 10_000;
const WATCH_MAX_MS = 10 * 60_000;
/** A job that was noted here, but whose row never came: the request died between the two. */
const ABANDONED_MS = 60_000;

export interface ExportWatchOptions {
  store: RoomStore;
  db: D1Database;
  queue: Queue<{ jobId: string }>;
  schedule: Schedule;
}

/**
 * Looks after exports until they are final: queues may lose a message (the local one keeps nothing on disk), the note in
 * the document's object does not. A message too many does no harm: the job's lease lets one renderer work.
 */
export class ExportWatch {
  readonly #options: ExportWatchOptions;

  constructor(options: ExportWatchOptions) {
    this.#options = options;
  }

  /** Notes an export of the state at `seq`. Inside a transaction. Answers the seq that the job is for. */
  open(jobId: string, seq: number, now: number): number {
    const { store, schedule } = this.#options;
    const fixed = store.openExports.open(jobId, seq, now, now + WATCH_MIN_MS);
    schedule.want("exports", now + WATCH_MIN_MS);
    return fixed;
  }

  /**
   * Notes how a job stands. Answers whether the room is to be told: progress that was on its way when the job came to its end
   * is not, so that the end is the last word.
   */
  report(job: ExportJob): boolean {
    const { openExports } = this.#options.store;
    if (!isFinal(job)) return openExports.has(job.id);
    openExports.close(job.id);
    return true;
  }

  /** The alarm's part: sends again what is not final. Answers when to look again, or null. */
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
