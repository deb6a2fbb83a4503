import type { ImageType } from "../protocol/model/document.ts";
import { readSegments } from "./decode/jpeg/segment-reader.ts";
import { readWholeFile, type ImageFile } from "./decode/image-file.ts";
import { readPngChunks } from "./decode/png/read-chunks.ts";
import { START_OF_SCAN } from "./headers/jpeg.ts";
import { PNG_SIGNATURE_BYTES } from "./headers/png-header.ts";
import { RIFF_HEADER_BYTES, webpChunks } from "./headers/webp.ts";
import { byteAt } from "./array-at.ts";

/** EXIF and XMP in APP1, Photoshop's data in APP13, comments. Colour profiles (APP2) stay. */
const jpegMetadata = new Set([0xe1, 0xed, 0xfe]);
const pngMetadata = new Set(["eXIf", "tEXt", "zTXt", "iTXt", "tIME"]);
/** Length, type and checksum of a chunk. */
const PNG_CHUNK_FRAME_BYTES = 12;
const webpMetadata = new Set(["EXIF", "XMP "]);
/** Flags of a VP8X chunk: the file has EXIF, XMP (RFC 9649 §2.7.1). */
const WEBP_METADATA_FLAGS = 0b1100;

/** A part of a file that stays. Bytes; `end` is behind the last one. */
interface Range {
  start: number;
  end: number;
}

/**
 * Removes metadata from an image file, such as author, place and orientation. The pixels stay untouched. Streams the new
 * file; only a WebP is held in memory. The file must have been decoded without an error.
 */
export async function* stripMetadata(file: ImageFile, type: ImageType): AsyncGenerator<Uint8Array> {
  switch (type) {
    case "image/jpeg":
      yield* readRanges(file, await findJpegRanges(file));
      return;
    case "image/png":
      yield* readRanges(file, await findPngRanges(file));
      return;
    case "image/webp":
      yield* stripWebp(await readWholeFile(file));
      return;
    case "image/gif":
      // A GIF has no orientation, and no metadata but comments.
      yield* file.read();
      return;
  }
}

/** Everything but the segments of metadata before the pixels. */
async function findJpegRanges(file: ImageFile): Promise<Range[]> {
  const ranges: Range[] = [];
  let kept = 0;
  for await (const { marker, start, end } of readSegments(file.read())) {
    if (marker === START_OF_SCAN) break;
    if (!jpegMetadata.has(marker)) continue;
    ranges.push({ start: kept, end: start });
    kept = end;
  }
  return [...ranges, { start: kept, end: file.size }];
}

/** The chunks that are complete and no metadata. */
async function findPngRanges(file: ImageFile): Promise<Range[]> {
  let open = { start: 0, end: PNG_SIGNATURE_BYTES };
  const ranges = [open];
  let start = PNG_SIGNATURE_BYTES;
  for await (const { type, length, last } of readPngChunks(file.read())) {
    if (!last) continue;
    const end = start + PNG_CHUNK_FRAME_BYTES + length;
    if (!pngMetadata.has(type)) {
      if (open.end !== start) ranges.push((open = { start, end }));
      open.end = end;
    }
    start = end;
  }
  return ranges;
}

/** Streams the ranges, which are in order. */
async function* readRanges(file: ImageFile, ranges: readonly Range[]): AsyncGenerator<Uint8Array> {
  let next = 0;
  let offset = 0;
  for await (const part of file.read()) {
    const end = offset + part.byteLength;
    for (let range = ranges[next]; range && range.start < end; range = ranges[next]) {
      yield part.subarray(Math.max(0, range.start - offset), range.end - offset);
      if (range.end > end) break;
      next++;
    }
    if (next === ranges.length) return;
    offset = end;
  }
}

function stripWebp(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
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
