import { findCachedExport, getExportJob, getExportOrigin } from "../catalog/export-jobs.ts";
import { abandonExportJob, readExportWait, type ExportOutcome } from "../catalog/export-leases.ts";
import { readConfig } from "../config.ts";
import type { Env } from "../env.ts";
import { contentTypes, type ExportJob } from "../protocol/model/export-job.ts";
import { openRoom } from "../room/room-stub.ts";
import { mirrorFile, removeFile } from "../files/exports-folder.ts";
import { exportKey } from "../files/keys.ts";
import { copyFile, storeFile } from "../files/store-file.ts";
import { ExportFailure } from "./export-failure.ts";
import { LeaseLost, leaseNextJob, tellRoom, type JobLease } from "./lease.ts";
import type { ExportMessage } from "./queue-message.ts";
import { readDocument } from "./read-state.ts";
import { renderExport } from "./render.ts";
import { RendererBusy, runExclusive } from "./renderer-mutex.ts";
import { decideRetry, GIVEN_UP, OUTAGE_LASTED, OUTAGE_MAX_MS, retryDelaySeconds } from "./retry.ts";

/** The queue moves messages here that it has delivered too often; see `wrangler.toml`. */
const DEAD_LETTER_QUEUE = "export-jobs-dead";
/**
 * Tries of a job before it fails for good. It may be what brings the renderer down each time, without an error that
 * could be counted.
 */
const CRASHES_MAX = 10;
/**
 * How long a message waits for the renderer before the queue must deliver it again. Together with `HOLD_MAX_MS` it
 * makes the 15 minutes after which the platform ends a consumer, so a job has its full time however long its message
 * has waited.
 */
const RENDERER_WAIT_MAX_MS = 60_000;
const BUSY_DELAY_SECONDS = 5;
/**
 * How long a file answers later requests for the same export. Rendering again gives the same bytes, unless a newer
 * version of the service draws better: that version takes effect after this time at the latest.
 */
const CACHED_EXPORT_MAX_AGE_MS = 60 * 60_000;
/** The file is in R2. Only the job's row is still to be written. */
const PROGRESS_STORED = 0.95;

/**
 * Consumes the export queue. A message says that there is work, and is delivered again until its own job is final.
 * Which job to render is decided when the renderer is free (`leaseNextExportJob`), so that many jobs of one document
 * don't hold up another document's.
 */
export async function consumeExports(batch: MessageBatch<ExportMessage>, env: Env): Promise<void> {
  const handle = batch.queue === DEAD_LETTER_QUEUE ? giveUp : handleMessage;
  for (const message of batch.messages) await handle(message, env);
}

async function handleMessage(message: Message<ExportMessage>, env: Env): Promise<void> {
  try {
    await runExclusive(() => renderNextJob(env), { waitMaxMs: RENDERER_WAIT_MAX_MS });
    const waitMs = await readExportWait(env.DB, message.body.jobId, Date.now());
    if (waitMs === null) message.ack();
    // A second more, so that the job can be taken by then even if the queue's clock is ahead.
    else message.retry({ delaySeconds: waitMs === 0 ? 0 : Math.ceil(waitMs / 1000) + 1 });
  } catch (error) {
    if (error instanceof RendererBusy) return message.retry({ delaySeconds: BUSY_DELAY_SECONDS });
    // The database can't be reached, or could not record how a job ended. The lease expires by itself.
    // oxlint-disable-next-line no-console
    console.warn("The exports wait for the database:", error);
    message.retry({ delaySeconds: retryDelaySeconds(message.attempts) });
  }
}

/** Leases the job whose turn it is, and takes it to its end. */
async function renderNextJob(env: Env): Promise<void> {
  const lease = await leaseNextJob(env.DB, (id) => openRoom(env, id));
  if (!lease) return;
  try {
    await endJob(lease, env);
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    const job = await getExportJob(env.DB, lease.job.id);
    // No other renderer works on a cancelled job, so nobody else would delete what was stored before the cancellation
    // was noticed.
    if (job?.status === "cancelled") await removeFile(env, job.id, job.format);
  }
}

/** Renders the job, then ends it or gives it back. Throws `LeaseLost`, and what D1 throws. */
async function endJob(lease: JobLease, env: Env): Promise<void> {
  try {
    await produce(lease, env);
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    const now = Date.now();
    const decision = decideRetry(error, lease, now);
    if ("failure" in decision) return lease.fail(decision.failure);
    const { delaySeconds, counts, failingSince } = decision;
    // oxlint-disable-next-line no-console
    console.warn(`The export ${lease.job.id} is tried again in ${delaySeconds} s:`, error);
    await lease.requeue({ until: now + delaySeconds * 1000, counts, failingSince });
  }
}

async function produce(lease: JobLease, env: Env): Promise<void> {
  const { job } = lease;
  if (job.attempts > CRASHES_MAX) throw new ExportFailure(GIVEN_UP);
  const outcome = (await copyCachedExport(job, env)) ?? (await render(lease, env));
  await lease.renew(PROGRESS_STORED);
  // Before the job is reported as done: whoever hears that finds the copy.
  await mirrorFile(env, job.id, job.format);
  await lease.succeed(outcome);
}

/** Renders the job's file into R2. */
async function render(lease: JobLease, env: Env): Promise<ExportOutcome> {
  const { job } = lease;
  const sources = {
    room: openRoom(env, job.document_id),
    bucket: env.BUCKET,
    assets: env.ASSETS,
    limits: readConfig(env),
  };
  const origin = await getExportOrigin(env.DB, job.id);
  const key = exportKey(job.id, job.format);
  const { bytes, produced } = await storeFile(env.BUCKET, key, job.format, async (write) =>
    renderExport({ ...job, origin }, sources, write, (done) => lease.reportProgress(done)),
  );
  return { ...produced, bytes };
}

/** Copies the file of an earlier job that asked for the same export. undefined: there is none. */
async function copyCachedExport(job: ExportJob, env: Env): Promise<ExportOutcome | undefined> {
  // As a render does: throws if the document was deleted.
  await readDocument(openRoom(env, job.document_id), job.seq);
  const cached = await findCachedExport(env.DB, job, Date.now() - CACHED_EXPORT_MAX_AGE_MS);
  if (!cached || cached.bytes === null) return undefined;
  const from = exportKey(cached.id, cached.format);
  const to = exportKey(job.id, job.format);
  const options = { httpMetadata: { contentType: contentTypes[job.format] } };
  if (!(await copyFile(env.BUCKET, from, to, options))) return undefined;
  const { bytes, width, height, warnings } = cached;
  return { bytes, width, height, warnings };
}

/**
 * Handles a message that was delivered too often, because nothing could be done for hours. Ends its job if the platform
 * has failed that job for so long. Any other job still waits for its turn, and its room sends another message for it.
 */
async function giveUp(message: Message<ExportMessage>, env: Env): Promise<void> {
  const now = Date.now();
  const job = await abandonExportJob(env.DB, message.body.jobId, OUTAGE_LASTED, now - OUTAGE_MAX_MS, now);
  if (job) await tellRoom(openRoom(env, job.document_id), job);
  message.ack();
}
