import { ExportFailure } from "../../export-failure.ts";
import { DamagedImage } from "../headers/damaged-image.ts";
import { readGifLayout } from "../headers/gif.ts";
import { readWebpLayout } from "../headers/webp.ts";
import type { ImageInfo } from "../headers/image-info.ts";
import { type Colors, findColors, srgb } from "../color/find-colors.ts";
import { decodeGif } from "./gif/decode-gif.ts";
import { decodeJpeg } from "./jpeg/decode-jpeg.ts";
import type { DecodedPicture } from "./picture-source.ts";
import { checkHeader, isJpegFile, readWholeFile, type StoredFile } from "./read-picture.ts";
import { UndecodablePicture } from "./undecodable-picture.ts";
import { copyRows, uprightOrder } from "./upright.ts";
import { decodeWebp } from "./webp/decode-webp.ts";

/** A picture that was decoded as a whole. */
export interface WholePixels {
  info: ImageInfo;
  colors: Colors;
  /** RGBA, as they are stored: not yet upright. */
  pixels: Uint8Array;
  opaque: boolean;
  /** What is held for the pixels. */
  heldBytes: number;
  /** What was held while they were decoded. */
  decodingBytes: number;
}

/** Decodes a JPEG, WebP or GIF as a whole. `check` may refuse it before it is decoded. Throws `ExportFailure` where it is damaged. */
export async function openWhole(file: StoredFile, check: (info: ImageInfo) => void): Promise<DecodedPicture> {
  const whole = (await isJpegFile(file))
    ? await tellDamage("JPEG", () => decodeJpeg(file, check))
    : await tellDamage("GIF", () => decodeSmall(file, check));
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
      if (!pixels) throw new RangeError("The picture is closed");
      copyRows(pixels, order, width, first, count, into);
    },
    memoryBytes: () => heldBytes,
    decodingBytes: () => decodingBytes,
    async close() {
      pixels = undefined;
    },
  };
}

/** A WebP or GIF: its file is read into memory first. */
async function decodeSmall(stored: StoredFile, check: (info: ImageInfo) => void): Promise<WholePixels> {
  const file = await readWholeFile(stored);
  const info = checkHeader(file);
  check(info);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (info.type === "image/gif") {
    const layout = readGifLayout(view);
    const pixels = decodeGif(file, layout);
    const { width, height } = layout.frame;
    const decodingBytes = file.byteLength + width * height + pixels.byteLength;
    return {
      info,
      colors: srgb,
      pixels,
      opaque: isOpaque(pixels),
      heldBytes: pixels.byteLength,
      decodingBytes,
    };
  }
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

/** `DamagedImage` comes from one format's code. */
async function tellDamage<T>(format: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UndecodablePicture) && !(error instanceof DamagedImage)) throw error;
    const what =
      error instanceof DamagedImage
        ? `The ${format} picture is damaged: ${error.message}.`
        : "The picture can't be decoded: it is damaged or of a rare kind.";
    throw new ExportFailure(`${what} Upload it again, saved anew by an image editor.`, { cause: error });
  }
}

function isOpaque(pixels: Uint8Array): boolean {
  for (let at = 3; at < pixels.length; at += 4) if (pixels[at] !== 255) return false;
  return true;
}
