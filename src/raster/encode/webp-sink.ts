import type { WriteBytes } from "../../write-bytes.ts";
import type { RowSink } from "../row-source.ts";
import { encodeWebp } from "./webp-codec.ts";

/** Collects all rows, then encodes them as a lossy WebP of `quality` 1–100. */
export function createWebpSink(write: WriteBytes, width: number, height: number, quality: number): RowSink {
  const pixels = new Uint8Array(width * height * 4);
  let written = 0;
  let encoderBytes = 0;
  return {
    async writeRows(rows) {
      pixels.set(rows, written);
      written += rows.byteLength;
    },
    async finish() {
      const { file, memoryBytes } = await encodeWebp(pixels, width, height, quality);
      encoderBytes = memoryBytes + file.byteLength;
      await write(file);
    },
    memoryBytes: () => ({ rows: pixels.byteLength, encoder: encoderBytes }),
  };
}
