import { byteAt, floatAt } from "./array-at.ts";
import type { RowSource } from "./row-source.ts";
import { createYielder } from "../event-loop.ts";

/**
 * The Catmull-Rom kernel (bicubic, B = 0, C = 1/2). It is sharp, exact if the size stays the same, and reaches 2
 * pixels.
 */
const REACH = 2;
function kernel(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return 1.5 * x ** 3 - 2.5 * x ** 2 + 1;
  if (x < REACH) return -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2;
  return 0;
}

/** What one output pixel is made of: weights of consecutive input pixels, starting at `first`. Their sum is 1. */
interface Taps {
  first: number;
  weights: Float32Array;
}

/**
 * Plans the taps of each output pixel along one side. Shrinking widens the kernel, so that every input pixel counts.
 */
function planTaps(inputSize: number, outputSize: number): Taps[] {
  const ratio = inputSize / outputSize;
  const stretch = Math.max(1, ratio);
  return Array.from({ length: outputSize }, (_, output) => {
    const center = (output + 0.5) * ratio - 0.5;
    const first = Math.max(0, Math.ceil(center - REACH * stretch));
    const last = Math.min(inputSize - 1, Math.floor(center + REACH * stretch));
    const weights = Float32Array.from({ length: last - first + 1 }, (_, index) =>
      kernel((first + index - center) / stretch),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/**
 * Resizes a source row by row. It holds only the input rows that one output row is made of: resizing it as a whole would
 * take 24 bytes a pixel in addition to the image. Colours are weighted by their alpha, so that transparent pixels don't
 * bleed.
 */
export function resizeRows(source: RowSource, width: number, height: number): RowSource {
  if (width === source.width && height === source.height) return source;
  const columns = planTaps(source.width, width);
  const rows = planTaps(source.height, height);
  const input = new Uint8Array(source.width * 4);
  /** Input rows in the output's width, premultiplied, by row number. */
  const held = new Map<number, Float32Array>();
  const yieldToEventLoop = createYielder();

  const holdRow = async (row: number): Promise<Float32Array> => {
    await source.readRows(row, 1, input);
    const resized = resizeRow(input, columns);
    held.set(row, resized);
    await yieldToEventLoop();
    return resized;
  };

  return {
    width,
    height,
    opaque: source.opaque,
    async readRows(first, count, into) {
      const sums = new Float32Array(width * 4);
      for (let y = first; y < first + count; y++) {
        const taps = rows[y];
        if (!taps) throw new RangeError("No such row");
        for (const row of held.keys()) if (row < taps.first) held.delete(row);
        sums.fill(0);
        for (const [index, weight] of taps.weights.entries()) {
          const row = taps.first + index;
          addRow(sums, held.get(row) ?? (await holdRow(row)), weight);
        }
        writeRow(sums, into, (y - first) * width * 4);
        await yieldToEventLoop();
      }
    },
  };
}

/** Resizes one row of RGBA to another width. The result is premultiplied, 0–255. */
function resizeRow(input: Uint8Array, columns: readonly Taps[]): Float32Array {
  const output = new Float32Array(columns.length * 4);
  let to = 0;
  for (const { first, weights } of columns) {
    let r = 0;
    let g = 0;
    let b = 0;
    let a = 0;
    let from = first * 4;
    for (const weight of weights) {
      const alpha = (byteAt(input, from + 3) * weight) / 255;
      r += byteAt(input, from) * alpha;
      g += byteAt(input, from + 1) * alpha;
      b += byteAt(input, from + 2) * alpha;
      a += alpha;
      from += 4;
    }
    output[to] = r;
    output[to + 1] = g;
    output[to + 2] = b;
    output[to + 3] = a * 255;
    to += 4;
  }
  return output;
}

function addRow(sums: Float32Array, row: Float32Array, weight: number): void {
  for (let at = 0; at < sums.length; at++) sums[at] = floatAt(sums, at) + floatAt(row, at) * weight;
}

/** Writes a row of sums. The kernel overshoots at edges: a clamped array rounds and clamps by itself. */
function writeRow(sums: Float32Array, into: Uint8Array, offset: number): void {
  const bytes = new Uint8ClampedArray(into.buffer, into.byteOffset + offset, sums.length);
  for (let at = 0; at < sums.length; at += 4) {
    const alpha = floatAt(sums, at + 3);
    const undo = alpha > 0 ? 255 / alpha : 0;
    bytes[at] = floatAt(sums, at) * undo;
    bytes[at + 1] = floatAt(sums, at + 1) * undo;
    bytes[at + 2] = floatAt(sums, at + 2) * undo;
    bytes[at + 3] = alpha;
  }
}
