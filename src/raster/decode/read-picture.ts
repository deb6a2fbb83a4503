import type { Image } from "../../protocol/model/document.ts";
import { ExportFailure } from "../../export-failure.ts";
import { readImageInfo, type ImageInfo } from "../headers/image-info.ts";

/** Where a base image lies in R2. */
export function imageKey(documentId: string, sha256: string): string {
  return `images/${documentId}/${sha256}`;
}

/** A stored picture. It can be read more than once. */
export interface StoredFile {
  /** Bytes. */
  size: number;
  read(): AsyncIterable<Uint8Array>;
}

/** A stored picture's bytes. Throws `ExportFailure` where it is missing or damaged. */
export async function readPicture(
  bucket: R2Bucket,
  documentId: string,
  image: Image,
): Promise<{ bytes: Uint8Array; info: ImageInfo }> {
  const object = await bucket.get(imageKey(documentId, image.sha256));
  if (!object) throw new ExportFailure(MISSING);
  const bytes = new Uint8Array(await object.arrayBuffer());
  return { bytes, info: checkHeader(bytes) };
}

/** Throws `ExportFailure` where it is missing. */
export async function openFile(bucket: R2Bucket, documentId: string, image: Image): Promise<StoredFile> {
  const key = imageKey(documentId, image.sha256);
  const head = await bucket.head(key);
  if (!head) throw new ExportFailure(MISSING);
  return {
    size: head.size,
    async *read() {
      const object = await bucket.get(key);
      if (!object) throw new ExportFailure(MISSING);
      // The platform's type says `any`; R2 sends bytes.
      yield* object.body as ReadableStream<Uint8Array>;
    },
  };
}

const MISSING = "The document's picture is missing from the storage. Upload it again.";
const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const jpegSignature = [0xff, 0xd8, 0xff];

/** Told by its first bytes. */
export function isPngFile(file: StoredFile): Promise<boolean> {
  return startsWith(file, pngSignature);
}

/** Told by its first bytes. */
export function isJpegFile(file: StoredFile): Promise<boolean> {
  return startsWith(file, jpegSignature);
}

async function startsWith(file: StoredFile, signature: readonly number[]): Promise<boolean> {
  const head: number[] = [];
  for await (const part of file.read()) {
    head.push(...part.subarray(0, signature.length - head.length));
    if (head.length === signature.length) break;
  }
  return signature.every((byte, at) => byte === head[at]);
}

/** All of its bytes. */
export async function readWholeFile(file: StoredFile): Promise<Uint8Array> {
  const bytes = new Uint8Array(file.size);
  let filled = 0;
  for await (const part of file.read()) {
    bytes.set(part, filled);
    filled += part.byteLength;
  }
  return bytes;
}

/** Throws `ExportFailure`. */
export function checkHeader(bytes: Uint8Array): ImageInfo {
  const info = readImageInfo(bytes);
  if (!info.ok) throw new ExportFailure(info.error.message);
  return info.value;
}
