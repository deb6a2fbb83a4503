import type { ImageType } from "../../protocol/model/document.ts";
import { fail, ok, type Result } from "../../protocol/errors.ts";
import { DamagedImage, UnsupportedImage, type StoredSize } from "./damaged-image.ts";
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
 * `unsupported_media_type` (not one of the four formats, or CMYK), `invalid_image` (cut off, damaged, without size).
 */
export function readImageInfo(bytes: Uint8Array): Result<ImageInfo> {
  const type = sniffImageType(bytes);
  if (type === undefined) {
    return fail("unsupported_media_type", "The picture must be a JPEG, PNG, WebP or GIF file");
  }
  const read = readStoredSize(type, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (!read.ok) return read;
  const size = read.value;
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

/** Calls the reader of the type. A `DataView` checks every offset itself, and throws `RangeError` past the end. */
function readStoredSize(type: ImageType, view: DataView): Result<StoredSize> {
  try {
    return ok(readers[type](view));
  } catch (error) {
    if (error instanceof UnsupportedImage) return fail("unsupported_media_type", error.message);
    if (!(error instanceof DamagedImage) && !(error instanceof RangeError)) throw error;
    const damage = error instanceof DamagedImage ? error.message : "it is cut off";
    return fail("invalid_image", `The ${formatNames[type]} picture is damaged: ${damage}`);
  }
}

function sniffImageType(bytes: Uint8Array): ImageType | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 12));
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "image/gif";
  if (head.startsWith("RIFF") && head.endsWith("WEBP")) return "image/webp";
  return undefined;
}
