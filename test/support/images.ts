import { crc32 } from "node:zlib";

/** Pictures small enough to be written down. */

/** 1 × 1, red. */
export const tinyPng = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
);

/** The first bytes of a PNG that says it has this size; there are no pixels in it. */
export function pngHeader(width: number, height: number, interlaced = false): Uint8Array<ArrayBuffer> {
  const bytes = tinyPng.slice();
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  view.setUint8(28, interlaced ? 1 : 0);
  // The checksum of the header chunk's type and data.
  view.setUint32(29, crc32(bytes.subarray(12, 29)));
  return bytes;
}
