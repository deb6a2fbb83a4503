import { DamagedImage } from "../headers/damaged-image.ts";
import { jpegSegments } from "../headers/jpeg.ts";
import { webpChunks } from "../headers/webp.ts";
import type { ImageType } from "../../protocol/model/document.ts";
import { planConversion, type ConvertColors } from "./convert.ts";
import { ICC_MAX_BYTES, readIccProfile } from "./icc.ts";
import type { ColorSpace } from "./color-space.ts";

/** What to do with an image's colours. */
export interface Colors {
  /** Converts to sRGB; undefined: the colours are in sRGB, or treated as such. */
  convert: ConvertColors | undefined;
  /** For a person; undefined: the colours will be right. */
  warning: string | undefined;
}

/** An image without a profile counts as sRGB, as in every browser. */
export const srgb: Colors = { convert: undefined, warning: undefined };
const APP2 = 0xe2;
const ICC_NAME = "ICC_PROFILE\0";

export function planColors(space: ColorSpace | undefined): Colors {
  if (space) return { convert: planConversion(space), warning: undefined };
  return {
    convert: undefined,
    warning:
      "The picture's colour profile is of a kind that can't be applied here, so its colours may look different. Save the picture as sRGB to keep them.",
  };
}

/** Reads the profile of a JPEG or WebP file; a GIF has none. */
export function findColors(file: Uint8Array, type: ImageType): Colors {
  try {
    const profile = type === "image/jpeg" ? joinJpegProfile(file) : findWebpProfile(file, type);
    return profile ? planColors(readIccProfile(profile)) : srgb;
  } catch (error) {
    // The decoder will report the damage.
    if (error instanceof DamagedImage || error instanceof RangeError) return srgb;
    throw error;
  }
}

/**
 * Joins a profile from numbered APP2 segments (ICC.1:2022 annex B.4). undefined: there is none, or part of it is
 * missing.
 */
function joinJpegProfile(file: Uint8Array): Uint8Array | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const parts = new Map<number, Uint8Array>();
  let count = 0;
  for (const { marker, data, end } of jpegSegments(view)) {
    const body = data + ICC_NAME.length + 2;
    if (marker !== APP2 || body > end) continue;
    const name = String.fromCharCode(...file.subarray(data, data + ICC_NAME.length));
    if (name !== ICC_NAME) continue;
    count = view.getUint8(body - 1);
    parts.set(view.getUint8(body - 2), file.subarray(body, end));
  }
  const inOrder = Array.from({ length: count }, (_, index) => parts.get(index + 1));
  const found = inOrder.filter((part) => part !== undefined);
  const bytes = found.reduce((sum, part) => sum + part.byteLength, 0);
  if (count === 0 || found.length < count || bytes > ICC_MAX_BYTES) return undefined;
  const profile = new Uint8Array(bytes);
  let filled = 0;
  for (const part of found) {
    profile.set(part, filled);
    filled += part.byteLength;
  }
  return profile;
}

function findWebpProfile(file: Uint8Array, type: ImageType): Uint8Array | undefined {
  if (type !== "image/webp") return undefined;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (const { type: name, data, length } of webpChunks(view)) {
    if (name === "ICCP" && length <= ICC_MAX_BYTES) return file.subarray(data, data + length);
  }
  return undefined;
}
