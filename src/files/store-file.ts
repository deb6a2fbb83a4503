import { contentTypes, type ExportFormat } from "../protocol/model/export-job.ts";
import type { WriteBytes } from "../write-bytes.ts";
import { PartWriter, type FileWriter } from "./file-writer.ts";
import { readRanges, sendBytes, sendPieces } from "./pieces.ts";
import { StorageStalled } from "./storage-stalled.ts";

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
  bytes: Uint8Array<ArrayBuffer>,
  options: R2PutOptions,
): Promise<void> {
  await sendBytes(bytes, (body) => bucket.put(key, body, options));
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
 * Copies a file in R2, piece by piece. Returns false if there is none. Throws `StorageStalled`. If it throws, the key
 * keeps what it had.
 */
export async function copyFile(
  bucket: R2Bucket,
  from: string,
  to: string,
  options: R2PutOptions,
): Promise<boolean> {
  const file = await bucket.head(from);
  if (!file) return false;
  const pieces = readRanges(bucket, from, file.size);
  await sendPieces(file.size, pieces, (body) => bucket.put(to, body, options));
  return true;
}
