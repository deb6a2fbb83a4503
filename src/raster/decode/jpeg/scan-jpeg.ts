import { visitSegments } from "./segment-reader.ts";
import { DamagedImage, type StoredSize } from "../../headers/damaged-image.ts";
import { JpegHeader, START_OF_SCAN } from "../../headers/jpeg.ts";

/**
 * Reads the segments of a JPEG from start to end, and holds one segment at most. `beforePixels` is called as soon as the
 * pixels start: orientation and, but for rare files, size are known then. Throws `DamagedImage` and `UnsupportedImage`.
 */
export async function scanJpeg(
  file: AsyncIterable<Uint8Array>,
  beforePixels: (size: StoredSize) => void,
): Promise<StoredSize> {
  const header = new JpegHeader();
  await visitSegments(file, ({ marker, data }) => {
    header.read(marker, data);
    if (marker === START_OF_SCAN && header.scans === 1) beforePixels(describe(header));
    return false;
  });
  // After that decoders make do with what there is.
  if (header.scans === 0) throw new DamagedImage("it is cut off");
  return describe(header);
}

function describe({ frame, orientation }: JpegHeader): StoredSize {
  return { width: frame.width, height: frame.height, orientation };
}
