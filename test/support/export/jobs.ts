import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { getExportJob, insertExportJob } from "../../../src/catalog/export-jobs.ts";
import type { Lease } from "../../../src/catalog/export-leases.ts";
import type { Env } from "../../../src/env.ts";
import { consumeExports } from "../../../src/export/consumer.ts";
import { runExclusive } from "../../../src/export/renderer-mutex.ts";
import { imageKey } from "../../../src/files/keys.ts";
import type { ExportMessage } from "../../../src/export/queue-message.ts";
import { exportKey } from "../../../src/files/keys.ts";
import type { StoredImage } from "../../../src/room/stored-image.ts";
import type { ExportFormat, ExportJob, ExportOptions } from "../../../src/protocol/model/export-job.ts";
import { good, open, roomOf } from "../room.ts";
import { closeQueue } from "./queue-gate.ts";

interface Delivery {
  queue?: string;
  attempts?: number;
  variables?: Partial<Env>;
}

/** Delivers a job's message to the consumer, as the queue does. Returns whether it must be delivered again. */
export async function deliver(jobId: string, delivery: Delivery = {}): Promise<boolean> {
  return (await deliverMessage(jobId, delivery)) !== null;
}

/** As `deliver`, but returns after how many seconds it must be delivered again, or null. */
export async function deliverMessage(
  jobId: string,
  { queue = "export-jobs", attempts = 1, variables = {} }: Delivery = {},
): Promise<number | null> {
  const id = crypto.randomUUID();
  const batch = createMessageBatch<ExportMessage>(queue, [
    { id, timestamp: new Date(), attempts, body: { jobId } },
  ]);
  const ctx = createExecutionContext();
  let delay: number | null = null;
  const [message] = batch.messages;
  const messages = message
    ? [
        new Proxy(message, {
          get(target, name) {
            const value: unknown = Reflect.get(target, name, target);
            if (typeof value !== "function") return value;
            return (options?: QueueRetryOptions): unknown => {
              if (name === "retry") delay = options?.delaySeconds ?? 0;
              return Reflect.apply(value, target, [options]);
            };
          },
        }),
      ]
    : [];
  await consumeExports({ ...batch, queue, messages }, { ...env, ...variables });
  const result = await getQueueResult(batch, ctx);
  const [retry] = result.retryMessages;
  expect(result.explicitAcks).toEqual(retry ? [] : [id]);
  return delay;
}

/** From now on there are no jobs but those that a test makes, and nobody renders them but the test. */
export async function renderAlone(): Promise<void> {
  closeQueue();
  // Whoever renders for a message that came before.
  await runExclusive(() => Promise.resolve());
  await dropOpenJobs();
}

/** Drops open jobs of earlier tests. */
export async function dropOpenJobs(): Promise<void> {
  await env.DB.prepare("DELETE FROM exports WHERE status IN ('queued', 'running')").run();
}

/** Leases the job for another renderer. */
export async function holdJob(id: string, { token, until }: Lease): Promise<void> {
  await env.DB.prepare(
    `UPDATE exports SET status = 'running', lease_token = ?2, lease_until = ?3, attempts = attempts + 1 WHERE id = ?1`,
  )
    .bind(id, token, until)
    .run();
}

export async function queueJob(
  documentId: string,
  format: ExportFormat = "png",
  versionId?: string,
  options: Partial<ExportOptions> = {},
): Promise<ExportJob> {
  const id = crypto.randomUUID();
  const target = good(await roomOf(documentId).openExport(open, id, versionId));
  const { job } = await insertExportJob(env.DB, {
    id,
    document_id: documentId,
    version_id: versionId ?? null,
    seq: target.seq,
    format,
    options: { scale: 1, quality: 85, background: "#0000ff", ...options },
    requester: null,
    created_at: Date.now(),
  });
  return job;
}

export async function storedJob(id: string): Promise<ExportJob> {
  const job = await getExportJob(env.DB, id);
  if (!job) throw new Error("No such job");
  return job;
}

export async function readFile(
  job: ExportJob,
): Promise<{ bytes: Uint8Array; contentType: string | undefined }> {
  const object = await env.BUCKET.get(exportKey(job.id, job.format));
  if (!object) throw new Error("The file is not in R2");
  return { bytes: new Uint8Array(await object.arrayBuffer()), contentType: object.httpMetadata?.contentType };
}

/** Uploads an image without the checks of the route. */
export async function setDocumentImage(
  documentId: string,
  bytes: Uint8Array,
  size = { width: 60, height: 40 },
): Promise<StoredImage> {
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  const image: StoredImage = { sha256, content_type: "image/png", bytes: bytes.byteLength, ...size };
  await env.BUCKET.put(imageKey(documentId, sha256), bytes);
  good(await roomOf(documentId).setImage(open, image, {}));
  return image;
}
