import { inflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PngEncoder } from "../../src/raster/encode/png-encoder.ts";
import { byteAt } from "../../src/raster/array-at.ts";
import { concat } from "../support/export/sample-headers.ts";

/** The filters as the specification writes them (W3C PNG 3rd edition §9.2), byte by byte. */
const predictions: Record<number, (left: number, up: number, corner: number) => number> = {
  1: (left) => left,
  2: (_left, up) => up,
  4: (left, up, corner) => {
    const p = left + up - corner;
    const [toLeft, toUp, toCorner] = [Math.abs(p - left), Math.abs(p - up), Math.abs(p - corner)];
    if (toLeft <= toUp && toLeft <= toCorner) return left;
    return toUp <= toCorner ? up : corner;
  },
};

/** Filters rows by the rule: each by the filter whose bytes, read as signed ones, have the smallest sum. */
function filterSlowly(rgba: Uint8Array, width: number, channels: 3 | 4): Uint8Array {
  const pixels = Array.from({ length: rgba.length / 4 }, (_, at) => rgba.subarray(at * 4, at * 4 + channels));
  const rows = Array.from({ length: pixels.length / width }, (_, y) =>
    Uint8Array.from(pixels.slice(y * width, (y + 1) * width).flatMap((pixel) => [...pixel])),
  );
  const filtered = rows.flatMap((row, y) => {
    const above = rows[y - 1] ?? new Uint8Array(row.length);
    const candidates = Object.entries(predictions).map(([type, predict]) => {
      const bytes = row.map((value, at) => {
        const left = at < channels ? 0 : byteAt(row, at - channels);
        const corner = at < channels ? 0 : byteAt(above, at - channels);
        return value - predict(left, byteAt(above, at), corner);
      });
      const cost = bytes.reduce((sum, byte) => sum + Math.min(byte, 256 - byte), 0);
      return { bytes: [Number(type), ...bytes], cost };
    });
    return candidates.reduce((best, next) => (next.cost < best.cost ? next : best)).bytes;
  });
  return Uint8Array.from(filtered);
}

/** The compressed rows, in the parts they came in. */
function encode(rgba: Uint8Array, width: number, channels: 3 | 4, portionRows: number): Uint8Array[] {
  const encoder = new PngEncoder(width, channels);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < rgba.length; at += portionRows * width * 4) {
    const portion = rgba.subarray(at, at + portionRows * width * 4);
    for (const part of encoder.encodeRows(portion)) parts.push(part.slice());
  }
  parts.push(encoder.finish().slice());
  encoder.giveBack();
  return parts;
}

function filterAll(rgba: Uint8Array, width: number, channels: 3 | 4, portionRows: number): Uint8Array {
  return Uint8Array.from(inflateSync(concat(...encode(rgba, width, channels, portionRows))));
}

describe("filtering", () => {
  it("filters rows of any width as the specification says, whatever the portions", () => {
    const pictures = fc
      .record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 5 }) })
      .chain(({ width, height }) =>
        fc.record({
          width: fc.constant(width),
          channels: fc.constantFrom(3 as const, 4 as const),
          portionRows: fc.integer({ min: 1, max: 5 }),
          // Few different bytes make neighbours equal, and ties; all of them, the extremes.
          rgba: fc.oneof(
            fc.uint8Array({ minLength: width * height * 4, maxLength: width * height * 4 }),
            fc.uint8Array({ minLength: width * height * 4, maxLength: width * height * 4, max: 3 }),
          ),
        }),
      );
    fc.assert(
      fc.property(pictures, ({ rgba, width, channels, portionRows }) => {
        const filtered = filterAll(rgba, width, channels, portionRows);
        expect(filtered).toEqual(filterSlowly(rgba, width, channels));
      }),
      { numRuns: 300 },
    );
  });

  it("takes more rows than its memory holds at once, and a row that is longer than that", () => {
    for (const [width, height] of [
      [1000, 200],
      [70_000, 3],
    ] as const) {
      const rgba = Uint8Array.from({ length: width * height * 4 }, (_, at) => (at * at) >> 7);
      const filtered = filterAll(rgba, width, 4, height);
      expect(filtered.length).toBe(height * (1 + width * 4));
      const last = filterSlowly(rgba.subarray(width * 4 * (height - 2)), width, 4).subarray(1 + width * 4);
      expect(filtered.subarray(-last.length)).toEqual(last);
    }
  });
});

describe("compressing", () => {
  /** Compresses bytes as the pixels of one row. */
  const compress = (bytes: Uint8Array): Uint8Array => {
    const rgba = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
    rgba.set(bytes);
    return concat(...encode(rgba, rgba.length / 4, 4, 1));
  };
  /** Above the first row are zeros: Up leaves its bytes as they are, and for Paeth the nearest is the left one. */
  const decompress = (stream: Uint8Array): Uint8Array => {
    const [type, ...bytes] = inflateSync(stream);
    if (type !== 2)
      for (let at = 4; at < bytes.length; at++) bytes[at] = (bytes[at] ?? 0) + (bytes[at - 4] ?? 0);
    return Uint8Array.from(bytes);
  };
  const noise = (length: number): Uint8Array => {
    let state = length;
    return Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 16;
    });
  };
  const repeat = (bytes: Uint8Array, times: number): Uint8Array =>
    concat(...Array.from({ length: times }, () => bytes));

  it.each([
    ["one colour", new Uint8Array(1_000_000), 0.001, 0.003],
    ["noise, which can't be made smaller", noise(1_000_000), 1, 1.01],
    ["what repeats after 32 KiB, which is as far as a match may be", repeat(noise(32_768), 30), 0.03, 0.1],
    ["what repeats after four bytes more", repeat(noise(32_772), 30), 1, 1.01],
    ["what repeats after 64 KiB, where a position looks the same", repeat(noise(65_536), 16), 1, 1.01],
  ])("%s: comes back, and is as small as it should be", (_name, bytes, atLeast, atMost) => {
    const stream = compress(bytes);
    expect(decompress(stream)).toEqual(bytes);
    expect(stream.length / bytes.length).toBeGreaterThan(atLeast);
    expect(stream.length / bytes.length).toBeLessThan(atMost);
  });

  it("writes matches of every length and of all distances", () => {
    const start = noise(32_000);
    const pieces = Array.from({ length: 300 }, (_, length) => {
      const from = (length * length * 7) % 31_000;
      return concat(start.subarray(from, from + length), noise(1 + (length % 5)));
    });
    // Runs: a match that overlaps with itself.
    const runs = Array.from({ length: 300 }, (_, length) => new Uint8Array(length).fill(length));
    const bytes = concat(
      start,
      ...pieces,
      ...runs,
      ...Array.from({ length: 12 }, (_, n) => start.subarray(0, 2 ** n)),
    );
    expect(decompress(compress(bytes)).subarray(0, bytes.length)).toEqual(bytes);
  });

  it("keeps codes short where bytes are of very different frequency", () => {
    // Each is half as frequent as the one before.
    const bytes = noise(200_000).map((_, at) => Math.clz32(Math.imul(at + 1, 0x9e37_79b1)));
    expect(decompress(compress(bytes))).toEqual(bytes);
  });

  it("gives the same bytes in whatever portions rows come", () => {
    const rgba = noise(300 * 200 * 4).map((byte) => byte & 3);
    const whole = concat(...encode(rgba, 300, 3, 200));
    for (const portion of [1, 7, 64]) expect(concat(...encode(rgba, 300, 3, portion))).toEqual(whole);
  });
});
