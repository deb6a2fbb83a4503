import { readConfig } from "../../../src/config.ts";
import type { ImageFile } from "../../../src/raster/decode/image-file.ts";
import type { OpenOptions } from "../../../src/raster/decode/image-source.ts";
import type { PixelLimits } from "../../../src/raster/output-limit.ts";
import { openImage } from "../../../src/raster/decode/open-image.ts";

const defaults = readConfig({});

export interface DecodedPicture {
  width: number;
  height: number;
  /** RGBA. */
  pixels: Uint8Array;
  warnings: readonly string[];
  memoryBytes: number;
}

/** Decodes an image as an export does, a few rows at once. */
export async function decodeImage(
  file: ImageFile,
  {
    rowsAtOnce = 7,
    limits = defaults,
    ...options
  }: OpenOptions & { rowsAtOnce?: number; limits?: PixelLimits } = {},
): Promise<DecodedPicture> {
  const image = await openImage(file, limits, options);
  const { width, height } = image;
  try {
    const pixels = new Uint8Array(width * height * 4);
    for (let y = 0; y < height; y += rowsAtOnce) {
      await image.readRows(y, Math.min(rowsAtOnce, height - y), pixels.subarray(y * width * 4));
    }
    return { width, height, pixels, warnings: image.warnings, memoryBytes: image.memoryBytes() };
  } finally {
    await image.close();
  }
}
