import { byteAt, doubleAt, intAt } from "../../array-at.ts";
import type { BitWriter } from "./bit-writer.ts";
import { planCodes, zigzag, type HuffmanCodes, type HuffmanTable } from "./tables.ts";
import { blockScale, transformBlock } from "./transform.ts";

/** Symbols for sixteen zeros in a row, and for only zeros from here on (ITU T.81 §F.1.2.2). */
const ZERO_RUN = 0xf0;
const END_OF_BLOCK = 0x00;
/** Coefficients have at most 11 bits and a sign. */
const ROUNDING = 1 << 14;

/** Writes the blocks of one component: transforms, divides and Huffman-codes them. */
export class BlockEncoder {
  readonly #writer: BitWriter;
  readonly #dc: HuffmanCodes;
  readonly #ac: HuffmanCodes;
  /** The factors of coefficients, in the order of the file. */
  readonly #factors: Float64Array;
  readonly #block = new Float64Array(64);
  /** The coefficients of a block that are not zero, and their places in the order of the file. */
  readonly #values = new Int16Array(64);
  readonly #places = new Uint8Array(64);
  /** The first coefficient of the previous block. */
  #before = 0;

  constructor(writer: BitWriter, divisors: Uint8Array, dc: HuffmanTable, ac: HuffmanTable) {
    this.#writer = writer;
    this.#dc = planCodes(dc);
    this.#ac = planCodes(ac);
    this.#factors = Float64Array.from(zigzag, (at) => 1 / (byteAt(divisors, at) * blockScale(at)));
  }

  /** Encodes 8 × 8 samples from -128 to 127, which begin at `start` in rows that are `stride` apart. */
  encode(samples: Float64Array, start: number, stride: number): void {
    const block = this.#block;
    const factors = this.#factors;
    transformBlock(samples, start, stride, block);
    const first = round(doubleAt(block, 0) * doubleAt(factors, 0));
    this.#writeValue(this.#dc, 0, first - this.#before);
    this.#before = first;
    const values = this.#values;
    const places = this.#places;
    let count = 0;
    // There is no branch: a processor can't predict which coefficients are zero. The next value overwrites a zero.
    for (let index = 1; index < 64; index++) {
      const value = round(doubleAt(block, byteAt(zigzag, index)) * doubleAt(factors, index));
      values[count] = value;
      places[count] = index;
      count += value === 0 ? 0 : 1;
    }
    let before = 0;
    for (let at = 0; at < count; at++) {
      const place = byteAt(places, at);
      let zeros = place - before - 1;
      for (; zeros > 15; zeros -= 16) this.#writeSymbol(this.#ac, ZERO_RUN);
      this.#writeValue(this.#ac, zeros, intAt(values, at));
      before = place;
    }
    if (before < 63) this.#writeSymbol(this.#ac, END_OF_BLOCK);
  }

  /** Writes the number of zeros before, the number of bits, and the bits. Those of a negative value are less by one. */
  #writeValue(codes: HuffmanCodes, zeros: number, value: number): void {
    const size = 32 - Math.clz32(Math.abs(value));
    const symbol = (zeros << 4) | size;
    // In a negative value all bits above its own are ones.
    const bits = value + (value >> 31);
    const code = codes.codes[symbol] ?? 0;
    const length = byteAt(codes.lengths, symbol);
    if (length + size <= 16) {
      this.#writer.write((code << size) | (bits & ((1 << size) - 1)), length + size);
      return;
    }
    this.#writer.write(code, length);
    this.#writer.write(bits, size);
  }

  #writeSymbol({ codes, lengths }: HuffmanCodes, symbol: number): void {
    this.#writer.write(codes[symbol] ?? 0, byteAt(lengths, symbol));
  }
}

/** Rounds to the nearest integer. The shift drops the fraction, and no coefficient is below -ROUNDING. */
function round(scaled: number): number {
  return ((scaled + ROUNDING + 0.5) >> 0) - ROUNDING;
}
