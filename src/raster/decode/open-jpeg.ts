import { srgb, planColors, type Colors } from "../color/find-colors.ts";
import { readIccProfile } from "../color/icc.ts";
import { DamagedImage, UnsupportedImage } from "../headers/damaged-image.ts";
import { UndecodableImage, UnusableImage } from "../image-errors.ts";
import type { ImageFile } from "./image-file.ts";
import type { CheckInfo, DecodedImage, OpenOptions } from "./image-source.ts";
import type { JpegView } from "./jpeg/jpeg-decoder.ts";
import { JpegRows } from "./jpeg/jpeg-rows.ts";
import { readLayout, type JpegLayout } from "./jpeg/layout.ts";
import { copyRows, uprightOrder } from "./upright.ts";

const CMYK =
  "The picture is in CMYK. Its colours were converted by a simple formula, and may look different. Save the picture as sRGB to keep them.";
const GAPS =
  "The picture's file is damaged or cut off. Where pixels are missing, the picture is gray or looks wrong. Upload it again to have all of it.";

/** Samples that a block of 8 can become, from the smallest. */
const BLOCK_SAMPLES = [1, 2, 4, 8] as const;

/**
 * Opens a JPEG, whose pixels come row by row, or as a whole if it must be turned. The result is smaller than the file's
 * pixels if `atLeast` allows that. Throws `UnusableImage`.
 */
export async function openJpeg(
  file: ImageFile,
  check: CheckInfo,
  options: OpenOptions,
): Promise<DecodedImage> {
  const layout = await describeDamage(() => readLayout(file));
  const { frame, orientation } = layout;
  const turned = orientation >= 5;
  const upright = turned
    ? { width: frame.height, height: frame.width }
    : { width: frame.width, height: frame.height };
  check({ type: "image/jpeg", ...upright, orientation, animated: false, interlaced: false });
  const blockSamples = chooseScale(upright, options.atLeast);
  const width = scaleSide(frame.width, blockSamples);
  const height = scaleSide(frame.height, blockSamples);
  const rows = await describeDamage(async () => {
    return new JpegRows(file, layout, { blockSamples, firstColumn: 0, columnCount: width });
  });
  const shared = { opaque: true, animated: false, colors: findColors(layout) };
  return orientation === 1
    ? { ...shared, width, height, ...readInOrder(rows, width, height) }
    : { ...shared, ...(await readTurned(rows, width, height, orientation)) };
}

type Reading = Pick<DecodedImage, "readRows" | "memoryBytes" | "close" | "damage">;

function readInOrder(rows: JpegRows, width: number, height: number): Reading {
  let next = 0;
  let damage: string | undefined;
  return {
    async readRows(first, count, into) {
      await describeDamage(async () => {
        // A caller may skip rows, but never goes back.
        for (; next < first; next++) await rows.skipRow();
        for (; next < first + count; next++) await rows.readRow(into.subarray((next - first) * width * 4));
      });
      if (next === height && rows.hasGaps) damage = GAPS;
    },
    memoryBytes: () => rows.memoryBytes,
    damage: () => damage,
    close: () => rows.close(),
  };
}

async function readTurned(
  rows: JpegRows,
  width: number,
  height: number,
  orientation: number,
): Promise<Reading & Pick<DecodedImage, "width" | "height">> {
  let pixels: Uint8Array | undefined = new Uint8Array(width * height * 4);
  const memoryBytes = pixels.byteLength + rows.memoryBytes;
  const stored = pixels;
  let damage: string | undefined;
  try {
    await describeDamage(async () => {
      for (let y = 0; y < height; y++) await rows.readRow(stored.subarray(y * width * 4));
    });
    if (rows.hasGaps) damage = GAPS;
  } finally {
    await rows.close();
  }
  const order = uprightOrder(orientation, width, height);
  const upright = orientation >= 5 ? { width: height, height: width } : { width, height };
  return {
    ...upright,
    async readRows(first, count, into) {
      if (!pixels) throw new RangeError("The image is closed");
      copyRows(pixels, order, upright.width, first, count, into);
    },
    memoryBytes: () => memoryBytes,
    damage: () => damage,
    async close() {
      pixels = undefined;
    },
  };
}

/** The smallest scale at which the picture still is as large as wanted. */
function chooseScale(
  { width, height }: { width: number; height: number },
  atLeast: OpenOptions["atLeast"],
): JpegView["blockSamples"] {
  if (!atLeast) return 8;
  const isEnough = (samples: number): boolean =>
    scaleSide(width, samples) >= atLeast.width && scaleSide(height, samples) >= atLeast.height;
  return BLOCK_SAMPLES.find(isEnough) ?? 8;
}

function scaleSide(side: number, blockSamples: number): number {
  return Math.ceil((side * blockSamples) / 8);
}

function findColors({ color, profile }: JpegLayout): Colors {
  // A profile of inks is a table for printers, which can't be applied here.
  if (color === "cmyk" || color === "invertedCmyk" || color === "ycck")
    return { convert: undefined, warning: CMYK };
  return profile ? planColors(readIccProfile(profile)) : srgb;
}

async function describeDamage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnsupportedImage) throw new UnusableImage(`${error.message}.`, { cause: error });
    if (!(error instanceof UndecodableImage) && !(error instanceof DamagedImage)) throw error;
    const what =
      error instanceof DamagedImage
        ? `The JPEG picture is damaged: ${error.message}.`
        : "The picture can't be decoded: it is damaged or of a rare kind.";
    throw new UnusableImage(`${what} Upload it again, saved anew by an image editor.`, { cause: error });
  }
}
