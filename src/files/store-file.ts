import { contentTypes, exportFileName, type ExportFormat } from "../protocol/model/export-job.ts";
import type { Env } from "../env.ts";
import type { ExportedFile } from "./exported-file.ts";
import { Turns } from "../event-loop.ts";

/** Where an export lies in R2. */
export function exportKey(id: string, format: ExportFormat): string {
  return `exports/${exportFileName(id, format)}`;
}

/** Puts a file into R2, part by part. Throws `StorageStalled`. */
export async function storeFile(
  bucket: R2Bucket,
  key: string,
  file: ExportedFile,
  format: ExportFormat,
): Promise<void> {
  await putParts(bucket, key, file, { httpMetadata: { contentType: contentTypes[format] } });
}

/**
 * How long R2 may take nothing of what it is given: it takes 32 MiB in a second or two. The local one never ends a `put` for which its
 * disk has no room, and the request would hang with it.
 */
const STALL_MS = 5_000;
const LOOK_EVERY_MS = 500;

type Parts = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** R2 does not go on with a file. */
export class StorageStalled extends Error {}

/** Puts bytes into R2 that come in parts, `size` in all. Throws `StorageStalled`. */
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
    // Where R2 fails, the stream breaks too, and says less about why: its own error comes first.
    for (const result of results) if (result.status === "rejected") throw result.reason;
    return true;
  });
  while (!(await Promise.race([ended, scheduler.wait(LOOK_EVERY_MS)]))) {
    if (Date.now() - progress.at < STALL_MS) continue;
    const stalled = new StorageStalled(`R2 took nothing for ${STALL_MS / 1000} s`);
    // Lets go of the bytes. Neither may ever settle.
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
  // There may be one for each annotation.
  const turns = new Turns();
  for await (const part of parts) {
    // A part may have taken long to make: that is not R2's.
    progress.at = Date.now();
    await writer.write(part);
    progress.at = Date.now();
    await turns.pass();
  }
  await writer.close();
  progress.at = Date.now();
}

/** Takes an export out of R2 and out of the local folder. A file that stays is in nobody's way: a failure is only noted. */
export async function removeFile(
  env: Pick<Env, "BUCKET" | "EXPORTS_DIR">,
  id: string,
  format: ExportFormat,
): Promise<void> {
  const name = exportFileName(id, format);
  const folder = env.EXPORTS_DIR;
  try {
    await env.BUCKET.delete(exportKey(id, format));
    if (folder === undefined || typeof folder === "string") return;
    const response = await folder.fetch(`http://disk/${name}`, { method: "DELETE" });
    await response.body?.cancel();
  } catch (error) {
    // oxlint-disable-next-line no-console
    console.warn(`The file exports/${name} was not removed:`, error);
  }
}

/** Puts the bytes of another export under this one's name. false: they are not there any more. */
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

/** For a copy. The runtime never ends a write for which the disk has no room; this is less than a job's lease. */
const MIRROR_MAX_MS = 10_000;

/** Local runs also keep a copy in the folder `./exports`. R2 is the truth: a copy that fails is only noted. */
export async function mirrorFile(
  env: Pick<Env, "BUCKET" | "EXPORTS_DIR">,
  id: string,
  format: ExportFormat,
): Promise<void> {
  const folder = env.EXPORTS_DIR;
  // Where deployed, the binding is an empty string.
  if (folder === undefined || typeof folder === "string") return;
  const name = exportFileName(id, format);
  try {
    const object = await env.BUCKET.get(exportKey(id, format));
    if (!object) throw new Error("it is not in R2");
    const signal = AbortSignal.timeout(MIRROR_MAX_MS);
    const response = await folder.fetch(`http://disk/${name}`, { method: "PUT", body: object.body, signal });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the folder answered ${response.status}`);
  } catch (error) {
    // oxlint-disable-next-line no-console
    console.warn(`The copy exports/${name} was not written:`, error);
  }
}
