import { concat, u16, u32, webp } from "./sample-headers.ts";

/**
 * Makes a GIF whose frames have one colour each, by palette index: 0 black, 1 red, 2 green, 3 blue. Codes are not
 * compressed.
 */
export function makeGif(width: number, height: number, frames: readonly number[]): Uint8Array {
  const colors = new Uint8Array(128 * 3);
  colors.set([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255]);
  return concat(
    "GIF89a",
    u16(width, true),
    u16(height, true),
    // A table of 128 colours.
    [0xf6, 0, 0],
    colors,
    concat([0x21, 0xff, 11], "NETSCAPE2.0", [3, 1, 0, 0, 0]),
    ...frames.map((color) => makeGifFrame(width, height, color)),
    [0x3b],
  );
}

function makeGifFrame(width: number, height: number, color: number): Uint8Array {
  const codes: number[] = [];
  for (let pixel = 0; pixel < width * height; pixel++) {
    // 128 resets the table, before the codes grow to nine bits.
    if (pixel % 100 === 0) codes.push(128);
    codes.push(color);
  }
  codes.push(129);
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < codes.length; at += 255) {
    const block = codes.slice(at, at + 255);
    blocks.push(concat([block.length], block));
  }
  const place = concat(u16(0), u16(0), u16(width, true), u16(height, true));
  return concat([0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c], place, [0, 7], ...blocks, [0]);
}

/** Makes a WebP animation with a frame for each plain WebP. */
export function animateWebp(
  frames: readonly Uint8Array[],
  { width, height }: { width: number; height: number },
): Uint8Array {
  const sides = [width, height].flatMap((side) => u32(side - 1, true).slice(0, 3));
  return webp(
    ["VP8X", concat([2, 0, 0, 0], sides)],
    ["ANIM", concat(u32(0), u16(0))],
    ...frames.map((frame): [string, Uint8Array] => {
      const placed = concat([0, 0, 0, 0, 0, 0], sides, [100, 0, 0, 2]);
      return ["ANMF", concat(placed, frame.subarray(12))];
    }),
  );
}
