import {
  abandonExportJob,
  findFinishedTwin,
  getExportJob,
  getExportOrigin,
  type ExportOutcome,
} from "../catalog/export-jobs.ts";
import { readConfig } from "../config.ts";
import type { Env } from "../env.ts";
import type { ExportJob } from "../protocol/export-job.ts";
import { openRoom } from "../room/room-stub.ts";
import { ExportFailure } from "./export-failure.ts";
import { LeaseLost, takeJob, tellRoom, type HeldJob } from "./held-job.ts";
import { runAlone } from "./one-at-a-time.ts";
import type { ExportMessage } from "./queue-message.ts";
import { readDocument } from "./read-state.ts";
import { renderExport } from "./render.ts";
import { copyFile, exportKey, mirrorFile, removeFile, storeFile } from "./store-file.ts";

/** Where the queue puts what it has delivered too often; see `wrangler.toml`. */
const DEAD_LETTER_QUEUE = "export-jobs-dead";
/** Tries of one job, by whatever message: a job that brings the renderer down each time would else come back for ever. */
const ATTEMPTS_MAX = 10;
/**
 * How long a file answers the same request again: rendered anew it has the same bytes, until a newer version of the service draws
 * better. Nobody waits longer than this for that.
 */
const TWIN_MAX_AGE_MS = 60 * 60_000;
/** The file is in R2; the rest is to say so. */
const PROGRESS_STORED = 0.95;
const GIVEN_UP =
  "The export failed again and again for a reason inside the service. Try it again later, or with a smaller scale.";

/**
 * Works on the messages of the queue, one after the other: lease, state, render, R2, row, room. A message is done (`ack`) when its
 * job is final or somebody else's; what may pass is tried again with growing delay.
 */
export async function consumeExports(batch: MessageBatch<ExportMessage>, env: Env): Promise<void> {
  for (const message of batch.messages) {
    await (batch.queue === DEAD_LETTER_QUEUE
      ? giveUp(message, env)
      : runAlone(() => handleMessage(message, env)));
  }
}

async function handleMessage(message: Message<ExportMessage>, env: Env): Promise<void> {
  try {
    const held = await takeJob(env.DB, message.body.jobId, (id) => openRoom(env, id));
    if (held) await work(held, env);
    message.ack();
  } catch (error) {
    // oxlint-disable-next-line no-console
    console.error(`The export ${message.body.jobId} is tried again:`, error);
    message.retry({ delaySeconds: retryDelaySeconds(message.attempts) });
  }
}

/** 2, 4, 8 … seconds after the first, second, third try; a quarter of an hour at most. */
export function retryDelaySeconds(attempts: number): number {
  return Math.min(2 ** attempts, 900);
}

/** Ends or requeues the job. Throws what another try may overcome, after the job was given back. */
async function work(held: HeldJob, env: Env): Promise<void> {
  try {
    await finish(held, env);
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    const job = await getExportJob(env.DB, held.job.id);
    // Nobody else works on it: what was stored before that was noticed is in nobody's way, but nobody's either.
    if (job?.status === "cancelled") await removeFile(env, job.id, job.format);
  }
}

async function finish(held: HeldJob, env: Env): Promise<void> {
  try {
    await produce(held, env);
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    if (error instanceof ExportFailure) return held.fail(error.message);
    await held.requeue();
    throw error;
  }
}

async function produce(held: HeldJob, env: Env): Promise<void> {
  const { job } = held;
  if (job.attempts > ATTEMPTS_MAX) throw new ExportFailure(GIVEN_UP);
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

/** A message that was delivered too often. A job that someone still works on is left to them. */
async function giveUp(message: Message<ExportMessage>, env: Env): Promise<void> {
  const job = await abandonExportJob(env.DB, message.body.jobId, GIVEN_UP, Date.now());
  if (job) await tellRoom(openRoom(env, job.document_id), job);
  message.ack();
}
