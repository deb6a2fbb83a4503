import { type CodecExports, giveBackCodec, takeCodec } from "./pixel-codec/codec-instance.ts";
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
 * Resizes a source row by row (`resize.c`). It holds only the input rows that one output row is made of. Colours are
 * weighted by their alpha, so that transparent pixels don't bleed.
 */
export function resizeRows(source: RowSource, width: number, height: number): RowSource {
  if (width === source.width && height === source.height) return source;
  const rows = planTaps(source.height, height);
  const yieldToEventLoop = createYielder();
  let resizer: Resizer | undefined;
  return {
    width,
    height,
    opaque: source.opaque,
    async readRows(first, count, into) {
      for (let y = first; y < first + count; y++) {
        const taps = rows[y];
        if (!taps) throw new RangeError("No such row");
        // A caller may begin again from the top.
        resizer ??= new Resizer(source, width, rows);
        for (let row = taps.first; row < taps.first + taps.weights.length; row++) {
          if (resizer.holds(row)) continue;
          await resizer.holdRow(row);
          await yieldToEventLoop();
        }
        into.set(resizer.makeRow(taps), (y - first) * width * 4);
        await yieldToEventLoop();
      }
      if (first + count < height) return;
      resizer?.giveBack();
      resizer = undefined;
    },
  };
}

/** Holds the input rows that the next output row is made of, in the output's width. */
class Resizer {
  readonly #source: RowSource;
  readonly #codec: CodecExports = takeCodec();
  readonly #input: Uint8Array;
  readonly #output: Uint8Array;
  /** The slots and weights of the rows that one output row is made of. */
  readonly #slots: Uint32Array;
  readonly #weights: Float32Array;
  /** The row that each slot holds. A row has the slot of its number, modulo the number of slots. */
  readonly #held: number[] = [];

  constructor(source: RowSource, width: number, rows: readonly Taps[]) {
    this.#source = source;
    const slots = rows.reduce((most, { weights }) => Math.max(most, weights.length), 0);
    const columns = planTaps(source.width, width);
    const codec = this.#codec;
    const taps = codec.allocate(columns.length * 8);
    const tapWeights = codec.allocate(columns.reduce((sum, { weights }) => sum + weights.length, 0) * 4);
    const slotsAt = codec.allocate(slots * 4);
    const weightsAt = codec.allocate(slots * 4);
    codec.startResizer(source.width, width, source.opaque, taps, tapWeights, slots);
    // Nothing is allocated after this, so the views stay.
    const { buffer } = codec.memory;
    const numbers = columns.flatMap(({ first, weights }) => [first, weights.length]);
    new Uint32Array(buffer, taps).set(numbers);
    let filled = new Float32Array(buffer, tapWeights);
    for (const { weights } of columns) {
      filled.set(weights);
      filled = filled.subarray(weights.length);
    }
    this.#input = new Uint8Array(buffer, codec.resizerInput(), source.width * 4);
    this.#output = new Uint8Array(buffer, codec.resizerOutput(), width * 4);
    this.#slots = new Uint32Array(buffer, slotsAt, slots);
    this.#weights = new Float32Array(buffer, weightsAt, slots);
  }

  holds(row: number): boolean {
    return this.#held[row % this.#slots.length] === row;
  }

  async holdRow(row: number): Promise<void> {
    const slot = row % this.#slots.length;
    await this.#source.readRows(row, 1, this.#input);
    this.#codec.holdRow(slot);
    this.#held[slot] = row;
  }

  /** Returns a view of an output row, which is good until the next one is made. All its rows must be held. */
  makeRow({ first, weights }: Taps): Uint8Array {
    for (let index = 0; index < weights.length; index++) {
      this.#slots[index] = (first + index) % this.#slots.length;
    }
    this.#weights.set(weights);
    this.#codec.makeRow(this.#slots.byteOffset, this.#weights.byteOffset, weights.length);
    return this.#output;
  }

  /** Lets another job have the memory. Call it once, at the end. */
  giveBack(): void {
    giveBackCodec(this.#codec);
  }
}
