import type { Config } from "../config.ts";
import { copyFile, storeBytes, writeWith } from "../files/store-file.ts";
import { type FileWriter, PART_BYTES, PartWriter, StreamWriter } from "../files/file-writer.ts";
import { imageKey, uploadKey } from "../files/keys.ts";
import { endInTime } from "../files/storage-stalled.ts";
import { removeOldUploads } from "../files/upload-files.ts";
import type { ImageType } from "../protocol/model/document.ts";
import { IMAGE_MAX_BYTES, WHOLE_IMAGE_MAX_BYTES } from "../protocol/limits.ts";
import type { ImageInfo } from "../raster/headers/image-info.ts";
import { describeUnsupported, UNSUPPORTED_HEAD_BYTES } from "../protocol/other-formats.ts";
import { sniffImageType } from "../protocol/sniff-image.ts";
import { explainInputLimit } from "../raster/output-limit.ts";
import { readImageInfo, scanImage, type ScannedType } from "../raster/decode/scan-image.ts";
import type { StoredImage } from "../room/stored-image.ts";
import { refusal, type Refusal, unwrap } from "./answers/refusal.ts";
import { BodyBudget } from "./body-budget.ts";
import { BodyReader, stoppedReading } from "./body-reader.ts";
import { readWhole, withShare } from "./read-body.ts";

/**
 * Bytes that one isolate holds of the pictures it receives: one WebP of the largest, or sixteen large files of other
 * formats, or many small pictures. The others wait. An isolate has 128 MB, and a render beside them may take 96 MiB.
 */
export const IMAGE_BODIES_BYTES = WHOLE_IMAGE_MAX_BYTES;
/** What passing a body on holds: pieces of 256 KiB on their way, and a profile of up to 1 MiB of a PNG. */
const STREAM_BYTES = 2 * 1024 * 1024;
/** A picture that is no larger is kept in memory, and put at its place at once. */
const KEPT_MAX_BYTES = PART_BYTES;

interface Destination {
  bucket: R2Bucket;
  documentId: string;
  config: Config;
  /** Called when everything about the picture is known, before it gets its place. Throws what refuses it. */
  accept: (image: StoredImage) => Promise<void>;
}

/** How long an upload waits to be copied: it was received, and so were those before it. */
const COPY_WAIT_MAX_MS = 120_000;

const budget = new BodyBudget(IMAGE_BODIES_BYTES);
/**
 * One upload at a time is copied to its place: a second one would take as long, and other requests would wait for both.
 */
const copies = new BodyBudget(1, { waitMs: COPY_WAIT_MAX_MS });

/**
 * Receives a picture, checks it, and puts it into R2 under its hash. Nothing stays of one that is refused. Throws
 * `Refusal` and `StorageStalled`.
 */
export async function receiveImage(request: Request, destination: Destination): Promise<StoredImage> {
  const body = new BodyReader(request);
  try {
    const { declared } = body;
    if (declared !== undefined && declared > IMAGE_MAX_BYTES) throw tooLarge(IMAGE_MAX_BYTES, declared);
    const head = await body.readHead(UNSUPPORTED_HEAD_BYTES);
    if (head.byteLength === 0) throw refusal("invalid_image", "The body is empty: send the picture's bytes");
    const type = sniffImageType(head);
    if (type === undefined) throw refusal("unsupported_media_type", describeUnsupported(head));
    if (isScanned(type) && (declared ?? Infinity) > KEPT_MAX_BYTES) {
      return await passOn(body, head, type, destination);
    }
    return await keep(body, head, destination);
  } catch (error) {
    await body.cancel();
    throw error;
  } finally {
    body.close();
  }
}

function isScanned(type: ImageType): type is ScannedType {
  return type !== "image/webp";
}

