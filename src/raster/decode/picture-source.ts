import type { Image } from "../../protocol/model/document.ts";
import { ExportFailure } from "../../export-failure.ts";
import { maxInputPixels, describePixels } from "../output-limit.ts";
import { convertRows } from "../color/convert.ts";
import type { Colors } from "../color/find-colors.ts";
import { openPng } from "./png-picture.ts";
import { openWhole } from "./whole-picture.ts";
import { isPngFile, openFile } from "./read-picture.ts";
import type { RowSource } from "../row-source.ts";

/** A picture as it is seen: upright, in sRGB. Read to its end or not, it has to be closed. */
export interface PictureSource extends RowSource {
  /** What it lacks, for a person. */
  warnings: readonly string[];
  /** What it holds until it is closed. */
  memoryBytes(): number;
  /** What was held while it was decoded, before anything was drawn. Absent: no more than that. */
  decodingBytes?(): number;
  close(): Promise<void>;
}

/** A picture as its decoder gives it. */
export interface DecodedPicture extends Omit<PictureSource, "warnings"> {
  animated: boolean;
  colors: Colors;
}

const ANIMATED = "The picture is animated: the export shows its first frame";

/**
 * Opens a stored picture: a PNG by rows, any other decoded as a whole. Throws `ExportFailure` where it is missing, damaged or too
 * large; a PNG that is damaged further down throws it when those rows are read.
 */
export async function openPicture(
  bucket: R2Bucket,
  documentId: string,
  image: Image,
  maxImagePixels: number,
): Promise<PictureSource> {
  const file = await openFile(bucket, documentId, image);
  const open = (await isPngFile(file)) ? openPng : openWhole;
  const picture = await open(file, (info) => {
    const limit = maxInputPixels(info, maxImagePixels);
    if (info.width * info.height <= limit) return;
    throw new ExportFailure(
      `The picture has ${describePixels(info)}, more than the ${limit} pixels this service can draw on. Upload a smaller one.`,
    );
  });
  const { colors, animated } = picture;
  const warnings = [
    ...(animated ? [ANIMATED] : []),
    ...(colors.warning === undefined ? [] : [colors.warning]),
  ];
  const rows = colors.convert ? convertRows(picture, colors.convert) : picture;
  return {
    width: picture.width,
    height: picture.height,
    opaque: picture.opaque,
    readRows: (first, count, into) => rows.readRows(first, count, into),
    warnings,
    memoryBytes: () => picture.memoryBytes(),
    decodingBytes: () => picture.decodingBytes?.() ?? picture.memoryBytes(),
    close: () => picture.close(),
  };
}

/**
 * Decodes a stored picture for nothing but to know that it can be: a file that embeds it would show it in part, or not at all, and nobody
 * would be told. Throws `ExportFailure` as `openPicture` does.
 */
export async function checkPicture(
  bucket: R2Bucket,
  documentId: string,
  image: Image,
  maxImagePixels: number,
): Promise<void> {
  const picture = await openPicture(bucket, documentId, image, maxImagePixels);
  try {
    const row = new Uint8Array(picture.width * 4);
    for (let y = 0; y < picture.height; y++) await picture.readRows(y, 1, row);
  } finally {
    await picture.close();
  }
}
