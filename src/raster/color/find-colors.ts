import { DamagedImage } from "../headers/damaged-image.ts";
import { webpChunks } from "../headers/webp.ts";
import type { ImageType } from "../../protocol/model/document.ts";
import type { ColorTables } from "./color-converter.ts";
import { planConversion } from "./convert.ts";
import { readIccProfile } from "./icc.ts";
import { ICC_MAX_BYTES } from "./icc-file.ts";
import type { ColorSpace } from "./color-space.ts";

/** What to do with an image's colours. */
export interface Colors {
  /** Its conversion to sRGB; undefined: the colours are in sRGB, or treated as such. */
  conversion: ColorTables | undefined;
  /** For a person; undefined: the colours will be right. */
  warning: string | undefined;
}

/** An image without a profile counts as sRGB, as in every browser. */
export const srgb: Colors = { conversion: undefined, warning: undefined };

export function planColors(space: ColorSpace | undefined): Colors {
  if (space) return { conversion: planConversion(space), warning: undefined };
  return {
    conversion: undefined,
    warning:
      "The picture's colour profile is of a kind that can't be applied here, so its colours may look different. Save the picture as sRGB to keep them.",
  };
}

/** Reads the profile of a WebP file; a GIF has none. */
export function findColors(file: Uint8Array, type: ImageType): Colors {
  try {
    const profile = findWebpProfile(file, type);
    return profile ? planColors(readIccProfile(profile)) : srgb;
  } catch (error) {
    // The decoder will report the damage.
    if (error instanceof DamagedImage || error instanceof RangeError) return srgb;
    throw error;
  }
}

function findWebpProfile(file: Uint8Array, type: ImageType): Uint8Array | undefined {
  if (type !== "image/webp") return undefined;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (const { type: name, data, length } of webpChunks(view)) {
    if (name === "ICCP" && length <= ICC_MAX_BYTES) return file.subarray(data, data + length);
  }
  return undefined;
}
