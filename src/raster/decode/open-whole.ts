import { DamagedImage } from "../headers/damaged-image.ts";
import { readGifLayout } from "../headers/gif.ts";
import { srgb } from "../color/find-colors.ts";
import { decodeGif } from "./gif/decode-gif.ts";
import { decodeJpeg } from "./jpeg/decode-jpeg.ts";
import { UndecodableImage, UnusableImage } from "../image-errors.ts";
import { isJpegFile, readWholeFile, requireImageInfo, type ImageFile } from "./image-file.ts";
import type { CheckInfo, DecodedImage, WholePixels } from "./image-source.ts";
import { copyRows, uprightOrder } from "./upright.ts";

/** Decodes a JPEG or GIF as a whole. Throws `UnusableImage` if it is damaged. */
export async function openWhole(file: ImageFile, check: CheckInfo): Promise<DecodedImage> {
  const whole = (await isJpegFile(file))
    ? await describeDamage("JPEG", () => decodeJpeg(file, check))
    : await describeDamage("GIF", () => decodeFromMemory(file, check));
  const { info, colors, opaque, heldBytes, decodingBytes } = whole;
  const { orientation, width, height, animated } = info;
  const turned = orientation >= 5;
  const order = uprightOrder(orientation, turned ? height : width, turned ? width : height);
  let pixels: Uint8Array | undefined = whole.pixels;
  return {
    width,
    height,
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

/** Decodes a GIF. Reads its file into memory first. */
async function decodeFromMemory(stored: ImageFile, check: CheckInfo): Promise<WholePixels> {
  const file = await readWholeFile(stored);
  const info = requireImageInfo(file);
  check(info);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const layout = readGifLayout(view);
  const pixels = decodeGif(file, layout);
  const { width, height } = layout.frame;
  return {
    info,
    colors: srgb,
    pixels,
    opaque: isOpaque(pixels),
    heldBytes: pixels.byteLength,
    decodingBytes: file.byteLength + width * height + pixels.byteLength,
  };
}

/** A `DamagedImage` here always belongs to `format`: Photon throws `UndecodableImage`. */
async function describeDamage<T>(format: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UndecodableImage) && !(error instanceof DamagedImage)) throw error;
    const what =
      error instanceof DamagedImage
        ? `The ${format} picture is damaged: ${error.message}.`
        : "The picture can't be decoded: it is damaged or of a rare kind.";
    throw new UnusableImage(`${what} Upload it again, saved anew by an image editor.`, { cause: error });
  }
}

function isOpaque(pixels: Uint8Array): boolean {
  for (let at = 3; at < pixels.length; at += 4) if (pixels[at] !== 255) return false;
  return true;
}
