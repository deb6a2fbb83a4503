import { contentTypes, type ExportFormat } from "../protocol/model/export-job.ts";
import { createYielder } from "../event-loop.ts";
import type { ExportedFile } from "./exported-file.ts";

/**
 * How long R2 may accept nothing. Normally it takes 32 MiB in a second or two. The local R2 never ends a `put` when its
 * disk is full, and the request would hang with it.
 */
const STALL_MS = 5_000;
const CHECK_EVERY_MS = 500;

type Parts = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** R2 accepts no more of a file. */
export class StorageStalled extends Error {}

/** Writes a file into R2, part by part. Throws `StorageStalled`. */
export async function storeFile(
  bucket: R2Bucket,
  key: string,
  file: ExportedFile,
  format: ExportFormat,
): Promise<void> {
  await putParts(bucket, key, file, { httpMetadata: { contentType: contentTypes[format] } });
}

/** Writes bytes that come in parts into R2, `size` in all. Throws `StorageStalled`. */
export async function putParts(
  bucket: R2Bucket,
  key: string,
  { size, parts }: { size: number; parts: Parts },
  options: R2PutOptions,
): Promise<void> {
  // R2 takes a stream only if it knows the length before.
  const { readable, writable } = new FixedLengthStream(size);
  const writer = writable.getWriter();
  const progress = { at: Date.now() };
  const work = Promise.allSettled([bucket.put(key, readable, options), writeParts(writer, parts, progress)]);
  const ended = work.then((results) => {
    // When R2 fails, the stream breaks too and says less about why: R2's own error comes first.
    for (const result of results) if (result.status === "rejected") throw result.reason;
    return true;
  });
  while (!(await Promise.race([ended, scheduler.wait(CHECK_EVERY_MS)]))) {
    if (Date.now() - progress.at < STALL_MS) continue;
    const stalled = new StorageStalled(`R2 took nothing for ${STALL_MS / 1000} s`);
    // Frees the bytes. Neither promise may ever settle.
    void writer.abort(stalled).catch(() => undefined);
    void ended.catch(() => undefined);
    throw stalled;
  }
}

async function writeParts(
  writer: WritableStreamDefaultWriter<Uint8Array>,
  parts: Parts,
  progress: { at: number },
): Promise<void> {
  // There may be one part for each annotation.
  const yieldToEventLoop = createYielder();
  for await (const part of parts) {
    // Making a part may take long. That is not R2's fault.
    progress.at = Date.now();
    await writer.write(part);
    progress.at = Date.now();
    await yieldToEventLoop();
  }
  await writer.close();
  progress.at = Date.now();
}

/** Copies a file in R2. Returns false if it is gone. */
export async function copyFile(
  bucket: R2Bucket,
  from: string,
  to: string,
  format: ExportFormat,
): Promise<boolean> {
  const object = await bucket.get(from);
  if (!object) return false;
  // The platform's type says `any`; R2 sends bytes.
  const parts = object.body as ReadableStream<Uint8Array>;
  const file = { size: object.size, parts };
  await putParts(bucket, to, file, { httpMetadata: { contentType: contentTypes[format] } });
  return true;
}
