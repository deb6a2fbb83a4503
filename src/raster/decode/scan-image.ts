import { fail, type Result } from "../../protocol/errors.ts";
import { inOnePart } from "./byte-reader.ts";
import { scanGif } from "./gif/scan-gif.ts";
import { scanPng } from "./png/scan-png.ts";
import { DamagedImage, type StoredSize } from "../headers/damaged-image.ts";
import { describeDamage, describeImage, type ImageInfo } from "../headers/image-info.ts";
import { describeUnsupported } from "../../protocol/other-formats.ts";
import { sniffImageType } from "../../protocol/sniff-image.ts";
import { readWebpSize } from "../headers/webp.ts";
import { scanJpeg } from "./jpeg/scan-jpeg.ts";

const scanners = { "image/jpeg": scanJpeg, "image/png": scanPng, "image/gif": scanGif } as const;

/** The formats that can be read from start to end. A WebP is read in memory. */
export type ScannedType = keyof typeof scanners;

/**
 * Reads an image's size from a stream, checks every size and offset in it, and decodes nothing. Holds next to nothing.
 * `check` is called as soon as the size is known, before the pixels, and may throw. Reads no further than the image
 * goes. Errors: `unsupported_media_type` (a kind of JPEG that isn't decoded), `invalid_image` (cut off, damaged,
 * without size).
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

/** Reads the type and size of an image in memory, of any of the four formats, as `scanImage` does. */
export async function readImageInfo(bytes: Uint8Array): Promise<Result<ImageInfo>> {
  const type = sniffImageType(bytes);
  if (type === undefined) return fail("unsupported_media_type", describeUnsupported(bytes));
  return type === "image/webp" ? readWebpInfo(bytes) : scanImage(type, inOnePart(bytes));
}

function readWebpInfo(bytes: Uint8Array): Result<ImageInfo> {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return describeImage("image/webp", readWebpSize(view));
  } catch (error) {
    // A `DataView` checks every offset itself, and throws `RangeError` past the end.
    return describeDamage(
      "image/webp",
      error instanceof RangeError ? new DamagedImage("it is cut off") : error,
    );
  }
}
