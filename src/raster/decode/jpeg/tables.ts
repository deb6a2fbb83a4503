import { DamagedImage } from "../../headers/damaged-image.ts";

/** Codes of each length, 1–16, and the symbols they stand for: BITS and HUFFVAL (ITU-T T.81 §B.2.4.2). */
export interface HuffmanCodes {
  counts: Uint8Array;
  symbols: Uint8Array;
}

const QUANTIZATION = 0xdb;
const HUFFMAN = 0xc4;
const RESTART_INTERVAL = 0xdd;
/** There are four tables of each kind. */
const TABLES = 4;
const LENGTHS = 16;
const SYMBOLS_MAX = 256;
const COEFFICIENTS = 64;

/** The tables that are in force at a place in the file. A later one replaces an earlier one of the same number. */
export class JpegTables {
  /** In zigzag order. */
  readonly quantization: (Uint16Array | undefined)[] = [];
  readonly dc: (HuffmanCodes | undefined)[] = [];
  readonly ac: (HuffmanCodes | undefined)[] = [];
  /** MCUs; 0: there are no restart markers. */
  restartInterval = 0;

  /** Reads a segment if it defines tables. Throws `DamagedImage`, and `RangeError` past the end. */
  read(marker: number, data: DataView): void {
    switch (marker) {
      case QUANTIZATION:
        this.#readQuantization(data);
        break;
      case HUFFMAN:
        this.#readHuffman(data);
        break;
      case RESTART_INTERVAL:
        this.restartInterval = data.getUint16(0);
        break;
    }
  }

  /** §B.2.4.1 */
  #readQuantization(data: DataView): void {
    for (let at = 0; at < data.byteLength;) {
      const head = data.getUint8(at++);
      const bytes = head >> 4 === 0 ? 1 : 2;
      const start = at;
      const read = (index: number): number =>
        bytes === 1 ? data.getUint8(start + index) : data.getUint16(start + index * 2);
      this.quantization[numberOf(head)] = Uint16Array.from({ length: COEFFICIENTS }, (_, index) =>
        read(index),
      );
      at += COEFFICIENTS * bytes;
    }
  }

  /** §B.2.4.2. Whether there can be as many codes is found out when the table is used. */
  #readHuffman(data: DataView): void {
    for (let at = 0; at < data.byteLength;) {
      const head = data.getUint8(at);
      const counts = copy(data, at + 1, LENGTHS);
      const symbols = counts.reduce((sum, count) => sum + count, 0);
      if (head >> 4 > 1 || symbols > SYMBOLS_MAX) throw new DamagedImage(NO_SENSE);
      const tables = head >> 4 === 0 ? this.dc : this.ac;
      tables[numberOf(head)] = { counts, symbols: copy(data, at + 1 + LENGTHS, symbols) };
      at += 1 + LENGTHS + symbols;
    }
  }
}

export const NO_SENSE = "its tables make no sense";

function numberOf(head: number): number {
  const number = head & 15;
  if (number >= TABLES) throw new DamagedImage(NO_SENSE);
  return number;
}

/** Throws `RangeError` past the end. */
function copy(data: DataView, at: number, length: number): Uint8Array {
  return new Uint8Array(
    data.buffer,
    data.byteOffset + at,
    new DataView(data.buffer, data.byteOffset + at, length).byteLength,
  ).slice();
}
