import { constants, deflateSync, inflateRawSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PngRowDecoder } from "../../src/raster/decode/png/row-decoder.ts";
import { DamagedImage } from "../../src/raster/headers/damaged-image.ts";
import { concat } from "../support/export/sample-headers.ts";

/** Decodes rows of one byte a pixel, until there are no more. Input comes in parts of the given size. */
function decodeRows(
  stream: Uint8Array,
  rowBytes: number,
  partBytes: number,
): { rows: Uint8Array; end: string } {
  const decoder = new PngRowDecoder(rowBytes, 1);
  const rows: Uint8Array[] = [];
  let read = 0;
  try {
    for (;;) {
      if (decoder.decodeRow(rowBytes)) {
        rows.push(decoder.viewRow(rowBytes).slice());
        continue;
      }
      const part = stream.subarray(read, read + partBytes);
      decoder.addInput(part.length > 0 ? part : undefined);
      read += part.length;
    }
  } catch (error) {
    return { rows: concat(...rows), end: error instanceof DamagedImage ? error.message : String(error) };
  } finally {
    decoder.giveBack();
  }
}

/** Rows without a filter. */
function withTypes(rows: Uint8Array, rowBytes: number): Uint8Array {
  const count = rows.length / rowBytes;
  return concat(
    ...Array.from({ length: count }, (_, y) => concat([0], rows.subarray(y * rowBytes, (y + 1) * rowBytes))),
  );
}

const ENDED = "its pixels end too early";
const NONSENSE = "its pixels can't be unpacked";

/** Writes bits, the lowest first; codes, their highest first. */
class BitList {
  readonly #bits: number[] = [];

  value(value: number, count: number): this {
    for (let bit = 0; bit < count; bit++) this.#bits.push((value >> bit) & 1);
    return this;
  }

  code(text: string): this {
    this.#bits.push(...Array.from(text, Number));
    return this;
  }

