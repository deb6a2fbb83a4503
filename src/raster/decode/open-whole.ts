import { readWebpLayout } from "../headers/webp.ts";
import { findColors } from "../color/find-colors.ts";
import { describeDamage } from "./describe-damage.ts";
import { readWholeFile, requireImageInfo, type ImageFile } from "./image-file.ts";
import type { CheckInfo, DecodedImage, WholePixels } from "./image-source.ts";
import { copyRows, turnSize, uprightOrder } from "../turn/orientation.ts";
import { decodeWebp } from "./webp/decode-webp.ts";

/** Decodes a WebP as a whole. Throws `UnusableImage` if it is damaged. */
export async function openWhole(file: ImageFile, check: CheckInfo): Promise<DecodedImage> {
  const whole = await describeDamage("WebP", () => decodeFromMemory(file, check));
  const { info, colors, opaque, heldBytes, decodingBytes } = whole;
  const { orientation, width, height, animated } = info;
  const order = uprightOrder(orientation, turnSize(orientation, info));
  let pixels: Uint8Array | undefined = whole.pixels;
  return {
    width,
    height,
    orientation: 1,
    opaque,
    animated,
    colors,
    async readRows(first, count, into) {
      if (!pixels) throw new RangeError("The image is closed");
      copyRows(pixels, order, width, first, count, into);
    },
    memoryBytes: () => heldBytes,
    decodingBytes: () => decodingBytes,
    async close() {
      pixels = undefined;
    },
  };
}

/** Decodes a WebP. Reads its file into memory first. */
async function decodeFromMemory(stored: ImageFile, check: CheckInfo): Promise<WholePixels> {
  const file = await readWholeFile(stored);
  const info = requireImageInfo(file);
  check(info);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const { pixels, memoryBytes } = await decodeWebp(file, readWebpLayout(view));
  return {
    info,
    colors: findColors(file, info.type),
    pixels,
    opaque: isOpaque(pixels),
    heldBytes: pixels.byteLength,
    decodingBytes: file.byteLength + memoryBytes + pixels.byteLength,
  };
}

function isOpaque(pixels: Uint8Array): boolean {
  for (let at = 3; at < pixels.length; at += 4) if (pixels[at] !== 255) return false;
  return true;
}
