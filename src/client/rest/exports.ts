import type { ExportJob } from "../../protocol/model/export-job.ts";
import type { ServerMessage } from "../../protocol/wire/down.ts";
import { AcetateError } from "../acetate-error.ts";
import { tell } from "../readable.ts";
import { orCancelled, toCancelled } from "./cancel.ts";
import type { Http } from "./http.ts";
import type { ExportDraft } from "./shapes.ts";
import { wait } from "./wait.ts";

/** What to export: the format, and the options that are not to be the default. */
export type ExportRequest = Omit<ExportDraft, "document_id">;

export interface ExportCall {
  /** Hears how far it is: from 0 to 1, rising. */
  onProgress?: ((progress: number) => void) | undefined;
  /** Hears of the finished job, just before its file is read: `warnings` say what the file lacks. */
  onFinished?: ((job: ExportJob) => void) | undefined;
  /** Cancels the export. */
  signal?: AbortSignal | undefined;
}

export type ExportMessage = Extract<ServerMessage, { type: "export.progress" | "export.finished" }>;
/** Hears what the room tells of exports. Returns how to stop. */
export type ExportSource = (listener: (message: ExportMessage) => void) => () => void;

/** Most exports take less than a second: the first look comes early, later ones less often. */
const FIRST_LOOK_MS = 200;
const LOOKS_GROW = 1.5;
const LAST_LOOKS_MS = 2_000;
/** The same where the room tells: for what it told while this client was offline. */
const LAST_LOOKS_BESIDE_ROOM_MS = 10_000;

/**
 * Makes a file on the service, waits for it, and reads it.
 *
 * @param listen what the room tells, where there is one; else the job is asked how far it is
 * @throws {AcetateError} `export_failed` with the job as `current`; `cancelled` by the signal
 */
export async function exportDocument(
  http: Http,
  documentId: string,
  request: ExportRequest,
  { signal, onProgress, onFinished }: ExportCall,
  listen?: ExportSource,
): Promise<Blob> {
  if (signal?.aborted) throw toCancelled(signal);
  const json = { ...request, document_id: documentId };
  // Without the signal: the job's id is needed to cancel it.
  const creating = http.json<ExportJob>("POST", "/v1/exports", { json });
  try {
    const job = await followJob(http, creating, { signal, onProgress }, listen);
    if (job.status !== "succeeded") {
      const reason = job.error ?? "The export was cancelled by somebody else";
      throw new AcetateError("export_failed", reason, { current: job });
    }
    if (onFinished) tell([onFinished], job);
    return await http.blob(`/v1/exports/${job.id}/download`, { signal });
  } catch (error) {
    if (signal?.aborted) {
      // Nobody waits for it any more. What has finished meanwhile is refused, and stays.
      creating.then(({ id }) => http.json("DELETE", `/v1/exports/${id}`)).catch(() => {});
    }
    throw error;
  }
}

/** The job once it has ended. */
async function followJob(
  http: Http,
  creating: Promise<ExportJob>,
  { signal, onProgress }: ExportCall,
  listen: ExportSource | undefined,
): Promise<ExportJob> {
  // A small job has often ended before the answer says which it is.
  const early: ExportJob[] = [];
  let take = (job: ExportJob): void => void early.push(job);
  const stop = listen?.((message) => take(message.export));
  try {
    let job = await orCancelled(creating, signal);
    let told = -1;
    const ended = Promise.withResolvers<void>();
    take = (newer) => {
      if (newer.id !== job.id || isFinal(job)) return;
      job = newer;
      if (onProgress && job.progress > told) tell([onProgress], (told = job.progress));
      if (isFinal(job)) ended.resolve();
    };
    for (const newer of [job, ...early]) take(newer);
    const look = async (): Promise<void> => take(await http.json("GET", `/v1/exports/${job.id}`, { signal }));
    const longest = listen ? LAST_LOOKS_BESIDE_ROOM_MS : LAST_LOOKS_MS;
    for (let pause = FIRST_LOOK_MS; !isFinal(job); pause *= LOOKS_GROW) {
      await wait(Math.min(pause, longest), signal, [ended.promise]);
      if (!isFinal(job)) await Promise.race([look(), ended.promise]);
    }
    return job;
  } finally {
    stop?.();
  }
}

function isFinal({ status }: ExportJob): boolean {
  return status !== "queued" && status !== "running";
}
