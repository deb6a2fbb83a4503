import { contentTypes, type ExportFormat } from "../protocol/model/export-job.ts";
import type { WriteBytes } from "../write-bytes.ts";
import { PartWriter, StreamWriter, type FileWriter } from "./file-writer.ts";

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
    await writer.abort();
    throw error;
  }
}

/** Copies a file in R2. Returns false if it is gone. Throws `StorageStalled`. */
export async function copyFile(
  bucket: R2Bucket,
  from: string,
  to: string,
  options: R2PutOptions,
): Promise<boolean> {
  const object = await bucket.get(from);
  if (!object) return false;
  // The platform's type says `any`; R2 sends bytes.
  const parts = object.body as ReadableStream<Uint8Array>;
  await writeWith(new StreamWriter(bucket, to, object.size, options), async (write) => {
    for await (const part of parts) await write(part);
  });
  return true;
}
