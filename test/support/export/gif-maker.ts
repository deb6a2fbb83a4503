import { concat, u16 } from "./sample-headers.ts";

export interface GifRecipe {
  /** The canvas; the frame lies on it from (`left`, `top`) on. */
  width: number;
  height: number;
  left?: number;
  top?: number;
  frame?: { width: number; height: number };
  /** Bits of an index, 1–8. */
  bits: number;
  interlaced?: boolean;
  transparent?: number | undefined;
  /** The index of a pixel of the frame. */
  index: (x: number, y: number) => number;
  /** Whether the table is emptied when it is full. Without this, its codes are used to the end. */
  clears?: boolean;
}

const CODES_MAX = 4096;
const passes = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const;

/** The colour of an index in the GIFs made here. */
export function colorOf(index: number): [number, number, number, number] {
  return [(index * 37) & 255, 255 - index, (index * 91) & 255, 255];
}

/** Makes a GIF with compressed codes, in the simplest way and without the renderer's code. */
export function makePackedGif(recipe: GifRecipe): Uint8Array<ArrayBuffer> {
  const { width, height, left = 0, top = 0, bits, interlaced = false, transparent, index } = recipe;
  const { frame = { width, height } } = recipe;
  const colors = Array.from({ length: 1 << bits }, (_, color) => colorOf(color).slice(0, 3)).flat();
  const indices: number[] = [];
  for (const [first, step] of interlaced ? passes : [[0, 1] as const]) {
    for (let y = first; y < frame.height; y += step) {
      for (let x = 0; x < frame.width; x++) indices.push(index(x, y));
    }
  }
  const minBits = Math.max(2, bits);
  const packed = packBits(listCodes(indices, minBits, recipe.clears ?? true));
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < packed.length; at += 255) {
    const block = packed.slice(at, at + 255);
    blocks.push(concat([block.length], block));
  }
  return concat(
    "GIF89a",
    ...[width, height].map((side) => u16(side, true)),
    [0x80 | (bits - 1), 0, 0],
    colors,
    transparent === undefined ? [] : [0x21, 0xf9, 4, 1, 0, 0, transparent, 0],
    [0x2c],
    ...[left, top, frame.width, frame.height].map((side) => u16(side, true)),
    [interlaced ? 0x40 : 0, minBits],
    ...blocks,
    [0, 0x3b],
  );
}

/** The codes of indices, each with its bits (GIF89a appendix F). */
function listCodes(indices: readonly number[], minBits: number, clears: boolean): [number, number][] {
  const clear = 1 << minBits;
  const codes: [number, number][] = [];
  /** The code of a string, by the code of all but its last index, and that index. */
  const table = new Map<string, number>();
  let next = clear + 2;
  let bits = minBits + 1;
  codes.push([clear, bits]);
  let code: number | undefined;
  for (const index of indices) {
    const longer = code === undefined ? index : table.get(`${code} ${index}`);
    if (longer !== undefined) {
      code = longer;
      continue;
    }
    codes.push([code ?? 0, bits]);
    if (next < CODES_MAX) {
      // The decoder defines this code one step later.
      if (next === 1 << bits) bits++;
      table.set(`${code} ${index}`, next++);
    } else if (clears) {
      codes.push([clear, bits]);
      table.clear();
      next = clear + 2;
      bits = minBits + 1;
    }
    code = index;
  }
  codes.push([code ?? 0, bits], [clear + 1, bits]);
  return codes;
}

function packBits(codes: readonly [number, number][]): Uint8Array {
  const bytes: number[] = [];
  let held = 0;
  let value = 0;
  for (const [code, bits] of codes) {
    value |= code << held;
    for (held += bits; held >= 8; held -= 8) {
      bytes.push(value & 255);
      value >>>= 8;
    }
  }
  if (held > 0) bytes.push(value & 255);
  return Uint8Array.from(bytes);
}
