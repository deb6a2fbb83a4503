import { crc32, deflateSync } from "node:zlib";
import { concat, u32 } from "./sample-headers.ts";

export interface PngRecipe {
  width: number;
  height: number;
  depth: number;
  colorType: 0 | 2 | 3 | 4 | 6;
  interlaced?: boolean;
  /** A sample of the file: its channels in the order of the file. */
  sample: (x: number, y: number, channel: number) => number;
  /** The filter of a row; absent: all five in turn. */
  filter?: (row: number) => number;
  /** Chunks between the header and the pixels. */
  before?: readonly Uint8Array[];
  /** Chunks between the pixels and the end. */
  after?: readonly Uint8Array[];
  /** Changes the filtered rows before they are deflated. */
  alter?: (rows: Uint8Array) => Uint8Array;
}

const channelsOf = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

export function pngChunk(type: string, data: Uint8Array | readonly number[]): Uint8Array {
  const body = concat(type, data);
  return concat(u32(body.length - 4), body, u32(crc32(body)));
}

/** Makes any kind of PNG, in the simplest way and without the renderer's code. */
export function makePng(recipe: PngRecipe): Uint8Array {
  const { width, height, depth, colorType, interlaced = false, before = [], after = [] } = recipe;
  const header = concat(u32(width), u32(height), [depth, colorType, 0, 0, interlaced ? 1 : 0]);
  const plan = interlaced ? passes : [[0, 0, 1, 1] as const];
  const rows = concat(...plan.map((pass) => makeRows(recipe, pass)));
  const packed = deflateSync(recipe.alter ? recipe.alter(rows) : rows);
  const half = packed.length >> 1;
  return concat(
    "\x89PNG\r\n\x1a\n",
    pngChunk("IHDR", header),
    ...before,
    // Two chunks, with an empty one between them.
    pngChunk("IDAT", packed.subarray(0, half)),
    pngChunk("IDAT", []),
    pngChunk("IDAT", packed.subarray(half)),
    ...after,
    pngChunk("IEND", []),
  );
}

function makeRows(
  { width, height, depth, colorType, sample, filter }: PngRecipe,
  [left, top, stepX, stepY]: readonly [number, number, number, number],
): Uint8Array {
  const channels = channelsOf[colorType];
  const columns = Math.ceil((width - left) / stepX);
  if (columns <= 0) return new Uint8Array();
  const bytes = Math.ceil((columns * channels * depth) / 8);
  const step = Math.max(1, (channels * depth) >> 3);
  const parts: Uint8Array[] = [];
  let above = new Uint8Array(bytes);
  for (let y = top, row = 0; y < height; y += stepY, row++) {
    const raw = new Uint8Array(bytes);
    for (let x = 0; x < columns; x++) {
      for (let channel = 0; channel < channels; channel++) {
        putBits(raw, (x * channels + channel) * depth, depth, sample(left + x * stepX, y, channel));
      }
    }
    const type = filter?.(row) ?? row % 5;
    parts.push(Uint8Array.of(type), filterRow(type, raw, above, step));
    above = raw;
  }
  return concat(...parts);
}

function putBits(row: Uint8Array, bit: number, depth: number, value: number): void {
  if (depth === 16) {
    row.set([value >>> 8, value & 255], bit >> 3);
    return;
  }
  row[bit >> 3] = (row[bit >> 3] ?? 0) | (value << (8 - depth - (bit & 7)));
}

function filterRow(type: number, row: Uint8Array, above: Uint8Array, step: number): Uint8Array {
  return row.map((value, at) => {
    const left = at < step ? 0 : (row[at - step] ?? 0);
    const up = above[at] ?? 0;
    const corner = at < step ? 0 : (above[at - step] ?? 0);
    const nearest = [left, up, corner].reduce((best, guess) =>
      Math.abs(left + up - corner - guess) < Math.abs(left + up - corner - best) ? guess : best,
    );
    return value - ([0, left, up, (left + up) >> 1, nearest][type] ?? 0);
  });
}
