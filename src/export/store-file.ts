import { contentTypes, exportFileName, type ExportFormat } from "../protocol/export-job.ts";
import type { Env } from "../env.ts";
import type { ExportedFile } from "./exported-file.ts";
import { Turns } from "./picture/turns.ts";

/** Where an export lies in R2. */
export function exportKey(id: string, format: ExportFormat): string {
  return `exports/${exportFileName(id, format)}`;
}

/** Puts a file into R2, part by part. */
export async function storeFile(
  bucket: R2Bucket,
  key: string,
  file: ExportedFile,
  format: ExportFormat,
): Promise<void> {
  // R2 takes a stream only if it knows the length before.
  const { readable, writable } = new FixedLengthStream(file.size);
  const writing = writeParts(writable, file.parts);
  const putting = bucket.put(key, readable, { httpMetadata: { contentType: contentTypes[format] } });
  // Where R2 fails, the stream breaks too, and says less about why.
  const [put, written] = await Promise.allSettled([putting, writing]);
  for (const result of [put, written]) if (result.status === "rejected") throw result.reason;
}

async function writeParts(writable: WritableStream<Uint8Array>, parts: Iterable<Uint8Array>): Promise<void> {
  const writer = writable.getWriter();
  // There may be one for each annotation.
  const turns = new Turns();
  for (const part of parts) {
    await writer.write(part);
    await turns.pass();
  }
  await writer.close();
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
  await bucket.put(to, object.body, { httpMetadata: { contentType: contentTypes[format] } });
  return true;
}

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
    const response = await folder.fetch(`http://disk/${name}`, { method: "PUT", body: object.body });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the folder answered ${response.status}`);
  } catch (error) {
    // oxlint-disable-next-line no-console
    console.warn(`The copy exports/${name} was not written:`, error);
  }
}
