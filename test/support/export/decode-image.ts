import { readConfig } from "../../../src/config.ts";
import type { ImageFile } from "../../../src/raster/decode/image-file.ts";
import type { OpenOptions } from "../../../src/raster/decode/image-source.ts";
import { openImage } from "../../../src/raster/decode/open-image.ts";

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
    maxPixels = 1_000_000,
    ...options
  }: OpenOptions & { rowsAtOnce?: number; maxPixels?: number } = {},
): Promise<DecodedPicture> {
  const image = await openImage(file, { ...readConfig({}), MAX_IMAGE_PIXELS: maxPixels }, options);
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
