import type { ImageType } from "../../protocol/model/document.ts";
import { fail, ok, type Result } from "../../protocol/errors.ts";
import { DamagedImage, UnsupportedImage, type StoredSize } from "./damaged-image.ts";
import { describeUnsupported } from "./other-formats.ts";
import { readGifSize } from "./gif.ts";
import { readJpegSize } from "./jpeg.ts";
import { readPngSize } from "./png.ts";
import { readWebpSize } from "./webp.ts";

export interface ImageInfo {
  type: ImageType;
  /** Pixels of the upright image. */
  width: number;
  height: number;
  /** EXIF orientation 1–8: how to turn the stored pixels upright. */
  orientation: number;
  /** Whether it has more than one frame, or says so. */
  animated: boolean;
  /** Whether it is a PNG or GIF whose rows come in several passes. */
  interlaced: boolean;
}

/**
 * Reads an image's type and size from its own bytes. Decodes nothing, checks every offset, and never throws. Errors:
 * `unsupported_media_type` (not one of the four formats, or a kind of JPEG that isn't decoded), `invalid_image` (cut off, damaged, without size).
 */
export function readImageInfo(bytes: Uint8Array): Result<ImageInfo> {
  const type = sniffImageType(bytes);
  if (type === undefined) return fail("unsupported_media_type", describeUnsupported(bytes));
  try {
    return describeImage(type, readers[type](new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
  } catch (error) {
    // A `DataView` checks every offset itself, and throws `RangeError` past the end.
    return describeDamage(type, error instanceof RangeError ? new DamagedImage("it is cut off") : error);
  }
}

/** Turns a size as stored into that of the upright image. Error: `invalid_image`. */
export function describeImage(type: ImageType, size: StoredSize): Result<ImageInfo> {
  if (size.width === 0 || size.height === 0) {
    return fail("invalid_image", `The ${formatNames[type]} picture has no size: one side is 0 pixels`);
  }
  // Orientations 5–8 include a quarter turn.
  const turned = size.orientation >= 5;
  return ok({
    type,
    width: turned ? size.height : size.width,
    height: turned ? size.width : size.height,
    orientation: size.orientation,
    animated: size.animated ?? false,
    interlaced: size.interlaced ?? false,
  });
}

const formatNames: Record<ImageType, string> = {
  "image/jpeg": "JPEG",
  "image/png": "PNG",
  "image/webp": "WebP",
  "image/gif": "GIF",
};

const readers: Record<ImageType, (view: DataView) => StoredSize> = {
  "image/jpeg": readJpegSize,
  "image/png": readPngSize,
  "image/webp": readWebpSize,
  "image/gif": readGifSize,
};

/** Turns what a reader threw into the refusal. Throws any other error again. */
export function describeDamage(type: ImageType, error: unknown): Result<never> {
  if (error instanceof UnsupportedImage) return fail("unsupported_media_type", error.message);
  if (!(error instanceof DamagedImage)) throw error;
  return fail("invalid_image", `The ${formatNames[type]} picture is damaged: ${error.message}`);
}

/** How many bytes tell the format. */
export const SNIFFED_BYTES = 12;

/** Tells the format from the first bytes. undefined: it is none of the four. */
export function sniffImageType(bytes: Uint8Array): ImageType | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, SNIFFED_BYTES));
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "image/gif";
  if (head.startsWith("RIFF") && head.endsWith("WEBP")) return "image/webp";
  return undefined;
}
