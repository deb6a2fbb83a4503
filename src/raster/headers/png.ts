import { crc32 } from "node:zlib";
import { IMAGE_PARTS_MAX } from "../../protocol/limits.ts";
import { DamagedImage, readFourCc, TOO_MANY_PARTS, type StoredSize } from "./damaged-image.ts";
import { readExifOrientation } from "./exif.ts";
import { needsChecksum, PngOrder, readPngHeader, type PngHeader } from "./png-header.ts";

export const PNG_SIGNATURE_BYTES = 8;

/** A chunk. The offsets in the file are the `start` of the length, the `data`, and the `end` after the checksum. */
export interface PngChunk {
  type: string;
  start: number;
  data: number;
  length: number;
  end: number;
}

/**
 * Reads the chunks of a PNG (W3C PNG 3rd edition §5) up to IEND. As browsers do, it accepts a file that is cut off
 * after its pixels. Throws `DamagedImage` or `RangeError` if it is cut off earlier.
 */
export function* pngChunks(view: DataView): Generator<PngChunk> {
  let hasPixels = false;
  let count = 0;
  for (let start = PNG_SIGNATURE_BYTES; start < view.byteLength;) {
    if (++count > IMAGE_PARTS_MAX) throw new DamagedImage(TOO_MANY_PARTS);
    // Length, type and checksum around the data.
    const isWhole = start + 12 <= view.byteLength && start + 12 + view.getUint32(start) <= view.byteLength;
    const type = start + 8 <= view.byteLength ? readFourCc(view, start + 4) : "";
    if (!isWhole) {
      if (hasPixels && type !== "IDAT") return;
      throw new DamagedImage("it is cut off");
    }
    const length = view.getUint32(start);
    const end = start + 12 + length;
    yield { type, start, data: start + 8, length, end };
    if (type === "IEND") return;
    hasPixels ||= type === "IDAT";
    start = end;
  }
}

/**
 * Reads the size in the header chunk, and the orientation in EXIF data before the pixels, as browsers do. Throws as
 * `pngChunks` does.
 */
export function readPngSize(view: DataView): StoredSize {
  const order = new PngOrder();
  let orientation = 1;
  let animated = false;
  let header: PngHeader | undefined;
  for (const { type, start, data, length, end } of pngChunks(view)) {
    order.pass(type, length);
    const intact = isIntact(view, start, end);
    if (!intact && needsChecksum(type)) throw new DamagedImage(`the checksum of its ${type} chunk is wrong`);
    header ??= readPngHeader(new DataView(view.buffer, view.byteOffset + data, length));
    if (type === "eXIf" && intact && !order.hasPixels) orientation = readExifOrientation(view, data, length);
    if (type === "acTL") animated = true;
  }
  if (!header) throw new DamagedImage("its header chunk is missing");
  order.end(header);
  const { width, height, interlaced } = header;
  return { width, height, orientation, animated, interlaced };
}

/** Whether the checksum of a chunk's type and data is right. */
function isIntact(view: DataView, start: number, end: number): boolean {
  const summed = new Uint8Array(view.buffer, view.byteOffset + start + 4, end - start - 8);
  return view.getUint32(end - 4) === crc32(summed);
}
