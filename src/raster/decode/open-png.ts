import { findPngColors } from "../color/png-colors.ts";
import { isOpaquePng } from "./png/expand-row.ts";
import { PngRows } from "./png/png-rows.ts";
import { readPngHead, type PngScan } from "./png/scan-png.ts";
import { describeDamage } from "./describe-damage.ts";
import type { ImageFile } from "./image-file.ts";
import type { CheckInfo, DecodedImage } from "./image-source.ts";
import { copyRows, turnSize, uprightOrder } from "../turn/orientation.ts";

/**
 * Opens a PNG. The pixels come row by row as stored, or as a whole and upright if the image is interlaced. Throws
 * `UnusableImage`.
 */
export async function openPng(file: ImageFile, check: CheckInfo): Promise<DecodedImage> {
  const header = await describeDamage("PNG", () => readPngHead(file.read()));
  const { orientation, interlaced, animated } = header;
  const info = {
    type: "image/png",
    ...turnSize(orientation, header),
    orientation,
    animated,
    interlaced,
  } as const;
  check(info);
  const colors = await findPngColors(header);
  const shared = { info, opaque: isOpaquePng(header), colors };
  const reading = interlaced ? await readAsWhole(file, header) : readInOrder(file, header);
  return { ...shared, ...reading };
}

type Reading = Pick<DecodedImage, "width" | "height" | "orientation" | "readRows" | "memoryBytes" | "close">;

function readInOrder(file: ImageFile, header: PngScan): Reading {
  const { width, height, orientation } = header;
  let rows = new PngRows(file.read(), header);
  let next = 0;
  return {
    width,
    height,
    orientation,
    async readRows(first, count, into) {
      if (first < next) {
        await rows.close();
        rows = new PngRows(file.read(), header);
        next = 0;
      }
      const skipped = new Uint8Array(next < first ? width * 4 : 0);
      await describeDamage("PNG", async () => {
        for (; next < first; next++) await rows.readRow(skipped);
        for (; next < first + count; next++) await rows.readRow(into.subarray((next - first) * width * 4));
      });
    },
    memoryBytes: () => rows.memoryBytes,
    close: () => rows.close(),
  };
}

async function readAsWhole(file: ImageFile, header: PngScan): Promise<Reading> {
  const { width, height, orientation } = header;
  const rows = new PngRows(file.read(), header);
  let pixels: Uint8Array | undefined = new Uint8Array(width * height * 4);
  const memoryBytes = pixels.byteLength + rows.memoryBytes;
  const whole = pixels;
  try {
    await describeDamage("PNG", () => rows.readAll(whole));
  } finally {
    await rows.close();
  }
  const order = uprightOrder(orientation, header);
  const upright = turnSize(orientation, header);
  return {
    ...upright,
    orientation: 1,
    async readRows(first, count, into) {
      if (!pixels) throw new RangeError("The image is closed");
      copyRows(pixels, order, upright.width, first, count, into);
    },
    memoryBytes: () => memoryBytes,
    async close() {
      pixels = undefined;
    },
  };
}
