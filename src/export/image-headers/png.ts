import { DamagedImage, readFourCc, type StoredSize } from "./damaged-image.ts";
import { readExifOrientation } from "./exif.ts";

export const PNG_SIGNATURE_BYTES = 8;

/** Offsets in the file: `start` of the length, `data`, `end` after the checksum. */
export interface PngChunk {
  type: string;
  start: number;
  data: number;
  length: number;
  end: number;
}

/** The chunks of a PNG (W3C PNG 3rd edition §5) up to and with IEND. Throws `DamagedImage` or `RangeError` where it is cut off. */
export function* pngChunks(view: DataView): Generator<PngChunk> {
  for (let start = PNG_SIGNATURE_BYTES; start < view.byteLength;) {
    const length = view.getUint32(start);
    const type = readFourCc(view, start + 4);
    // Length, type and checksum around the data.
    const end = start + 12 + length;
    if (end > view.byteLength) throw new DamagedImage("it is cut off");
    yield { type, start, data: start + 8, length, end };
    if (type === "IEND") return;
    start = end;
  }
}

/** The header chunk's size, and the orientation of the EXIF data wherever it is. Throws as `pngChunks` does. */
export function readPngSize(view: DataView): StoredSize {
  if (readFourCc(view, 12) !== "IHDR" || view.getUint32(8) !== 13) {
    throw new DamagedImage("its header chunk is missing");
  }
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  let orientation = 1;
  let hasPixels = false;
  let animated = false;
  for (const { type, data, length } of pngChunks(view)) {
    if (type === "eXIf") orientation = readExifOrientation(view, data, length);
    if (type === "acTL") animated = true;
    if (type === "IDAT") hasPixels = true;
  }
  if (!hasPixels) throw new DamagedImage("it holds no pixels");
  return { width, height, orientation, animated, interlaced: view.getUint8(28) === 1 };
}
