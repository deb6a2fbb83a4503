import type { Result } from "../../protocol/errors.ts";
import { scanGif } from "../decode/gif/scan-gif.ts";
import { scanPng } from "../decode/png/scan-png.ts";
import type { StoredSize } from "../headers/damaged-image.ts";
import { describeDamage, describeImage, type ImageInfo } from "../headers/image-info.ts";
import { scanJpeg } from "./scan-jpeg.ts";

const scanners = { "image/jpeg": scanJpeg, "image/png": scanPng, "image/gif": scanGif } as const;

/** The formats that can be read from start to end. A WebP is read in memory (`readImageInfo`). */
export type ScannedType = keyof typeof scanners;

/**
 * Reads an image's size from a stream, and makes the checks that `readImageInfo` makes of a file in memory. Holds next
 * to nothing. `check` is called as soon as the size is known, before the pixels, and may throw. Reads no further than
 * the image goes.
 */
export async function scanImage(
  type: ScannedType,
  file: AsyncIterable<Uint8Array>,
  check: (info: ImageInfo) => void = () => undefined,
): Promise<Result<ImageInfo>> {
  const beforePixels = (size: StoredSize): void => {
    const info = describeImage(type, size);
    if (info.ok) check(info.value);
  };
  try {
    return describeImage(type, await scanners[type](file, beforePixels));
  } catch (error) {
    return describeDamage(type, error);
  }
}
