import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChromaSampling } from "../../src/protocol/model/export-job.ts";
import { findColors } from "../../src/raster/color/find-colors.ts";
import { readIccProfile } from "../../src/raster/color/icc.ts";
import { srgbProfile } from "../../src/raster/color/srgb-profile.ts";
import { createJpegSink, type JpegOptions } from "../../src/raster/encode/jpeg-sink.ts";
import { acChrominance, acLuminance, planCodes, scaleDivisors } from "../../src/raster/encode/jpeg/tables.ts";
import { parseColor } from "../../src/raster/row-source.ts";
import { toBytes } from "../support/export/fixture-photos.ts";
import { colorDistance, decodePixels, type Pixels } from "../support/export/pixels.ts";
import { collectFile } from "../support/export/collect-file.ts";
import { hash, photoLike } from "../support/export/test-picture.ts";

const turbo = import.meta.glob("../fixtures/libjpeg-turbo-*.jpg", {
  query: "?inline",
  import: "default",
  eager: true,
});

type Color = readonly [number, number, number];
type Paint = (x: number, y: number) => readonly [number, number, number, number?];
type Options = Partial<JpegOptions> & { portion?: number };

async function write(
  width: number,
  height: number,
  color: Paint,
  { portion = height, quality = 95, chroma = "4:2:0", ground }: Options = {},
): Promise<Uint8Array> {
  const file = collectFile();
  const sink = createJpegSink(file.write, width, height, { quality, chroma, ground });
  for (let top = 0; top < height; top += portion) {
    const count = Math.min(portion, height - top);
    const rows = new Uint8Array(width * count * 4);
    for (let at = 0; at < width * count; at++) {
      const [r, g, b, a = 255] = color(at % width, top + Math.floor(at / width));
      rows.set([r, g, b, a], at * 4);
    }
    await sink.writeRows(rows);
  }
  await sink.finish();
  return file.join();
}

/** The mean difference from what was encoded. */
function meanDifference(pixels: Pixels, color: (x: number, y: number) => Color): number {
  let sum = 0;
  for (let y = 0; y < pixels.height; y++) {
    for (let x = 0; x < pixels.width; x++) sum += colorDistance(pixels.at(x, y).slice(0, 3), color(x, y));
  }
  return sum / (pixels.width * pixels.height);
}

/** The peak signal-to-noise ratio in dB: how near the pixels are to what was encoded. */
function signalToNoise(pixels: Pixels, color: (x: number, y: number) => Color): number {
  let squares = 0;
  for (let y = 0; y < pixels.height; y++) {
    for (let x = 0; x < pixels.width; x++) {
      const wanted = color(x, y);
      for (const [channel, value] of pixels.at(x, y).slice(0, 3).entries()) {
        squares += (value - (wanted[channel] ?? 0)) ** 2;
      }
    }
  }
  return 10 * Math.log10((255 ** 2 * pixels.width * pixels.height * 3) / squares);
}

const smooth = (x: number, y: number): Color => [(x * 3) & 255, 255 - ((y * 5) & 255), 128];
const gentle = (x: number, y: number): Color => [
  (60 + x) & 255,
  (200 - y) & 255,
  (90 + ((x + y) >> 1)) & 255,
];
const noise = (x: number, y: number): Color => [
  hash(x, y) * 255,
  hash(y, x + 1) * 255,
  hash(x, y + 999) * 255,
];

const samplings: readonly ChromaSampling[] = ["4:2:0", "4:4:4"];