  /** A zlib stream with these bits, and zeros behind them. */
  toStream(): Uint8Array {
    const bytes = new Uint8Array(2 + Math.ceil(this.#bits.length / 8) + 20);
    bytes.set([0x78, 0x9c]);
    for (const [at, bit] of this.#bits.entries()) {
      const byte = 2 + (at >> 3);
      bytes[byte] = (bytes[byte] ?? 0) | (bit << (at & 7));
    }
    return bytes;
  }
}

const block = (type: number): BitList => new BitList().value(1, 1).value(type, 2);
const kinds = {
  "stored blocks": { level: 0 },
  "fixed codes": { strategy: constants.Z_FIXED },
  "codes of its own": { level: 9 },
  "literals only": { strategy: constants.Z_HUFFMAN_ONLY },
  "runs only": { strategy: constants.Z_RLE },
};

describe("a zlib stream is unpacked", () => {
  it.each(Object.entries(kinds))("with %s, in whatever parts it comes", (_name, options) => {
    const cases = fc.record({
      rowBytes: fc.integer({ min: 1, max: 3000 }),
      count: fc.integer({ min: 1, max: 60 }),
      partBytes: fc.constantFrom(1, 7, 640, 65_536),
      values: fc.constantFrom(1, 3, 17, 256),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(cases, ({ rowBytes, count, partBytes, values, seed }) => {
        let state = seed;
        const rows = Uint8Array.from({ length: rowBytes * count }, () => {
          state = Math.imul(state, 1_103_515_245) + 12_345;
          return (state >>> 16) % values;
        });
        const packed = Uint8Array.from(deflateSync(withTypes(rows, rowBytes), options));
        expect(decodeRows(packed, rowBytes, partBytes)).toEqual({ rows, end: ENDED });
      }),
      { numRuns: 15 },
    );
  });

  it("with a match from as far as 32 KiB", () => {
    const noise = Uint8Array.from({ length: 32_768 }, (_, at) => (Math.imul(at, 0x9e37_79b1) >>> 13) % 100);
    noise[0] = 0;
    const bits = block(1);
    for (const byte of noise) bits.code((0x30 + byte).toString(2).padStart(8, "0"));
    // The length 3 and the distance 32,768; the end of the block.
    const stream = bits.code("0000001").code("11101").value(8191, 13).code("0000000").toStream();
    const filtered = concat(noise, noise.subarray(0, 3));
    expect(decodeRows(stream, 32_770, 65_536)).toEqual({ rows: filtered.subarray(1), end: ENDED });
  });

  it("into rows that are longer than what is held of the stream", () => {
    const rows = Uint8Array.from({ length: 400_000 }, (_, at) => (at * at) >> 9);
    const packed = Uint8Array.from(deflateSync(withTypes(rows, 200_000)));
    expect(decodeRows(packed, 200_000, 65_536)).toEqual({ rows, end: ENDED });
  });

  it("takes no more of a bomb than what is asked of it needs", () => {
    const bomb = Uint8Array.from(deflateSync(new Uint8Array(64 * 1024 * 1024)));
    const decoder = new PngRowDecoder(1000, 1);
    decoder.addInput(bomb.subarray(0, 2000));
    for (let y = 0; y < 1000; y++) expect(decoder.decodeRow(1000)).toBe(true);
    expect(decoder.memoryBytes).toBeLessThan(4 * 1024 * 1024);
    decoder.giveBack();
  });
});

/** A block whose code lengths are described with the given lengths, in the order of the file. */
const described = (literals: number, distances: number, lengths: readonly number[]): BitList => {
  const bits = block(2)
    .value(literals, 5)
    .value(distances, 5)
    .value(lengths.length - 4, 4);
  for (const length of lengths) bits.value(length, 3);
  return bits;
};
/** Lengths of the codes of 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1: codes for 18 and for 1. */
const only18And1 = [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const [one, many] = ["0", "1"];

describe("a stream that makes no sense", () => {
  it.each<[string, string, Uint8Array]>([
    ["another method than deflate", "incorrect header check", Uint8Array.of(0x77, 0x9e, 3, 0)],
    ["too large a window", "invalid window size", Uint8Array.of(0x88, 0x1c, 3, 0)],
    ["a wrong check of its head", "incorrect header check", Uint8Array.of(0x78, 0x9d, 3, 0)],
    ["a kind of block that there is not", "invalid block type", block(3).toStream()],
    [
      "a stored block whose length is not repeated",
      "invalid stored block lengths",
      block(0).value(0, 5).value(5, 16).value(5, 16).toStream(),
    ],
    // 00110000 is the literal 0, 0000001 the length 3.
    [
      "a match from before the start",
      "invalid distance too far back",
      block(1).code("00110000").code("0000001").code("00001").toStream(),
    ],
    [
      "a length that there is not",
      "invalid literal/length code",
      block(1).code("00110000").code("11000110").toStream(),
    ],
    [
      "a distance that there is not",
      "invalid distance code",
      block(1).code("00110000").code("0000001").code("11110").toStream(),
    ],
    ["too many literals", "too many length or distance symbols", described(30, 0, [1, 1, 0, 0]).toStream()],
    ["too many distances", "too many length or distance symbols", described(0, 30, [1, 1, 0, 0]).toStream()],
    ["more codes than there can be", "invalid code lengths set", described(0, 0, [1, 1, 1, 0]).toStream()],
    ["fewer codes than there must be", "invalid code lengths set", described(0, 0, [2, 2, 2, 0]).toStream()],
    [
      "a repeat of nothing",
      "invalid bit length repeat",
      described(0, 0, [1, 0, 0, 1]).code(many).value(0, 2).toStream(),
    ],
    [
      "a repeat beyond the last code",
      "invalid bit length repeat",
      described(0, 0, only18And1).code(many).value(127, 7).code(many).value(127, 7).toStream(),
    ],
    [
      "no end of the block",
      "invalid code -- missing end-of-block",
      described(0, 0, only18And1)
        .code(one + one + many)
        .value(127, 7)
        .code(many)
        .value(107, 7)
        .toStream(),
    ],
    [
      "more codes of literals than there can be",
      "invalid literal/lengths set",
      described(0, 0, only18And1)
        .code(one + one + many)
        .value(127, 7)
        .code(many)
        .value(105, 7)
        .code(one + one)
        .toStream(),
    ],
  ])("%s: %s", (_name, message, stream) => {
    expect(() => inflateSync(stream)).toThrow(message);
    expect(decodeRows(stream, 1000, 65_536)).toEqual({ rows: new Uint8Array(), end: NONSENSE });
    expect(decodeRows(stream, 1000, 1)).toEqual({ rows: new Uint8Array(), end: NONSENSE });
  });

  it("a dictionary that nobody has", () => {
    const stream = Uint8Array.of(0x78, 0xbb, 3, 0);
    expect(decodeRows(stream, 1000, 65_536)).toEqual({ rows: new Uint8Array(), end: NONSENSE });
  });

  it("is told from one that ends too early, just as zlib tells them apart", () => {
    const rowBytes = 500;
    const rows = Uint8Array.from({ length: rowBytes * 40 }, (_, at) => (at * at) % 23);
    const counts = { sound: 0, [ENDED]: 0, [NONSENSE]: 0 };
    for (const options of Object.values(kinds)) {
      const sound = Uint8Array.from(deflateSync(withTypes(rows, rowBytes), options));
      for (let round = 0; round < 240; round++) {
        const damaged = sound.slice(
          0,
          round % 3 === 0 ? 2 + ((round * 7919) % (sound.length - 2)) : undefined,
        );
        const at = 2 + ((round * 104_729) % Math.min(400, sound.length - 6));
        if (round % 3 > 0) damaged[at] = (damaged[at] ?? 0) ^ (1 << (round % 8));
        const { rows: found, end } = decodeRows(damaged, rowBytes, 1 + ((round * 31) % 900));
        if (end.includes("unknown filter")) continue;
        try {
          // Without the check sum, which is not looked at.
          const unpacked = Uint8Array.from(inflateRawSync(damaged.subarray(2)));
          expect(end).toBe(ENDED);
          const whole = Math.floor(unpacked.length / (rowBytes + 1)) * rowBytes;
          expect(found.length).toBe(whole);
          const types = Array.from({ length: whole / rowBytes }, (_, y) => unpacked[y * (rowBytes + 1)]);
          if (types.some((type) => type !== 0)) continue;
          expect(withTypes(found, rowBytes)).toEqual(unpacked.subarray(0, whole + types.length));
          counts.sound++;
        } catch (error) {
          const message = error instanceof Error ? error.message : "";
          const expected = message === "unexpected end of file" ? ENDED : NONSENSE;
          if (expected === NONSENSE) expect(message).toMatch(/^(invalid|too many) /);
          expect(end).toBe(expected);
          counts[expected]++;
        }
      }
    }
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(50);
  });
});
