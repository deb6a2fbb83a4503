/** Pictures small enough to be written down. */

/** 1 × 1, red. */
export const tinyPng = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
);

/** The first bytes of a PNG that says it has this size; there are no pixels in it. */
export function pngHeader(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = tinyPng.slice();
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}

/** A GIF that says it has this size, and holds no frame. */
export function gifHeader(width: number, height: number): Uint8Array<ArrayBuffer> {
  const sides = [width, height].flatMap((side) => [side & 255, side >>> 8]);
  const frame = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
  return Uint8Array.from([0x47, 0x49, 0x46, 0x38, 0x39, 0x61, ...sides, 0, 0, 0, ...frame, 0x3b]);
}
