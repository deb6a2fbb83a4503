import { JPEG_SCANS_MAX } from "../../protocol/limits.ts";
import { readSegments } from "../decode/jpeg/segment-reader.ts";
import { DamagedImage, type StoredSize } from "../headers/damaged-image.ts";
import { isFrameMarker, readJpegFrame } from "../headers/jpeg-frame.ts";
import {
  APP1,
  DEFINE_LINES,
  END_OF_IMAGE,
  readJpegOrientation,
  readLineCount,
  START_OF_SCAN,
} from "../headers/jpeg.ts";

/**
 * Reads the segments of a JPEG from start to end, as `readJpegSize` does of a file in memory, and holds one segment at
 * most. `beforePixels` is called as soon as the pixels start: orientation and, but for rare files, size are known then.
 * Throws `DamagedImage` and `UnsupportedImage`.
 */
export async function scanJpeg(
  file: AsyncIterable<Uint8Array>,
  beforePixels: (size: StoredSize) => void,
): Promise<StoredSize> {
  let orientation: number | undefined;
  let size: { width: number; height: number } | undefined;
  let scans = 0;
  const describe = (): StoredSize => {
    if (!size) throw new DamagedImage("it has no frame header");
    return { width: size.width, height: size.height, orientation: orientation ?? 1 };
  };
  try {
    for await (const { marker, data } of readSegments(file)) {
      if (isFrameMarker(marker)) {
        if (size) throw new DamagedImage("it has two frame headers");
        size = readJpegFrame(marker, data);
      } else if (marker === APP1 && scans === 0) {
        orientation ??= readJpegOrientation(data);
      } else if (marker === DEFINE_LINES && size?.height === 0) {
        size = { width: size.width, height: readLineCount(data) };
      } else if (marker === START_OF_SCAN) {
        if (++scans > JPEG_SCANS_MAX) throw new DamagedImage(`it has more than ${JPEG_SCANS_MAX} scans`);
        if (scans === 1) beforePixels(describe());
      } else if (marker === END_OF_IMAGE && scans === 0) {
        throw new DamagedImage("it ends before its pixels");
      }
    }
  } catch (error) {
    if (error instanceof RangeError) throw new DamagedImage("a segment is too short", { cause: error });
    throw error;
  }
  // After that decoders make do with what there is.
  if (scans === 0) throw new DamagedImage("it is cut off");
  return describe();
}
