import { findFinishedTwin, getExportJob, getExportOrigin } from "../catalog/export-jobs.ts";
import { abandonExportJob, readExportWait, type ExportOutcome } from "../catalog/export-leases.ts";
import { readConfig } from "../config.ts";
import type { Env } from "../env.ts";
import type { ExportJob } from "../protocol/model/export-job.ts";
import { openRoom } from "../room/room-stub.ts";
import { ExportFailure } from "../export-failure.ts";
import { LeaseLost, takeNextJob, tellRoom, type HeldJob } from "./held-job.ts";
import { RendererBusy, runAlone } from "./one-at-a-time.ts";
import type { ExportMessage } from "./queue-message.ts";
import { readDocument } from "./read-state.ts";
import { renderExport } from "./render.ts";
import { decideRetry, GIVEN_UP, OUTAGE_LASTED, OUTAGE_MAX_MS, retryDelaySeconds } from "./retry.ts";
import { copyFile, exportKey, mirrorFile, removeFile, storeFile } from "../files/store-file.ts";

/** Where the queue puts what it has delivered too often; see `wrangler.toml`. */
const DEAD_LETTER_QUEUE = "export-jobs-dead";
/** Tries of one job that ended without a word: it would else bring the renderer down again and again, for ever. */
const CRASHES_MAX = 10;
/**
 * How long a message waits for the renderer before the queue is asked to bring it again: with `TURN_MAX_MS` it makes the quarter of
 * an hour after which the platform ends a consumer, so that a job has its whole turn however long its message has waited.
 */
const RENDERER_WAIT_MAX_MS = 60_000;
const BUSY_DELAY_SECONDS = 5;
/**
 * How long a file answers the same request again: rendered anew it has the same bytes, until a newer version of the service draws
 * better. Nobody waits longer than this for that.
 */
const TWIN_MAX_AGE_MS = 60 * 60_000;
/** The file is in R2; the rest is to say so. */
const PROGRESS_STORED = 0.95;

/**
 * A message says that there is work, and lives until its own job is final. Which job is worked on is decided when the renderer is free
 * (`leaseNextExportJob`), so that a document's many jobs don't hold up another's.
 */
export async function consumeExports(batch: MessageBatch<ExportMessage>, env: Env): Promise<void> {
  const handle = batch.queue === DEAD_LETTER_QUEUE ? giveUp : handleMessage;
  for (const message of batch.messages) await handle(message, env);
}

async function handleMessage(message: Message<ExportMessage>, env: Env): Promise<void> {
  try {
    await runAlone(() => workOnNext(env), { waitMaxMs: RENDERER_WAIT_MAX_MS });
    const waitMs = await readExportWait(env.DB, message.body.jobId, Date.now());
    if (waitMs === null) message.ack();
    // A second more: not before the job can be taken, whatever clock the queue goes by.
    else message.retry({ delaySeconds: waitMs === 0 ? 0 : Math.ceil(waitMs / 1000) + 1 });
  } catch (error) {
    if (error instanceof RendererBusy) return message.retry({ delaySeconds: BUSY_DELAY_SECONDS });
    // The database can't be reached, or an end could not be written down there. A lease runs out by itself.
    // oxlint-disable-next-line no-console
    console.warn("The exports wait for the database:", error);
    message.retry({ delaySeconds: retryDelaySeconds(message.attempts) });
  }
}

/** Lease, state, render, R2, row, room. */
async function workOnNext(env: Env): Promise<void> {
  const held = await takeNextJob(env.DB, (id) => openRoom(env, id));
  if (!held) return;
  try {
    await finish(held, env);
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    const job = await getExportJob(env.DB, held.job.id);
    // Nobody else works on it: what was stored before that was noticed is in nobody's way, but nobody's either.
    if (job?.status === "cancelled") await removeFile(env, job.id, job.format);
  }
}

/** Ends the job or gives it back. Throws `LeaseLost`, and what D1 throws. */
async function finish(held: HeldJob, env: Env): Promise<void> {
  try {
    await produce(held, env);
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    const now = Date.now();
    const decision = decideRetry(error, held, now);
    if ("failure" in decision) return held.fail(decision.failure);
    const { delaySeconds, counts, failingSince } = decision;
    // oxlint-disable-next-line no-console
    console.warn(`The export ${held.job.id} is tried again in ${delaySeconds} s:`, error);
    await held.requeue({ until: now + delaySeconds * 1000, counts, failingSince });
  }
}

async function produce(held: HeldJob, env: Env): Promise<void> {
  const { job } = held;
  if (job.attempts > CRASHES_MAX) throw new ExportFailure(GIVEN_UP);
  const outcome = (await copyTwin(job, env)) ?? (await render(held, env));
  await held.confirm(PROGRESS_STORED);
  // Before the job says that it is done, so that whoever hears it finds the copy.
  await mirrorFile(env, job.id, job.format);
  await held.succeed(outcome);
}

/** Renders the job's file into R2. */
async function render(held: HeldJob, env: Env): Promise<ExportOutcome> {
  const { job } = held;
  const sources = {
    room: openRoom(env, job.document_id),
    bucket: env.BUCKET,
    assets: env.ASSETS,
    maxPixels: readConfig(env).MAX_IMAGE_PIXELS,
  };
  const origin = await getExportOrigin(env.DB, job.id);
  const file = await renderExport({ ...job, origin }, sources, (done) => held.reportProgress(done));
  await storeFile(env.BUCKET, exportKey(job.id, job.format), file, job.format);
  return { ...file, bytes: file.size };
}

/** The file of a job that asked for the same, under this job's name. undefined: there is none. */
async function copyTwin(job: ExportJob, env: Env): Promise<ExportOutcome | undefined> {
  // The same check as a render makes: below a deleted document there is nothing.
  await readDocument(openRoom(env, job.document_id), job.seq);
  const twin = await findFinishedTwin(env.DB, job, Date.now() - TWIN_MAX_AGE_MS);
  if (!twin || twin.bytes === null) return undefined;
  const from = exportKey(twin.id, twin.format);
  if (!(await copyFile(env.BUCKET, from, exportKey(job.id, job.format), job.format))) return undefined;
  const { bytes, width, height, warnings } = twin;
  return { bytes, width, height, warnings };
}

/**
 * A message that was delivered too often: for hours on end nothing could be done. It ends its own job where that has failed for so long.
 * Any other one waits for its turn, and its room sends a message for it again.
 */
async function giveUp(message: Message<ExportMessage>, env: Env): Promise<void> {
  const now = Date.now();
  const job = await abandonExportJob(env.DB, message.body.jobId, OUTAGE_LASTED, now - OUTAGE_MAX_MS, now);
  if (job) await tellRoom(openRoom(env, job.document_id), job);
  message.ack();
}
