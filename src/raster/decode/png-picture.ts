import { ExportFailure } from "../../export-failure.ts";
import { DamagedImage } from "../headers/damaged-image.ts";
import type { ImageInfo } from "../headers/image-info.ts";
import { findPngColors } from "../color/png-colors.ts";
import type { DecodedPicture } from "./picture-source.ts";
import { isOpaquePng } from "./png/expand-row.ts";
import { PngRows } from "./png/png-rows.ts";
import type { PngHeader } from "../headers/png-header.ts";
import { scanPng, type PngScan } from "./png/scan-png.ts";
import type { StoredFile } from "./read-picture.ts";
import { copyRows, uprightOrder } from "./upright.ts";

/**
 * What decoding by rows holds: 8 MiB that one write may inflate to, and pieces and rows.
 */
const ROWS_BYTES = 9 * 1024 * 1024;

/**
 * Opens a PNG. It is read twice, first for what it tells of its pixels (which may come after them), then for the pixels: row by
 * row, or as a whole where it is interlaced or has to be turned. `check` may refuse it in between. Throws `ExportFailure`.
 */
export async function openPng(file: StoredFile, check: (info: ImageInfo) => void): Promise<DecodedPicture> {
  const header = await tellDamage(() => scanPng(file.read()));
  const { orientation, interlaced, animated } = header;
  const turned = orientation >= 5;
  const [width, height] = turned ? [header.height, header.width] : [header.width, header.height];
  check({ type: "image/png", width, height, orientation, animated, interlaced });
  const colors = await findPngColors(header);
  const rows = new PngRows(file.read(), header);
  const shared = { width, height, opaque: isOpaquePng(header), animated, colors };
  return orientation === 1 && !interlaced
    ? { ...shared, ...readInOrder(rows, header) }
    : { ...shared, ...(await readAsWhole(rows, header)) };
}

type Reading = Pick<DecodedPicture, "readRows" | "memoryBytes" | "close">;

function readInOrder(rows: PngRows, { width }: PngHeader): Reading {
  let next = 0;
  return {
    async readRows(first, count, into) {
      // Rows may be left out, never asked for again.
      const passedOver = new Uint8Array(next < first ? width * 4 : 0);
      await tellDamage(async () => {
        for (; next < first; next++) await rows.readRow(passedOver);
        for (; next < first + count; next++) await rows.readRow(into.subarray((next - first) * width * 4));
      });
    },
    memoryBytes: () => ROWS_BYTES,
    close: () => rows.close(),
  };
}

async function readAsWhole(rows: PngRows, { width, height, orientation }: PngScan): Promise<Reading> {
  let pixels: Uint8Array | undefined = new Uint8Array(width * height * 4);
  const memoryBytes = pixels.byteLength + ROWS_BYTES;
  const whole = pixels;
  try {
    await tellDamage(() => rows.readAll(whole));
  } finally {
    await rows.close();
  }
  const order = uprightOrder(orientation, width, height);
  const uprightWidth = orientation >= 5 ? height : width;
  return {
    async readRows(first, count, into) {
      if (!pixels) throw new RangeError("The picture is closed");
      copyRows(pixels, order, uprightWidth, first, count, into);
    },
    memoryBytes: () => memoryBytes,
    async close() {
      pixels = undefined;
    },
  };
}

async function tellDamage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DamagedImage)) throw error;
    throw new ExportFailure(
      `The PNG picture is damaged: ${error.message}. Upload it again, saved anew by an image editor.`,
      { cause: error },
    );
  }
}
