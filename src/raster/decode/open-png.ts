import { findPngColors } from "../color/png-colors.ts";
import { isOpaquePng } from "./png/expand-row.ts";
import { PngRows } from "./png/png-rows.ts";
import type { PngHeader } from "../headers/png-header.ts";
import { scanPng, type PngScan } from "./png/scan-png.ts";
import { describeDamage } from "./describe-damage.ts";
import type { ImageFile } from "./image-file.ts";
import type { CheckInfo, DecodedImage } from "./image-source.ts";
import { copyRows, uprightOrder } from "./upright.ts";

/** What decoding by rows holds: up to 8 MiB that one write inflates to, plus pieces and rows. */
const ROWS_BYTES = 9 * 1024 * 1024;

/**
 * Opens a PNG. Reads the file twice: first for its metadata, which may come after the pixels, then for the pixels.
 * These come row by row, or as a whole if the image is interlaced or must be rotated. Throws `UnusableImage`.
 */
export async function openPng(file: ImageFile, check: CheckInfo): Promise<DecodedImage> {
  const header = await describeDamage("PNG", () => scanPng(file.read()));
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

type Reading = Pick<DecodedImage, "readRows" | "memoryBytes" | "close">;

function readInOrder(rows: PngRows, { width }: PngHeader): Reading {
  let next = 0;
  return {
    async readRows(first, count, into) {
      // A caller may skip rows, but never goes back.
      const skipped = new Uint8Array(next < first ? width * 4 : 0);
      await describeDamage("PNG", async () => {
        for (; next < first; next++) await rows.readRow(skipped);
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
    await describeDamage("PNG", () => rows.readAll(whole));
  } finally {
    await rows.close();
  }
  const order = uprightOrder(orientation, width, height);
  const uprightWidth = orientation >= 5 ? height : width;
  return {
    async readRows(first, count, into) {
      if (!pixels) throw new RangeError("The image is closed");
      copyRows(pixels, order, uprightWidth, first, count, into);
    },
    memoryBytes: () => memoryBytes,
    async close() {
      pixels = undefined;
    },
  };
}
