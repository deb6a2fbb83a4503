import { IMAGE_PARTS_MAX, JPEG_SCANS_MAX } from "../../protocol/limits.ts";
import { ByteReader, EndOfFile } from "../decode/byte-reader.ts";
import { DamagedImage, TOO_MANY_PARTS, type StoredSize } from "../headers/damaged-image.ts";
import { readExifOrientation } from "../headers/exif.ts";
import {
  APP1,
  END_OF_IMAGE,
  EXIF_HEADER_BYTES,
  isExif,
  isFrame,
  isStandalone,
  readFrame,
  START_OF_IMAGE,
  START_OF_SCAN,
} from "../headers/jpeg.ts";

/** Precision, height, width and the number of components (ITU T.81 §B.2.2). */
const FRAME_HEADER_BYTES = 6;

/**
 * Reads the segments of a JPEG from start to end, as `readJpegSize` does of a file in memory, and holds one segment at
 * most. `beforePixels` is called as soon as the pixels start: size and orientation are known then. Throws
 * `DamagedImage` and `UnsupportedImage`.
 */
export async function scanJpeg(
  file: AsyncIterable<Uint8Array>,
  beforePixels: (size: StoredSize) => void,
): Promise<StoredSize> {
  const reader = new ByteReader(file, "it is cut off");
  let orientation: number | undefined;
  let size: { width: number; height: number } | undefined;
  let scans = 0;
  const describe = (): StoredSize => {
    if (!size) throw new DamagedImage("it has no frame header");
    return { ...size, orientation: orientation ?? 1 };
  };
  try {
    // The start of the image.
    await reader.skip(2);
    for (let count = 0; ; count++) {
      if (count >= IMAGE_PARTS_MAX) throw new DamagedImage(TOO_MANY_PARTS);
      const marker = await readMarker(reader);
      if (marker === END_OF_IMAGE) {
        if (scans === 0) throw new DamagedImage("it ends before its pixels");
        return describe();
      }
      if (marker === START_OF_IMAGE) throw new DamagedImage("it starts twice");
      const length = await readLength(reader);
      if (isFrame(marker)) {
        if (size) throw new DamagedImage("it has two frame headers");
        if (length < FRAME_HEADER_BYTES) throw new DamagedImage("its frame header makes no sense");
        const view = await readSegment(reader, length);
        size = readFrame(view, { marker, start: 0, data: 0, end: length });
      } else if (marker === APP1 && scans === 0 && orientation === undefined) {
        const view = await readSegment(reader, length);
        if (!isExif(view, 0, length)) continue;
        orientation = readExifOrientation(view, EXIF_HEADER_BYTES, length - EXIF_HEADER_BYTES);
      } else if (marker === START_OF_SCAN) {
        if (scans === 0) beforePixels(describe());
        if (++scans > JPEG_SCANS_MAX) throw new DamagedImage(`it has more than ${JPEG_SCANS_MAX} scans`);
        await reader.skip(length);
      } else {
        await reader.skip(length);
      }
    }
  } catch (error) {
    // Decoders make do with what there is.
    if (error instanceof EndOfFile && scans > 0) return describe();
    throw error;
  } finally {
    await reader.close();
  }
}

/**
 * Passes over entropy-coded data, fill bytes and markers without a segment (§B.1.1.2, §B.1.1.5). Returns the next
 * marker of another kind. No byte is waited for alone: a file may consist of nothing else.
 */
async function readMarker(reader: ByteReader): Promise<number> {
  let afterFF = false;
  for (;;) {
    const part = await reader.readSome(Infinity);
    if (!part) throw new EndOfFile("it is cut off");
    for (let at = 0; at < part.length; at++) {
      if (!afterFF) {
        at = part.indexOf(0xff, at);
        if (at < 0) break;
        afterFF = true;
        continue;
      }
      const byte = part[at] ?? 0;
      if (byte === 0xff) continue;
      afterFF = false;
      if (isStandalone(byte)) continue;
      reader.unread(part.subarray(at + 1));
      return byte;
    }
  }
}

/** Reads how many bytes of data follow: the length counts its own two bytes. */
async function readLength(reader: ByteReader): Promise<number> {
  const length = (await readSegment(reader, 2)).getUint16(0);
  if (length < 2) throw new DamagedImage("a segment's length is wrong");
  return length - 2;
}

async function readSegment(reader: ByteReader, length: number): Promise<DataView> {
  const bytes = new Uint8Array(length);
  await reader.readInto(bytes);
  return new DataView(bytes.buffer);
}
