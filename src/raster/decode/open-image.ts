import { convertRows } from "../color/convert.ts";
import { UnusableImage } from "../image-errors.ts";
import { describePixels, maxInputPixels } from "../output-limit.ts";
import { isGifFile, isPngFile, isWebpFile, type ImageFile } from "./image-file.ts";
import type { ImageSource } from "./image-source.ts";
import { openGif } from "./open-gif.ts";
import { openPng } from "./open-png.ts";
import { openWebp } from "./open-webp.ts";
import { openWhole } from "./open-whole.ts";

const ANIMATED = "The picture is animated: the export shows its first frame";

/**
 * Opens an image: decodes a PNG, GIF or WebP row by row, any other format as a whole. Throws `UnusableImage` if the
 * image is damaged or too large. One that is damaged further down throws it when those rows are read.
 */
export async function openImage(file: ImageFile, maxImagePixels: number): Promise<ImageSource> {
  const open = await findOpener(file);
  const image = await open(file, (info) => {
    const limit = maxInputPixels(info, maxImagePixels);
    if (info.width * info.height <= limit) return;
    throw new UnusableImage(
      `The picture has ${describePixels(info)}, more than the ${limit} pixels this service can draw on. Upload a smaller one.`,
    );
  });
  const { colors, animated } = image;
  const warnings = [
    ...(animated ? [ANIMATED] : []),
    ...(colors.warning === undefined ? [] : [colors.warning]),
  ];
  const rows = colors.convert ? convertRows(image, colors.convert) : image;
  return {
    width: image.width,
    height: image.height,
    orientation: image.orientation,
    opaque: image.opaque,
    readRows: (first, count, into) => rows.readRows(first, count, into),
    warnings,
    memoryBytes: () => image.memoryBytes(),
    decodingBytes: () => image.decodingBytes?.() ?? image.memoryBytes(),
    close: () => image.close(),
  };
}

async function findOpener(file: ImageFile): Promise<typeof openPng> {
  if (await isPngFile(file)) return openPng;
  if (await isWebpFile(file)) return openWebp;
  return (await isGifFile(file)) ? openGif : openWhole;
}

/**
 * Decodes an image only to find out whether it can be decoded. A file that embeds a damaged image would show part of it
 * or nothing, and nobody would be told. Throws `UnusableImage` as `openImage` does.
 */
export async function checkImage(file: ImageFile, maxImagePixels: number): Promise<void> {
  const image = await openImage(file, maxImagePixels);
  try {
    const row = new Uint8Array(image.width * 4);
    for (let y = 0; y < image.height; y++) await image.readRows(y, 1, row);
  } finally {
    await image.close();
  }
}
