/** A message of the export queue. The job's row in D1 holds everything else. */
export interface ExportMessage {
  jobId: string;
}