describe("tables", () => {
  it("of codes are whole: every run and size has its code, none begins another", () => {
    for (const table of [acLuminance, acChrominance]) {
      const pairs = planCodes(table);
      const texts = [...table.symbols].map((symbol) =>
        (pairs[symbol * 2] ?? 0).toString(2).padStart(pairs[symbol * 2 + 1] ?? 0, "0"),
      );
      expect(new Set(table.symbols).size).toBe(162);
      for (const text of texts) expect(texts.filter((other) => other.startsWith(text))).toEqual([text]);
      // A code never consists only of ones (ITU-T T.81 annex C).
      expect(texts.every((text) => text.includes("0"))).toBe(true);
    }
  });

  it("of divisors go from 255 at quality 1 to 1 at quality 100", () => {
    expect([...scaleDivisors(1).luminance].every((divisor) => divisor === 255)).toBe(true);
    expect([...scaleDivisors(100).chrominance].every((divisor) => divisor === 1)).toBe(true);
    expect(scaleDivisors(50).luminance[0]).toBe(16);
  });
});

describe("createJpegSink", () => {
  it.each(samplings)("is as good and as small as libjpeg-turbo at quality 90, with %s", async (chroma) => {
    const name = `../fixtures/libjpeg-turbo-${chroma.replaceAll(":", "")}.jpg`;
    const wanted = toBytes(turbo[name] ?? "");
    const file = await write(256, 192, photoLike, { quality: 90, chroma });
    const [ours, theirs] = [file, wanted].map((bytes) => signalToNoise(decodePixels(bytes), photoLike));
    expect(Math.abs((ours ?? 0) - (theirs ?? 99))).toBeLessThan(0.01);
    // Half of the difference are the colour profile and the tables: sharp makes tables for each picture.
    expect(file.length / wanted.length).toBeLessThan(1.1);
  });

  it("adds no tint: roundings go up as often as down", async () => {
    for (const chroma of samplings) {
      const pixels = decodePixels(await write(256, 192, photoLike, { quality: 95, chroma }));
      const sums = [0, 0, 0];
      for (let y = 0; y < 192; y++) {
        for (let x = 0; x < 256; x++) {
          const wanted = photoLike(x, y);
          const found = pixels.at(x, y);
          for (const channel of [0, 1, 2]) {
            sums[channel] = (sums[channel] ?? 0) + (found[channel] ?? 0) - (wanted[channel] ?? 0);
          }
        }
      }
      for (const sum of sums) expect(Math.abs(sum / (256 * 192))).toBeLessThan(0.25);
    }
  });

  it("fills the last byte with ones", async () => {
    const last = await Promise.all(
      Array.from({ length: 16 }, async (_, shade) => {
        const file = await write(8, 8, () => [shade * 9, shade * 9, shade * 9]);
        return (file.at(-3) ?? 0).toString(2).padStart(8, "0");
      }),
    );
    // The last block ends with the code 00.
    for (const bits of last) expect(bits).toMatch(/^[01]*001*$/);
    expect(last.filter((bits) => bits.endsWith("1")).length).toBeGreaterThan(8);
  });

  it("has the picture's size, and its pixels, at every size and in whatever portions rows come", async () => {
    const size = fc.integer({ min: 1, max: 40 });
    const cases = fc.record({
      width: size,
      height: size,
      portion: size,
      chroma: fc.constantFrom(...samplings),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ width, height, portion, chroma }) => {
        const file = await write(width, height, gentle, { portion, chroma });
        const pixels = decodePixels(file);
        expect([pixels.width, pixels.height]).toEqual([width, height]);
        expect(meanDifference(pixels, gentle)).toBeLessThan(2.5);
        expect(await write(width, height, gentle, { chroma })).toEqual(file);
      }),
      { numRuns: 200 },
    );
  });

  it("encodes the strongest pattern of each frequency at the best quality, and up to 62 zeros before it", async () => {
    for (let u = 0; u < 8; u++) {
      for (let v = 0; v < 8; v++) {
        const wave = (n: number, k: number): number => Math.cos(((2 * n + 1) * k * Math.PI) / 16);
        const extreme = (x: number, y: number): Color =>
          wave(x % 8, u) * wave(y % 8, v) > 0 ? [255, 255, 255] : [0, 0, 0];
        const pixels = decodePixels(await write(16, 8, extreme, { quality: 100, chroma: "4:4:4" }));
        expect(meanDifference(pixels, extreme)).toBeLessThan(1);
        // Their signs change from block to block: the largest difference of means.
        const opposite = (x: number, y: number): Color => (x < 8 ? extreme(x, y) : [0, 0, 0]);
        const second = decodePixels(await write(16, 8, opposite, { quality: 100, chroma: "4:4:4" }));
        expect(meanDifference(second, opposite)).toBeLessThan(1);
      }
    }
  });

  it("writes more than its buffer holds for one stripe", async () => {
    // Eight times as much: writing on behind it would leave the memory.
    const file = await write(20_000, 9, noise, { quality: 100, chroma: "4:4:4" });
    expect(file.length).toBeGreaterThan(8 * 65_536);
    expect(meanDifference(decodePixels(file), noise)).toBeLessThan(2);
  });

  it("takes chrominance at half the resolution or at the whole, as it is told", async () => {
    const stripes = (x: number): Color => (x % 2 === 0 ? [230, 40, 40] : [40, 40, 230]);
    const lost = await Promise.all(
      samplings.map(async (chroma) => {
        const file = await write(32, 32, stripes, { quality: 100, chroma });
        const frame = file.findIndex((byte, at) => byte === 0xff && file[at + 1] === 0xc0);
        const [factors] = file.subarray(frame + 11, frame + 12);
        expect([...file.subarray(frame + 9, frame + 19)]).toEqual([3, 1, factors, 0, 2, 0x11, 1, 3, 0x11, 1]);
        expect(factors).toBe(chroma === "4:2:0" ? 0x22 : 0x11);
        return meanDifference(decodePixels(file), stripes);
      }),
    );
    expect(lost[0]).toBeGreaterThan(50);
    expect(lost[1]).toBeLessThan(2);
    // The luminance of either is whole.
    const black = (x: number): Color => (x % 2 === 0 ? [0, 0, 0] : [255, 255, 255]);
    expect(meanDifference(decodePixels(await write(32, 32, black, { quality: 100 })), black)).toBeLessThan(3);
  });

  it("shows the ground where pixels are transparent", async () => {
    const file = await write(16, 16, (x) => [255, 0, 0, x < 8 ? 0 : 128], {
      chroma: "4:4:4",
      ground: parseColor("#0000ff"),
    });
    const pixels = decodePixels(file);
    expect(colorDistance(pixels.at(3, 3), [0, 0, 255, 255])).toBeLessThan(4);
    expect(colorDistance(pixels.at(12, 3), [128, 0, 127, 255])).toBeLessThan(4);
  });

  it("is nearer the picture, and larger, with more quality", async () => {
    for (const chroma of samplings) {
      let [size, difference] = [0, Infinity];
      for (const quality of [1, 30, 60, 90, 100]) {
        const file = await write(64, 64, noise, { quality, chroma });
        const found = meanDifference(decodePixels(file), noise);
        expect(file.length).toBeGreaterThan(size);
        expect(found).toBeLessThan(difference);
        [size, difference] = [file.length, found];
      }
    }
  });

  it("gives the same file when several pictures are encoded in turn, and after one that didn't fit", async () => {
    const alone = await write(50, 70, smooth);
    const together = await Promise.all([1, 2, 3].map(() => write(50, 70, smooth, { portion: 7 })));
    for (const file of together) expect(file).toEqual(alone);
    expect(() =>
      createJpegSink(collectFile().write, 10_000_000, 1, { quality: 85, chroma: "4:2:0" }),
    ).toThrow(WebAssembly.RuntimeError);
    expect(await write(50, 70, smooth)).toEqual(alone);
  });

  it("says that its colours are sRGB, in a profile that is read as just that", async () => {
    const file = await write(8, 8, smooth);
    const text = String.fromCharCode(...file.subarray(0, 200));
    expect(text.indexOf("ICC_PROFILE\0\u0001\u0001")).toBe(24);
    expect(readIccProfile(srgbProfile)).toBeDefined();
    expect(findColors(file, "image/jpeg")).toEqual({ conversion: undefined, warning: undefined });
  });
});
