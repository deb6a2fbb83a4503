import { IMAGE_PARTS_MAX, JPEG_SCANS_MAX } from "../../protocol/limits.ts";
import { DamagedImage, TOO_MANY_PARTS, type StoredSize } from "./damaged-image.ts";
import { readExifOrientation } from "./exif.ts";
import { isFrameMarker, readJpegFrame } from "./jpeg-frame.ts";

export const START_OF_SCAN = 0xda;
export const START_OF_IMAGE = 0xd8;
export const END_OF_IMAGE = 0xd9;
export const DEFINE_LINES = 0xdc;
export const APP1 = 0xe1;
/** "Exif" and two NULs. */
const EXIF_HEADER_BYTES = 6;

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
  // Without a whole header there are no pixels.
  if (marker === START_OF_SCAN) view.getUint8(offset + length - 1);
  return { marker, start, data: offset + 2, end: offset + length };
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
    const { marker } = segment;
    if (isFrameMarker(marker)) {
      if (size) throw new DamagedImage("it has two frame headers");
      size = readJpegFrame(marker, viewData(view, segment));
    } else if (marker === APP1 && scans === 0) {
      orientation ??= readJpegOrientation(viewData(view, segment));
    } else if (marker === DEFINE_LINES && size?.height === 0) {
      size = { ...size, height: readLineCount(viewData(view, segment)) };
    } else if (marker === START_OF_SCAN) {
      if (!size) throw new DamagedImage("it has no frame header");
      if (++scans > JPEG_SCANS_MAX) throw new DamagedImage(`it has more than ${JPEG_SCANS_MAX} scans`);
    }
  }
  if (!size) throw new DamagedImage("it has no frame header");
  return { width: size.width, height: size.height, orientation: orientation ?? 1 };
}

function viewData(view: DataView, { data, end }: JpegSegment): DataView {
  return new DataView(view.buffer, view.byteOffset + data, end - data);
}

/** Reads the orientation in the data of an APP1 segment. undefined: it is not EXIF data. */
export function readJpegOrientation(data: DataView): number | undefined {
  const isExif =
    data.byteLength >= EXIF_HEADER_BYTES && data.getUint32(0) === 0x45786966 && data.getUint16(4) === 0;
  if (!isExif) return undefined;
  return readExifOrientation(data, EXIF_HEADER_BYTES, data.byteLength - EXIF_HEADER_BYTES);
}

/** Reads a DNL segment (§B.2.5): the height of a frame that did not know it. */
export function readLineCount(data: DataView): number {
  return data.getUint16(0);
}

/** Stuffing (00), and markers without data: TEM, RST. */
export function isStandalone(marker: number): boolean {
  return marker === 0x00 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}
