import { describe, expect, it } from "vitest";
import { createJpegSink } from "../../src/raster/encode/jpeg-sink.ts";
import { planCodes, scaleDivisors, acChrominance, acLuminance } from "../../src/raster/encode/jpeg/tables.ts";
import { blockScale, transformBlock } from "../../src/raster/encode/jpeg/transform.ts";
import { parseColor } from "../../src/raster/row-source.ts";
import { colorDistance, decodePixels, type Pixels } from "../support/export/pixels.ts";
import { collectFile } from "../support/export/collect-file.ts";

type Color = readonly [number, number, number];

async function write(
  width: number,
  height: number,
  color: (x: number, y: number) => Color,
  { quality = 95, portion = height } = {},
): Promise<Uint8Array> {
  const written = collectFile();
  const sink = createJpegSink(written.write, width, height, quality, parseColor("#ffffff"));
  for (let top = 0; top < height; top += portion) {
    const count = Math.min(portion, height - top);
    const rows = new Uint8Array(width * count * 4);
    for (let at = 0; at < width * count; at++) {
      rows.set([...color(at % width, top + Math.floor(at / width)), 255], at * 4);
    }
    await sink.writeRows(rows);
  }
  await sink.finish();
  return written.join();
}

/** The mean difference from what was encoded. */
function meanDifference(pixels: Pixels, color: (x: number, y: number) => Color): number {
  let sum = 0;
  for (let y = 0; y < pixels.height; y++) {
    for (let x = 0; x < pixels.width; x++) sum += colorDistance(pixels.at(x, y).slice(0, 3), color(x, y));
  }
  return sum / (pixels.width * pixels.height);
}

const smooth = (x: number, y: number): Color => [(x * 3) & 255, 255 - ((y * 5) & 255), 128];
const gentle = (x: number, y: number): Color => [60 + x, 200 - y, 90 + ((x + y) >> 1)];

describe("the transform of a block", () => {
  it("is the one of ITU T.81 §A.3.3, but for its scale", () => {
    const samples = Array.from({ length: 64 }, (_, at) => ((at * 7919) % 256) - 128);
    // Part of a wider array.
    const plane = Float64Array.from({ length: 2 + 8 * 11 }, (_, at) => {
      const [x, y] = [(at - 2) % 11, Math.floor((at - 2) / 11)];
      return x >= 0 && x < 8 ? (samples[y * 8 + x] ?? 0) : 99;
    });
    const block = new Float64Array(64);
    transformBlock(plane, 2, 11, block);
    const weight = (k: number): number => (k === 0 ? Math.SQRT1_2 : 1);
    const cosine = (n: number, k: number): number => Math.cos(((2 * n + 1) * k * Math.PI) / 16);
    for (let v = 0; v < 8; v++) {
      for (let u = 0; u < 8; u++) {
        const sum = samples.reduce((all, s, at) => all + s * cosine(at & 7, u) * cosine(at >> 3, v), 0);
        const found = (block[v * 8 + u] ?? 0) / blockScale(v * 8 + u);
        expect(found).toBeCloseTo((weight(u) * weight(v) * sum) / 4, 2);
      }
    }
  });
});

describe("tables", () => {
  it("of codes are whole: every run and size has its code, none begins another", () => {
    for (const table of [acLuminance, acChrominance]) {
      const { codes, lengths } = planCodes(table);
      const texts = [...table.symbols].map((symbol) =>
        (codes[symbol] ?? 0).toString(2).padStart(lengths[symbol] ?? 0, "0"),
      );
      expect(new Set(table.symbols).size).toBe(162);
      for (const text of texts) expect(texts.filter((other) => other.startsWith(text))).toEqual([text]);
      // A code never consists only of ones (ITU T.81 annex C).
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
  it.each([
    [1, 1],
    [16, 16],
    [17, 15],
    [8, 33],
    [100, 70],
  ])("%i × %i pixels", async (width, height) => {
    const pixels = decodePixels(await write(width, height, gentle));
    expect([pixels.width, pixels.height]).toEqual([width, height]);
    expect(meanDifference(pixels, gentle)).toBeLessThan(2);
  });

  it("gives the same file whatever the portions", async () => {
    const whole = await write(50, 70, smooth);
    for (const portion of [1, 7, 16, 33]) expect(await write(50, 70, smooth, { portion })).toEqual(whole);
  });

  it("has its chrominance at half the resolution, its luminance at the whole", async () => {
    const file = await write(32, 32, smooth);
    const frame = file.findIndex((byte, at) => byte === 0xff && file[at + 1] === 0xc0);
    expect([...file.subarray(frame + 9, frame + 19)]).toEqual([3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
    const stripes = (x: number): Color => (x % 2 === 0 ? [0, 0, 0] : [255, 255, 255]);
    expect(
      meanDifference(decodePixels(await write(32, 32, stripes, { quality: 100 })), stripes),
    ).toBeLessThan(3);
  });

  it("is nearer the picture, and larger, with more quality", async () => {
    const noise = (x: number, y: number): Color => {
      const n = Math.imul(x * 31 + y * 17, 2_654_435_761) >>> 8;
      return [n & 255, (n >>> 4) & 255, (n >>> 8) & 255];
    };
    let [size, difference] = [0, Infinity];
    for (const quality of [1, 30, 60, 90, 100]) {
      const file = await write(64, 64, noise, { quality });
      const found = meanDifference(decodePixels(file), noise);
      expect(file.length).toBeGreaterThan(size);
      expect(found).toBeLessThan(difference);
      [size, difference] = [file.length, found];
    }
  });
});
