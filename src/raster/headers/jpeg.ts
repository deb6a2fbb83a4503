import { IMAGE_PARTS_MAX, JPEG_SCANS_MAX } from "../../protocol/limits.ts";
import { DamagedImage, TOO_MANY_PARTS, UnsupportedImage, type StoredSize } from "./damaged-image.ts";
import { readExifOrientation } from "./exif.ts";

export const START_OF_SCAN = 0xda;
export const START_OF_IMAGE = 0xd8;
export const END_OF_IMAGE = 0xd9;
export const APP1 = 0xe1;
/** C0–CF are frame headers, except these three: Huffman tables, JPG, arithmetic conditioning. */
const notFrames = new Set([0xc4, 0xc8, 0xcc]);
/** Baseline, extended, progressive, each with Huffman codes. The others are lossless, hierarchical or arithmetic. */
const shownFrames = new Set([0xc0, 0xc1, 0xc2]);
const CMYK_COMPONENTS = 4;
/** "Exif" and two NULs. */
export const EXIF_HEADER_BYTES = 6;

/**
 * A marker with its length and data. The offsets in the file are the `start` of the marker, the `data` after the
 * length, and the `end` of the data.
 */
export interface JpegSegment {
  marker: number;
  start: number;
  data: number;
  end: number;
}

/**
 * Reads the segments of a JPEG (ITU T.81 annex B), also those between its scans, up to the end marker. Throws
 * `DamagedImage`, and `RangeError` past the end, before the first scan. After that it just stops, since decoders make
 * do with what there is.
 */
export function* jpegSegments(view: DataView): Generator<JpegSegment> {
  let hasPixels = false;
  let offset = 2;
  try {
    for (let count = 0; count < IMAGE_PARTS_MAX; count++) {
      const segment = readSegment(view, offset);
      hasPixels ||= segment.marker === START_OF_SCAN;
      if (segment.marker === END_OF_IMAGE && !hasPixels) throw new DamagedImage("it ends before its pixels");
      yield segment;
      if (segment.marker === END_OF_IMAGE) return;
      offset = segment.end;
    }
  } catch (error) {
    if (error instanceof RangeError && hasPixels) return;
    throw error;
  }
  throw new DamagedImage(TOO_MANY_PARTS);
}

/**
 * Reads the next segment at or after an offset. As libjpeg does, it skips bytes between segments, and accepts any
 * number of FF before a marker. It also skips entropy-coded data, in which FF is followed by 00 or by a restart marker
 * (§B.1.1.5).
 */
function readSegment(view: DataView, from: number): JpegSegment {
  let offset = from;
  let marker = 0;
  while (isStandalone(marker)) {
    while (view.getUint8(offset) !== 0xff) offset++;
    while (view.getUint8(offset) === 0xff) offset++;
    marker = view.getUint8(offset++);
  }
  const start = offset - 2;
  if (marker === END_OF_IMAGE) return { marker, start, data: offset, end: offset };
  if (marker === START_OF_IMAGE) throw new DamagedImage("it starts twice");
  const length = view.getUint16(offset);
  if (length < 2) throw new DamagedImage("a segment's length is wrong");
  return { marker, start, data: offset + 2, end: offset + length };
}

/** Whether the file has an end marker after its pixels. Without one it may be cut off. */
export function hasEndMarker(view: DataView): boolean {
  let last = 0;
  for (const { marker } of jpegSegments(view)) last = marker;
  return last === END_OF_IMAGE;
}

/**
 * Reads the size in the frame header, and the orientation in EXIF data before the pixels. Throws as `jpegSegments`
 * does.
 */
export function readJpegSize(view: DataView): StoredSize {
  let orientation: number | undefined;
  let size: { width: number; height: number } | undefined;
  let scans = 0;
  for (const segment of jpegSegments(view)) {
    const { marker, data, end } = segment;
    if (isFrame(marker)) {
      if (size) throw new DamagedImage("it has two frame headers");
      size = readFrame(view, segment);
    } else if (marker === APP1 && scans === 0 && orientation === undefined && isExif(view, data, end)) {
      const tiff = data + EXIF_HEADER_BYTES;
      orientation = readExifOrientation(view, tiff, end - tiff);
    } else if (marker === START_OF_SCAN) {
      if (!size) throw new DamagedImage("it has no frame header");
      if (++scans > JPEG_SCANS_MAX) throw new DamagedImage(`it has more than ${JPEG_SCANS_MAX} scans`);
    }
  }
  if (!size) throw new DamagedImage("it has no frame header");
  return { ...size, orientation: orientation ?? 1 };
}

/** Reads a frame header (§B.2.2): precision, height, width, and three bytes for each component. */
export function readFrame(
  view: DataView,
  { marker, data, end }: JpegSegment,
): { width: number; height: number } {
  const components = view.getUint8(data + 5);
  if (components === CMYK_COMPONENTS) {
    throw new UnsupportedImage("CMYK pictures are not supported: save it as RGB and send it again");
  }
  if (!shownFrames.has(marker) || view.getUint8(data) !== 8) {
    throw new UnsupportedImage(
      "JPEGs that are lossless, arithmetically coded, or not of 8 bits are not supported: save it as a plain JPEG and send it again",
    );
  }
  const hasSamples = (components === 1 || components === 3) && end - data === 6 + components * 3;
  if (!hasSamples || !Array.from({ length: components }, (_, index) => index).every(isSampled)) {
    throw new DamagedImage("its frame header makes no sense");
  }
  return { height: view.getUint16(data + 1), width: view.getUint16(data + 3) };

  /** One to four samples in each direction. */
  function isSampled(component: number): boolean {
    const factors = view.getUint8(data + 7 + component * 3);
    return [factors >> 4, factors & 15].every((factor) => factor >= 1 && factor <= 4);
  }
}

export function isStandalone(marker: number): boolean {
  return marker === 0x00 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}

export function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && !notFrames.has(marker);
}

export function isExif(view: DataView, data: number, end: number): boolean {
  return (
    end - data >= EXIF_HEADER_BYTES && view.getUint32(data) === 0x45786966 && view.getUint16(data + 4) === 0
  );
}