/** Receives a picture into memory. */
async function keep(
  body: BodyReader,
  head: Uint8Array,
  { bucket, documentId, config, accept }: Destination,
): Promise<StoredImage> {
  const { declared } = body;
  const maxBytes = WHOLE_IMAGE_MAX_BYTES;
  if (declared !== undefined && declared > maxBytes) throw tooLarge(maxBytes, declared);
  return withShare(budget, declared ?? maxBytes, async (hold) => {
    body.readWithin(hold);
    const bytes = await readWhole(body, declared ?? maxBytes, head);
    if ("tooLarge" in bytes) throw tooLarge(maxBytes, undefined);
    const info = unwrap(await readImageInfo(bytes));
    checkSize(info, config);
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    const image = describe(info, digest, bytes.byteLength);
    await accept(image);
    const key = imageKey(documentId, image.sha256);
    // The same bytes have the same key: what is there is never written again.
    if (!(await bucket.head(key))) await storeBytes(bucket, key, bytes, typed(image));
    return image;
  });
}

/**
 * Passes a picture on to R2 as it comes. Its place depends on all of its bytes, and R2 can't rename: so it is stored
 * under a key of its own first, and R2 copies it.
 */
async function passOn(
  body: BodyReader,
  head: Uint8Array,
  type: ScannedType,
  { bucket, documentId, config, accept }: Destination,
): Promise<StoredImage> {
  const { declared } = body;
  const upload = uploadKey(documentId, crypto.randomUUID());
  const writer =
    declared === undefined
      ? new PartWriter(bucket, upload, {})
      : new StreamWriter(bucket, upload, declared, {});
  const hash = new crypto.DigestStream("SHA-256");
  // The writer's failure is the one to tell.
  hash.digest.catch(() => undefined);
  const share = STREAM_BYTES + (declared === undefined ? PART_BYTES : 0);
  const info = await withShare(budget, share, async (hold) => {
    body.readWithin(hold);
    await removeOldUploads(bucket, documentId);
    return writeWith(writer, async () => {
      const pieces = writePieces(body, head, writer, hash.getWriter());
      // The scan ends where the picture does. What follows is passed on, too.
      const scanned = { [Symbol.asyncIterator]: () => ({ next: () => pieces.next() }) };
      const found = unwrap(await scanImage(type, scanned, (size) => checkSize(size, config)));
      while ((await pieces.next()).done !== true);
      return found;
    });
  });
  try {
    const image = describe(info, await hash.digest, writer.size);
    await accept(image);
    const key = imageKey(documentId, image.sha256);
    await withShare(copies, 1, async () => {
      if (!(await bucket.head(key))) await copyFile(bucket, upload, key, typed(image));
    });
    return image;
  } finally {
    await endInTime(bucket.delete(upload));
  }
}

/** Writes the body to R2 and into the hash, and yields what was written. Checks the number of bytes. */
async function* writePieces(
  body: BodyReader,
  head: Uint8Array,
  writer: FileWriter,
  hash: WritableStreamDefaultWriter<ArrayBuffer | ArrayBufferView>,
): AsyncGenerator<Uint8Array> {
  const { declared = IMAGE_MAX_BYTES } = body;
  for (let piece: Uint8Array | undefined = head; piece; piece = await body.read()) {
    if (writer.size + piece.byteLength > declared) throw tooLarge(IMAGE_MAX_BYTES, undefined);
    await hash.write(piece);
    await writer.write(piece);
    yield piece;
  }
  if (body.declared !== undefined && writer.size < declared) throw stoppedReading("did not come to its end");
  await hash.close();
}

function describe({ type, width, height }: ImageInfo, digest: ArrayBuffer, bytes: number): StoredImage {
  return { sha256: new Uint8Array(digest).toHex(), content_type: type, bytes, width, height };
}

function typed({ content_type }: StoredImage): R2MultipartOptions {
  return { httpMetadata: { contentType: content_type } };
}

/** Refuses, before anything is decoded, what would not fit the renderer's memory. */
function checkSize(info: ImageInfo, config: Config): void {
  const excess = explainInputLimit(info, config);
  if (excess !== undefined) throw refusal("image_too_large", excess);
}

function tooLarge(maxBytes: number, bytes: number | undefined): Refusal {
  const kind = maxBytes < IMAGE_MAX_BYTES ? "A WebP file" : "The file";
  const size = bytes === undefined ? "larger" : `${bytes} bytes`;
  return refusal(
    "image_too_large",
    `${kind} may have ${maxBytes} bytes at most, this one is ${size}: save it smaller`,
  );
}
