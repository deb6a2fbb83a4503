/** What travels through the queue: the job's row in D1 holds everything else. */
export interface ExportMessage {
  jobId: string;
}
