import { DamagedImage, UnsupportedImage, type StoredSize } from "./damaged-image.ts";
import { readExifOrientation } from "./exif.ts";

export const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
const APP1 = 0xe1;
/** C0–CF are frame headers, but for these three: Huffman tables, JPG, arithmetic conditioning. */
const notFrames = new Set([0xc4, 0xc8, 0xcc]);
const CMYK_COMPONENTS = 4;
/** "Exif" and two NULs. */
const EXIF_HEADER_BYTES = 6;

/** A marker with its length and data. Offsets in the file: `start` of the marker, `data` after the length, `end` of the data. */
export interface JpegSegment {
  marker: number;
  start: number;
  data: number;
  end: number;
}

/**
 * The segments of a JPEG (ITU T.81 annex B) up to and with its first scan header. Throws `DamagedImage`, and `RangeError` past
 * the end.
 */
export function* jpegSegments(view: DataView): Generator<JpegSegment> {
  let offset = 2;
  for (;;) {
    // As libjpeg does: bytes between segments are passed over, and any number of FF may come before a marker.
    while (view.getUint8(offset) !== 0xff) offset++;
    while (view.getUint8(offset) === 0xff) offset++;
    const marker = view.getUint8(offset++);
    if (marker === END_OF_IMAGE) throw new DamagedImage("it ends before its pixels");
    if (isStandalone(marker)) continue;
    const length = view.getUint16(offset);
    if (length < 2) throw new DamagedImage("a segment's length is wrong");
    yield { marker, start: offset - 2, data: offset + 2, end: offset + length };
    if (marker === START_OF_SCAN) return;
    offset += length;
  }
}

/** The frame header's size, and the orientation of the EXIF data before it. Throws as `jpegSegments` does. */
export function readJpegSize(view: DataView): StoredSize {
  let orientation: number | undefined;
  for (const { marker, data, end } of jpegSegments(view)) {
    if (isFrame(marker)) {
      if (view.getUint8(data + 5) === CMYK_COMPONENTS) {
        throw new UnsupportedImage("CMYK pictures are not supported: save it as RGB and send it again");
      }
      if (!hasEnd(view, end)) throw new DamagedImage("it is cut off");
      return {
        height: view.getUint16(data + 1),
        width: view.getUint16(data + 3),
        orientation: orientation ?? 1,
      };
    }
    if (marker === APP1 && orientation === undefined && isExif(view, data, end)) {
      const tiff = data + EXIF_HEADER_BYTES;
      orientation = readExifOrientation(view, tiff, end - tiff);
    }
  }
  throw new DamagedImage("it has no frame header");
}

/**
 * Whether the end marker comes after `from`, be there other data behind it: decoders fill what is missing with gray, and say
 * nothing. Entropy-coded data never holds the marker (ITU T.81 §B.1.1.5).
 */
function hasEnd(view: DataView, from: number): boolean {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let at = bytes.lastIndexOf(END_OF_IMAGE);
  while (at > from && bytes[at - 1] !== 0xff) at = bytes.lastIndexOf(END_OF_IMAGE, at - 1);
  return at > from;
}

function isStandalone(marker: number): boolean {
  return marker === 0x00 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && !notFrames.has(marker);
}

function isExif(view: DataView, data: number, end: number): boolean {
  return (
    end - data >= EXIF_HEADER_BYTES && view.getUint32(data) === 0x45786966 && view.getUint16(data + 4) === 0
  );
}
