import { abandonExportJob } from "../catalog/export-jobs.ts";
import { readConfig } from "../config.ts";
import type { Env } from "../env.ts";
import { openRoom } from "../room/room-stub.ts";
import { ExportFailure } from "./export-failure.ts";
import { LeaseLost, takeJob, tellRoom, type HeldJob } from "./held-job.ts";
import { runAlone } from "./one-at-a-time.ts";
import type { ExportMessage } from "./queue-message.ts";
import { renderExport } from "./render.ts";
import { exportKey, mirrorFile, storeFile } from "./store-file.ts";

/** Where the queue puts what it has delivered too often; see `wrangler.toml`. */
const DEAD_LETTER_QUEUE = "export-jobs-dead";
/** Tries of one job, by whatever message: a job that brings the renderer down each time would else come back for ever. */
const ATTEMPTS_MAX = 10;
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
    await produce(held, env);
  } catch (error) {
    if (error instanceof LeaseLost) return;
    if (error instanceof ExportFailure) return held.fail(error.message);
    await held.requeue();
    throw error;
  }
}

async function produce(held: HeldJob, env: Env): Promise<void> {
  const { job } = held;
  if (job.attempts > ATTEMPTS_MAX) throw new ExportFailure(GIVEN_UP);
  const sources = {
    room: openRoom(env, job.document_id),
    bucket: env.BUCKET,
    assets: env.ASSETS,
    maxPixels: readConfig(env).MAX_IMAGE_PIXELS,
  };
  const file = await renderExport(job, sources, (done) => held.reportProgress(done));
  await storeFile(env.BUCKET, exportKey(job.id, job.format), file, job.format);
  // Before the job says that it is done, so that whoever hears it finds the copy.
  await mirrorFile(env, job.id, job.format);
  await held.succeed(file);
}

/** A message that was delivered too often. A job that someone still works on is left to them. */
async function giveUp(message: Message<ExportMessage>, env: Env): Promise<void> {
  const job = await abandonExportJob(env.DB, message.body.jobId, GIVEN_UP, Date.now());
  if (job) await tellRoom(openRoom(env, job.document_id), job);
  message.ack();
}
