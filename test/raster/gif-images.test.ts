import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openGif } from "../../src/raster/decode/open-gif.ts";
import { readImageInfo } from "../../src/raster/decode/scan-image.ts";
import { toBytes } from "../support/export/fixture-photos.ts";
import { colorOf, makePackedGif } from "../support/export/gif-maker.ts";
import { decodePixels, type Pixels } from "../support/export/pixels.ts";
import { documentWithImage, render } from "../support/export/sample-state.ts";

const files = import.meta.glob("../fixtures/gif/*", { query: "?inline", import: "default", eager: true });
const fixture = (name: string): Uint8Array => toBytes(files[`../fixtures/gif/${name}`] ?? "");

/** A file in memory that comes in parts of some bytes. */
function fileOf(bytes: Uint8Array, partBytes = 100) {
  return {
    size: bytes.byteLength,
    async *read(offset = 0) {
      for (let at = offset; at < bytes.byteLength; at += partBytes) yield bytes.subarray(at, at + partBytes);
    },
    readRange: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
  };
}

function allPixels(pixels: Pixels): string[] {
  const { width, height } = pixels;
  return Array.from({ length: width * height }, (_, index) => {
    const [r, g, b, a] = pixels.at(index % width, Math.floor(index / width));
    return a === 0 ? "clear" : `${r} ${g} ${b} ${a}`;
  });
}

describe("a GIF has the pixels that libvips gives it", () => {
  it.each(["photo", "interlaced", "transparent", "two-colors"])("%s", async (name) => {
    const wanted = decodePixels(fixture(`${name}.png`));
    const shown = decodePixels(
      (await render({ document: await documentWithImage(fixture(`${name}.gif`)) })).bytes,
    );
    expect([shown.width, shown.height]).toEqual([wanted.width, wanted.height]);
    expect(allPixels(shown)).toEqual(allPixels(wanted));
  });
});

describe("a GIF of any kind", () => {
  const recipe = fc
    .record({
      bits: fc.integer({ min: 1, max: 8 }),
      frame: fc.record({ width: fc.integer({ min: 1, max: 90 }), height: fc.integer({ min: 1, max: 90 }) }),
      left: fc.integer({ min: 0, max: 3 }),
      top: fc.integer({ min: 0, max: 3 }),
      right: fc.integer({ min: 0, max: 3 }),
      bottom: fc.integer({ min: 0, max: 3 }),
      interlaced: fc.boolean(),
      transparent: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
      clears: fc.boolean(),
      // From stripes, whose strings are longer than a row, to noise, which fills the table.
      noise: fc.constantFrom(0, 1, 7, 97),
    })
    .map(({ right, bottom, noise, ...made }) => {
      const most = 1 << made.bits;
      return {
        ...made,
        width: made.left + made.frame.width + right,
        height: made.top + made.frame.height + bottom,
        index: (x: number, y: number) => (y + ((x * noise * (x + y)) >> 1)) % most,
      };
    });

  it("is unpacked row by row, in whatever parts it comes and is asked for", async () => {
    await fc.assert(
      fc.asyncProperty(
        recipe,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 300 }),
        async (made, bandRows, partBytes) => {
          const { width, height, left, top, frame, transparent, index } = made;
          const image = await openGif(fileOf(makePackedGif(made), partBytes), () => undefined);
          const shown = new Uint8Array(width * height * 4);
          for (let y = 0; y < height; y += bandRows) {
            await image.readRows(y, Math.min(bandRows, height - y), shown.subarray(y * width * 4));
          }
          await image.close();
          const wanted = new Uint8Array(width * height * 4);
          for (let y = 0; y < frame.height; y++) {
            for (let x = 0; x < frame.width; x++) {
              const color = index(x, y) === transparent ? [0, 0, 0, 0] : colorOf(index(x, y));
              wanted.set(color, ((y + top) * width + x + left) * 4);
            }
          }
          // As hex, since a difference of arrays takes minutes to print.
          expect(shown.toHex()).toBe(wanted.toHex());
          if (image.opaque) expect(wanted.every((value, at) => at % 4 !== 3 || value === 255)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("can be read from any row on", async () => {
    for (const interlaced of [false, true]) {
      const bytes = makePackedGif({ width: 5, height: 9, bits: 4, interlaced, index: (_x, y) => y });
      const image = await openGif(fileOf(bytes), () => undefined);
      const row = new Uint8Array(5 * 4);
      for (const y of [2, 3, 8]) {
        await image.readRows(y, 1, row);
        expect([...row.subarray(0, 4)]).toEqual(colorOf(y));
      }
      await image.close();
    }
  });

  it("takes no memory for its pixels; an interlaced one takes a byte a pixel", async () => {
    const size = { width: 3000, height: 1000, bits: 1, index: () => 1 };
    const held = async (interlaced: boolean) => {
      const image = await openGif(fileOf(makePackedGif({ ...size, interlaced }), 65_536), () => undefined);
      const bytes = image.memoryBytes();
      await image.close();
      return bytes;
    };
    expect(await held(false)).toBeLessThan(512 * 1024);
    expect(await held(true)).toBeGreaterThan(3_000_000);
    expect(await held(true)).toBeLessThan(3_600_000);
  });

  it("that is cut off in its pixels, or whose codes make no sense, fails with a reason", async () => {
    const whole = makePackedGif({ width: 60, height: 50, bits: 8, index: (x, y) => (x * y) & 255 });
    const start = 13 + 768 + 10;
    expect(whole[start]).toBe(8);
    // The first sub-block is followed by the end of the frame.
    const short = whole.slice(0, start + 258);
    short[start + 257] = 0;
    const cases: [Uint8Array, string][] = [
      [short, "its pixels end too early"],
      [whole.map((byte, at) => (at === start ? 9 : byte)), "the size of its codes makes no sense"],
      [whole.map((byte, at) => (at === start ? 0 : byte)), "the size of its codes makes no sense"],
      // After the clear code, only the 256 indices are known.
      [
        whole.map((byte, at) => (at === start + 3 || at === start + 4 ? 255 : byte)),
        "its pixels can't be unpacked",
      ],
    ];
    for (const [bytes, reason] of cases) {
      expect((await readImageInfo(bytes)).ok).toBe(true);
      await expect(async () => render({ document: await documentWithImage(bytes) })).rejects.toThrow(
        `The GIF picture is damaged: ${reason}. Upload it again, saved anew by an image editor.`,
      );
    }
  });
});
