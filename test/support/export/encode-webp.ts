import { createWebpSink } from "../../../src/raster/encode/webp-sink.ts";
import { collectFile } from "./collect-file.ts";

/** Writes the pixel that is `at` pixels after the first one. */
export type WritePixel = (at: number, into: Uint8Array, offset: number) => void;

/** Encodes a WebP whose pixels come from a function, some rows at a time. */
export async function encodeWebp(
  [width, height]: readonly [number, number],
  quality: number,
  writePixel: WritePixel,
  rowsAtOnce = 64,
): Promise<{ bytes: Uint8Array; rows: number; encoder: number }> {
  const file = collectFile();
  const sink = createWebpSink(file.write, width, height, quality);
  const band = new Uint8Array(width * rowsAtOnce * 4);
  for (let top = 0; top < height; top += rowsAtOnce) {
    const pixels = width * Math.min(rowsAtOnce, height - top);
    for (let at = 0; at < pixels; at++) writePixel(top * width + at, band, at * 4);
    await sink.writeRows(band.subarray(0, pixels * 4));
  }
  await sink.finish();
  const held = sink.memoryBytes?.() ?? { rows: 0, encoder: 0 };
  return { bytes: file.join(), ...held };
}
