import { srgb, planColors, type Colors } from "../color/find-colors.ts";
import { readIccProfile } from "../color/icc.ts";
import { makeInkGrid } from "../color/ink-grid.ts";
import { readInkProfile } from "../color/ink-table.ts";
import type { ColorKind } from "../pixel-codec/jpeg-decoder-exports.ts";
import { copyJpeg, findCopiedChroma } from "../copy-jpeg.ts";
import { turnSize } from "../turn/orientation.ts";
import { describeDamage } from "./describe-damage.ts";
import type { ImageFile } from "./image-file.ts";
import type { CheckInfo, DecodedImage, ImageCopy, OpenOptions } from "./image-source.ts";
import type { JpegView } from "./jpeg/jpeg-decoder.ts";
import { JpegRows } from "./jpeg/jpeg-rows.ts";
import { readLayout } from "./jpeg/layout.ts";

const CMYK =
  "The picture is in CMYK. Its colours were converted by a simple formula, and may look different. Save the picture as sRGB to keep them.";
const GAPS =
  "The picture's file is damaged or cut off. Where pixels are missing, the picture is gray or looks wrong. Upload it again to have all of it.";

/** Samples that a block of 8 can become, from the smallest. */
const BLOCK_SAMPLES = [1, 2, 4, 8] as const;

/**
 * Opens a JPEG, whose pixels come row by row as they are stored. They are fewer than the file's if `atLeast` allows
 * that. Throws `UnusableImage`.
 */
export async function openJpeg(
  file: ImageFile,
  check: CheckInfo,
  options: OpenOptions,
): Promise<DecodedImage> {
  const { profile, ...layout } = await describeDamage("JPEG", () => readLayout(file));
  const { frame, orientation } = layout;
  const upright = turnSize(orientation, frame);
  const info = { type: "image/jpeg", ...upright, orientation, animated: false, interlaced: false } as const;
  check(info);
  const blockSamples = chooseScale(upright, options.atLeast);
  const width = scaleSide(frame.width, blockSamples);
  const height = scaleSide(frame.height, blockSamples);
  let view = { blockSamples, firstColumn: 0, columnCount: width };
  const { colors, inkGrid } = await findColors(layout.color, profile);
  const open = (): Promise<JpegRows> =>
    describeDamage("JPEG", async () => new JpegRows(file, layout, view, inkGrid));
  let rows = await open();
  /** The row that comes next. */
  let next = 0;
  let isForView = true;
  let damage: string | undefined;
  const chroma = findCopiedChroma(layout);
  const copy: ImageCopy["write"] = async (write, quality, afterStripe) => {
    const copied = await describeDamage("JPEG", () => copyJpeg(file, layout, write, quality, afterStripe));
    if (copied.hasGaps) damage = GAPS;
    return copied.memoryBytes;
  };
  return {
    info,
    width,
    height,
    orientation,
    opaque: true,
    colors,
    async readRows(first, count, into) {
      if (first < next || !isForView) {
        await rows.close();
        rows = await open();
        next = 0;
        isForView = true;
      }
      await describeDamage("JPEG", async () => {
        for (; next < first; next++) await rows.skipRow();
        for (; next < first + count; next++) {
          await rows.readRow(into.subarray(((next - first) * width + view.firstColumn) * 4));
        }
      });
      if (next === height && rows.hasGaps) damage = GAPS;
    },
    copy: chroma && blockSamples === 8 ? { chroma, write: copy } : undefined,
    selectColumns(firstColumn, columnCount) {
      if (firstColumn === view.firstColumn && columnCount === view.columnCount) return;
      isForView = false;
      view = { blockSamples, firstColumn, columnCount };
    },
    memoryBytes: () => rows.memoryBytes + (inkGrid?.byteLength ?? 0),
    damage: () => damage,
    close: () => rows.close(),
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

interface JpegColors {
  colors: Colors;
  /** How inks look. The decoder itself converts them: its rows are RGBA. */
  inkGrid?: Int16Array | undefined;
}

async function findColors(color: ColorKind, profile: Uint8Array | undefined): Promise<JpegColors> {
  if (color === "cmyk" || color === "invertedCmyk" || color === "ycck") {
    const table = profile && readInkProfile(profile);
    const inkGrid = table && (await makeInkGrid(table));
    return inkGrid ? { colors: srgb, inkGrid } : { colors: { ...srgb, warning: CMYK } };
  }
  return { colors: profile ? planColors(readIccProfile(profile)) : srgb };
}
