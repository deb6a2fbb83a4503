import { readImageInfo, type ImageInfo } from "../headers/image-info.ts";
import { UnusableImage } from "../image-errors.ts";

/** The bytes of an image, wherever they are stored. They can be read more than once. */
export interface ImageFile {
  /** Bytes. */
  size: number;
  /** Streams the file from `offset` (by default 0) to its end. Leave the loop to stop early. */
  read(offset?: number): AsyncIterable<Uint8Array>;
  /** Reads `length` bytes from `offset`, or fewer where the file ends before. */
  readRange(offset: number, length: number): Promise<Uint8Array>;
}

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const jpegSignature = [0xff, 0xd8, 0xff];
/** "GIF": the version follows. */
const gifSignature = [0x47, 0x49, 0x46];

export function isPngFile(file: ImageFile): Promise<boolean> {
  return startsWith(file, pngSignature);
}

export function isJpegFile(file: ImageFile): Promise<boolean> {
  return startsWith(file, jpegSignature);
}

export function isGifFile(file: ImageFile): Promise<boolean> {
  return startsWith(file, gifSignature);
}

async function startsWith(file: ImageFile, signature: readonly number[]): Promise<boolean> {
  const head = await file.readRange(0, signature.length);
  return signature.every((byte, at) => byte === head[at]);
}

/** Reads the whole file into memory. */
export async function readWholeFile(file: ImageFile): Promise<Uint8Array> {
  const bytes = new Uint8Array(file.size);
  let filled = 0;
  for await (const part of file.read()) {
    bytes.set(part, filled);
    filled += part.byteLength;
  }
  return bytes;
}

/** Reads the header of a file. Throws `UnusableImage` if the file is damaged or of another kind. */
export function requireImageInfo(bytes: Uint8Array): ImageInfo {
  const info = readImageInfo(bytes);
  if (!info.ok) throw new UnusableImage(info.error.message);
  return info.value;
}
