import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RowFilter } from "../../src/raster/encode/png-filter.ts";
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

function filterAll(rgba: Uint8Array, width: number, channels: 3 | 4, portionRows: number): Uint8Array {
  const filter = new RowFilter(width, channels);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < rgba.length; at += portionRows * width * 4) {
    for (const part of filter.filter(rgba.subarray(at, at + portionRows * width * 4)))
      parts.push(part.slice());
  }
  filter.giveBack();
  return concat(...parts);
}

describe("RowFilter", () => {
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
      const filter = new RowFilter(width, 4);
      const parts = Array.from(filter.filter(rgba), ({ byteLength }) => byteLength);
      expect(parts.length).toBeGreaterThan(2);
      expect(parts.reduce((sum, bytes) => sum + bytes, 0)).toBe(height * (1 + width * 4));
      const last = filterSlowly(rgba.subarray(width * 4 * (height - 2)), width, 4).subarray(1 + width * 4);
      expect(filterAll(rgba, width, 4, height).subarray(-last.length)).toEqual(last);
    }
  });
});
