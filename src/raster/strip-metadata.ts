import type { ImageType } from "../protocol/model/document.ts";
import { jpegSegments, START_OF_SCAN } from "./headers/jpeg.ts";
import { PNG_SIGNATURE_BYTES, pngChunks } from "./headers/png.ts";
import { RIFF_HEADER_BYTES, webpChunks } from "./headers/webp.ts";
import { byteAt } from "./array-at.ts";

/** EXIF and XMP in APP1, Photoshop's data in APP13, comments. Colour profiles (APP2) stay. */
const jpegMetadata = new Set([0xe1, 0xed, 0xfe]);
const pngMetadata = new Set(["eXIf", "tEXt", "zTXt", "iTXt", "tIME"]);
const webpMetadata = new Set(["EXIF", "XMP "]);
/** Flags of a VP8X chunk: the file has EXIF, XMP (RFC 9649 §2.7.1). */
const WEBP_METADATA_FLAGS = 0b1100;

/**
 * Removes metadata from an image file, such as author, place and orientation. The pixels stay untouched. Returns the
 * parts of the new file. `readImageInfo` must accept the file.
 */
export function stripMetadata(file: Uint8Array, type: ImageType): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  switch (type) {
    case "image/jpeg":
      return stripJpeg(file, view);
    case "image/png":
      return stripPng(file, view);
    case "image/webp":
      return stripWebp(file, view);
    case "image/gif":
      // A GIF has no orientation, and no metadata but comments.
      return [file];
  }
}

function stripJpeg(file: Uint8Array, view: DataView): Uint8Array[] {
  const parts = [file.subarray(0, 2)];
  for (const { marker, start, end } of jpegSegments(view)) {
    if (jpegMetadata.has(marker)) continue;
    parts.push(marker === START_OF_SCAN ? file.subarray(start) : file.subarray(start, end));
  }
  return parts;
}

function stripPng(file: Uint8Array, view: DataView): Uint8Array[] {
  const chunks = Array.from(pngChunks(view)).filter(({ type }) => !pngMetadata.has(type));
  return [
    file.subarray(0, PNG_SIGNATURE_BYTES),
    ...chunks.map(({ start, end }) => file.subarray(start, end)),
  ];
}

function stripWebp(file: Uint8Array, view: DataView): Uint8Array[] {
  const chunks = Array.from(webpChunks(view)).filter(({ type }) => !webpMetadata.has(type));
  const parts = chunks.map(({ type, start, data, end }) => {
    if (type !== "VP8X") return file.subarray(start, end);
    const header = file.slice(start, end);
    const flags = data - start;
    header[flags] = byteAt(header, flags) & ~WEBP_METADATA_FLAGS;
    return header;
  });
  const head = file.slice(0, RIFF_HEADER_BYTES);
  const length = parts.reduce((sum, part) => sum + part.byteLength, 4);
  new DataView(head.buffer).setUint32(4, length, true);
  return [head, ...parts];
}
