import { srgb } from "../color/find-colors.ts";
import { describeDamage } from "./describe-damage.ts";
import { GifRows } from "./gif/gif-rows.ts";
import { scanGif } from "./gif/scan-gif.ts";
import type { ImageFile } from "./image-file.ts";
import type { CheckInfo, DecodedImage } from "./image-source.ts";

/** What decoding by rows holds: a part of the file, a row, and the table of codes. */
const ROWS_BYTES = 256 * 1024;

/**
 * Opens the first frame of a GIF. Reads the file twice: first for its layout, since only what follows the frame tells
 * whether the GIF is animated, then for the pixels, row by row. Throws `UnusableImage`.
 */
export async function openGif(file: ImageFile, check: CheckInfo): Promise<DecodedImage> {
  const layout = await describeDamage("GIF", () => scanGif(file.read()));
  const { width, height, animated, interlaced, frame } = layout;
  check({ type: "image/gif", width, height, orientation: 1, animated, interlaced });
  const rows = new GifRows(file.read(frame.data), layout);
  const { heldBytes } = rows;
  return {
    width,
    height,
    orientation: 1,
    // The frame is within the canvas. If it is as large, it covers all of it.
    opaque: frame.transparent === undefined && frame.width === width && frame.height === height,
    animated,
    colors: srgb,
    readRows: (first, count, into) => describeDamage("GIF", () => rows.readRows(first, count, into)),
    memoryBytes: () => heldBytes + ROWS_BYTES,
    close: () => rows.close(),
  };
}
