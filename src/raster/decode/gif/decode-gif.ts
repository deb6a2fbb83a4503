import type { GifFrame, GifLayout } from "../../headers/gif.ts";
import { byteAt } from "../../array-at.ts";
import { decodeLzw } from "./lzw.ts";

/** Interlacing (GIF89a appendix E): where the rows of each pass start, and how far apart they are. */
const passes = [
  { top: 0, step: 8 },
  { top: 4, step: 8 },
  { top: 2, step: 4 },
  { top: 1, step: 2 },
] as const;

/** Decodes the first frame to RGBA, on a transparent canvas, as browsers show it. Throws `DamagedImage`. */
export function decodeGif(file: Uint8Array, { width, height, frame }: GifLayout): Uint8Array {
  const indices = decodeLzw(file, frame.data, frame.width * frame.height);
  const colors = readColors(file, frame);
  const rgba = new Uint8Array(width * height * 4);
  const pixels = new Uint32Array(rgba.buffer);
  let from = 0;
  for (const y of rowOrder(frame)) {
    const to = (frame.top + y) * width + frame.left;
    for (let x = 0; x < frame.width; x++) pixels[to + x] = colors[byteAt(indices, from++)] ?? 0;
  }
  return rgba;
}

/** RGBA for each of the 256 indices. Indices without a colour are black, the transparent index is clear. */
function readColors(file: Uint8Array, { palette, transparent }: GifFrame): Uint32Array {
  const rgba = new Uint8Array(256 * 4);
  for (let index = 0; index < 256; index++) {
    if (index === transparent) continue;
    if (palette && index < palette.colors) {
      const start = palette.start + index * 3;
      rgba.set(file.subarray(start, start + 3), index * 4);
    }
    rgba[index * 4 + 3] = 255;
  }
  return new Uint32Array(rgba.buffer);
}

function* rowOrder({ height, interlaced }: GifFrame): Generator<number> {
  const plan = interlaced ? passes : [{ top: 0, step: 1 }];
  for (const { top, step } of plan) for (let y = top; y < height; y += step) yield y;
}
