import type { ImageType } from "../../protocol/model/document.ts";
import { fail, ok, type Result } from "../../protocol/errors.ts";
import { DamagedImage, UnsupportedImage, type StoredSize } from "./damaged-image.ts";

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

/** Turns what a reader threw into the refusal. Throws any other error again. */
export function describeDamage(type: ImageType, error: unknown): Result<never> {
  if (error instanceof UnsupportedImage) return fail("unsupported_media_type", error.message);
  if (!(error instanceof DamagedImage)) throw error;
  return fail("invalid_image", `The ${formatNames[type]} picture is damaged: ${error.message}`);
}
