import { contentTypes, type ExportFormat } from "../protocol/model/export-job.ts";
import type { WriteBytes } from "../write-bytes.ts";
import {
  abortUpload,
  endInTime,
  PART_BYTES,
  PartWriter,
  StorageStalled,
  type FileWriter,
} from "./file-writer.ts";

/**
 * Writes a file into R2 while `produce` makes it. The key gets the file when `produce` has ended, and keeps what it had
 * if `produce` throws. Returns the file's size and what `produce` returned. Throws `StorageStalled`.
 */
export async function storeFile<T>(
  bucket: R2Bucket,
  key: string,
  format: ExportFormat,
  produce: (write: WriteBytes) => Promise<T>,
): Promise<{ bytes: number; produced: T }> {
  const writer = new PartWriter(bucket, key, { httpMetadata: { contentType: contentTypes[format] } });
  const produced = await writeWith(writer, produce);
  return { bytes: writer.size, produced };
}

/** Writes bytes that are in memory into R2. Throws `StorageStalled`. */
export async function storeBytes(
  bucket: R2Bucket,
  key: string,
  bytes: Uint8Array,
  options: R2MultipartOptions,
): Promise<void> {
  if (bytes.byteLength <= PART_BYTES) await endInTime(bucket.put(key, bytes, options));
  else await writeWith(new PartWriter(bucket, key, options), async (write) => write(bytes));
}

/** Ends the file, or drops it if `produce` throws. */
export async function writeWith<T>(
  writer: FileWriter,
  produce: (write: WriteBytes) => Promise<T>,
): Promise<T> {
  try {
    const produced = await produce(writer.write);
    await writer.finish();
    return produced;
  } catch (error) {
    const aborted = writer.abort().catch(() => undefined);
    // An R2 that takes nothing would not answer that either.
    if (!(error instanceof StorageStalled)) await aborted;
    throw error;
  }
}

/**
 * Copies a file in R2, part by part, so that each step is short. The bytes go from one stream into the other: none are
 * held. Returns false if the file is gone. Throws `StorageStalled`.
 */
export async function copyFile(
  bucket: R2Bucket,
  from: string,
  to: string,
  options: R2MultipartOptions,
): Promise<boolean> {
  const file = await bucket.head(from);
  if (!file) return false;
  if (file.size <= PART_BYTES) {
    const object = await bucket.get(from);
    if (object) await endInTime(bucket.put(to, object.body, options));
    return object !== null;
  }
  const upload = await endInTime(bucket.createMultipartUpload(to, options));
  try {
    const parts: R2UploadedPart[] = [];
    for (let offset = 0; offset < file.size; offset += PART_BYTES) {
      const length = Math.min(PART_BYTES, file.size - offset);
      const part = await bucket.get(from, { range: { offset, length } });
      if (!part) throw new Error(`The file ${from} has gone while it was copied`);
      parts.push(await endInTime(upload.uploadPart(parts.length + 1, part.body)));
      // The local R2 reads and writes a part in one go. Others get their turn after it.
      await scheduler.wait(0);
    }
    await endInTime(upload.complete(parts));
    return true;
  } catch (error) {
    if (!(error instanceof StorageStalled)) await abortUpload(upload);
    throw error;
  }
}
