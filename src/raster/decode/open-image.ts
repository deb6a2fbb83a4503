import { ColorConverter, convertRows } from "../color/color-converter.ts";
import { SNIFFED_BYTES, sniffImageType } from "../../protocol/sniff-image.ts";
import type { ImageInfo } from "../headers/image-info.ts";
import { UnusableImage } from "../image-errors.ts";
import { explainInputLimit, type PixelLimits } from "../output-limit.ts";
import type { ImageFile } from "./image-file.ts";
import type { CheckInfo, DecodedImage, ImageSource, OpenOptions } from "./image-source.ts";
import { openGif } from "./open-gif.ts";
import { openJpeg } from "./open-jpeg.ts";
import { openPng } from "./open-png.ts";
import { openWebp } from "./open-webp.ts";

const ANIMATED = "The picture is animated: the export shows its first frame";

/**
 * Opens an image: decodes it row by row. Throws `UnusableImage` if the image is damaged or too large. One that is
 * damaged further down throws it when those rows are read. A JPEG may come back smaller, where `options.atLeast` allows
 * that: its `width` and `height` say so.
 */
export async function openImage(
  file: ImageFile,
  limits: PixelLimits,
  options: OpenOptions = {},
): Promise<ImageSource> {
  const check: CheckInfo = (info) => {
    const excess = explainInputLimit(info, limits);
    if (excess !== undefined) throw new UnusableImage(`${excess}.`);
  };
  const image = await openByKind(file, check, options);
  const { colors, info } = image;
  const converter = colors.conversion && new ColorConverter(colors.conversion, image.width);
  const rows = converter ? convertRows(image, converter) : image;
  const converterBytes = converter?.memoryBytes ?? 0;
  return {
    info,
    width: image.width,
    height: image.height,
    orientation: image.orientation,
    opaque: image.opaque,
    readRows: (first, count, into) => rows.readRows(first, count, into),
    copy: converter ? undefined : image.copy,
    selectColumns: (first, count) => rows.selectColumns?.(first, count),
    get warnings() {
      const all = [info.animated ? ANIMATED : undefined, colors.warning, image.damage?.()];
      return all.filter((warning) => warning !== undefined);
    },
    damage: () => image.damage?.(),
    memoryBytes: () => image.memoryBytes() + converterBytes,
    decodingBytes: () => (image.decodingBytes?.() ?? image.memoryBytes()) + converterBytes,
    async close() {
      converter?.giveBack();
      await image.close();
    },
  };
}

async function openByKind(file: ImageFile, check: CheckInfo, options: OpenOptions): Promise<DecodedImage> {
  switch (sniffImageType(await file.readRange(0, SNIFFED_BYTES))) {
    case "image/jpeg":
      return openJpeg(file, check, options);
    case "image/png":
      return openPng(file, check);
    case "image/gif":
      return openGif(file, check);
    case "image/webp":
    case undefined:
      // It says what is wrong with any other file.
      return openWebp(file, check);
  }
}

export interface CheckedImage {
  info: ImageInfo;
  /** What is wrong with the pixels, for a person; undefined: nothing. */
  damage: string | undefined;
  /** The most bytes held while it was decoded. */
  peakBytes: number;
}

/**
 * Decodes an image only to find out whether it can be decoded. A file that embeds a damaged image would show part of it
 * or nothing, and nobody would be told. Throws `UnusableImage` as `openImage` does.
 */
export async function checkImage(file: ImageFile, limits: PixelLimits): Promise<CheckedImage> {
  const image = await openImage(file, limits);
  try {
    const row = new Uint8Array(image.width * 4);
    for (let y = 0; y < image.height; y++) await image.readRows(y, 1, row);
    const peakBytes = Math.max(image.memoryBytes(), image.decodingBytes?.() ?? 0);
    return { info: image.info, damage: image.damage(), peakBytes };
  } finally {
    await image.close();
  }
}
