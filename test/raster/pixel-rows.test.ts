import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readPngChunks } from "../../src/raster/decode/png/read-chunks.ts";
import { scanPng } from "../../src/raster/decode/png/scan-png.ts";
import { createPngSink } from "../../src/raster/encode/png-sink.ts";
import { byteAt, floatAt } from "../../src/raster/array-at.ts";
import { blendLayer, flattenOnto, onWhite } from "../../src/raster/draw/blend.ts";
import { giveBackCodec, takeCodec } from "../../src/raster/pixel-codec/codec-instance.ts";
import { resizeRows } from "../../src/raster/resize.ts";
import { createBlankSource, parseColor, type RowSource } from "../../src/raster/row-source.ts";
import { collectFile } from "../support/export/collect-file.ts";
import { memoryFile } from "../support/export/memory-file.ts";
import { concat } from "../support/export/sample-headers.ts";

describe("elements of arrays", () => {
  it("past the end are 0", () => {
    expect([byteAt(Uint8Array.of(7), 0), byteAt(Uint8Array.of(7), 1)]).toEqual([7, 0]);
    expect([floatAt(Float32Array.of(0.5), 0), floatAt(Float32Array.of(0.5), 1)]).toEqual([0.5, 0]);
  });
});

describe("blending", () => {
  /** Blends one pixel over another; `over` is premultiplied. */
  const blend = (over: number[], under: number[], opacity = 1): number[] => {
    const rows = Uint8Array.from(under);
    blendLayer(rows, 1, { left: 0, top: 0, width: 1, height: 1, opacity, pixels: Uint8Array.from(over) });
    return [...rows];
  };

  it.each([
    ["opaque over opaque", [255, 0, 0, 255], [0, 0, 255, 255], 1, [255, 0, 0, 255]],
    ["half over opaque", [128, 0, 0, 128], [0, 0, 255, 255], 1, [128, 0, 127, 255]],
    ["half over half", [128, 0, 0, 128], [0, 0, 255, 128], 1, [170, 0, 85, 192]],
    ["half over nothing", [128, 0, 0, 128], [9, 9, 9, 0], 1, [255, 0, 0, 128]],
    ["nothing over something", [0, 0, 0, 0], [1, 2, 3, 4], 1, [1, 2, 3, 4]],
    ["opaque at half opacity", [255, 0, 0, 255], [0, 0, 255, 255], 0.5, [128, 0, 128, 255]],
    ["nothing at all over nothing", [255, 0, 0, 255], [1, 2, 3, 0], 0, [1, 2, 3, 0]],
  ])("%s", (_name, over, under, opacity, expected) => {
    expect(blend(over, under, opacity)).toEqual(expected);
  });

  it("touches only the layer's own pixels", () => {
    const rows = new Uint8Array(4 * 3 * 4).fill(255);
    const pixels = Uint8Array.from([255, 0, 0, 255, 255, 0, 0, 255]);
    blendLayer(rows, 4, { left: 1, top: 1, width: 2, height: 1, opacity: 1, pixels });
    const red = Array.from({ length: 12 }, (_, at) => rows[at * 4 + 1] === 0);
    expect(red.flatMap((is, at) => (is ? [at] : []))).toEqual([5, 6]);
  });

  it("flattens onto a ground", () => {
    const rows = Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 255, 255, 0, 0, 51]);
    flattenOnto(rows, parseColor("#0000ff"));
    expect([...rows]).toEqual([0, 0, 255, 255, 255, 0, 0, 255, 51, 0, 204, 255]);
    expect(onWhite(parseColor("#00000033"))).toEqual({ r: 204, g: 204, b: 204, a: 255 });
  });
});

describe("resizing", () => {
  const read = async (source: RowSource): Promise<Uint8Array> => {
    const rows = new Uint8Array(source.width * source.height * 4);
    // In portions, as bands are read.
    for (let y = 0; y < source.height; y += 3) {
      const count = Math.min(3, source.height - y);
      await source.readRows(y, count, rows.subarray(y * source.width * 4));
    }
    return rows;
  };
  const gradient: RowSource = {
    width: 32,
    height: 20,
    opaque: true,
    async readRows(first, count, into) {
      for (let y = 0; y < count; y++) {
        for (let x = 0; x < 32; x++) into.set([x * 8, (first + y) * 12, 128, 255], (y * 32 + x) * 4);
      }
    },
  };

  it("to the same size is the source itself", () => {
    expect(resizeRows(gradient, 32, 20)).toBe(gradient);
  });

  it.each([
    [16, 10],
    [64, 40],
    [3, 2],
    [1, 1],
    [41, 13],
  ])("to %i × %i keeps a gradient", async (width, height) => {
    const rows = await read(resizeRows(gradient, width, height));
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = (y * width + x) * 4;
        // Where the centre of the pixel lies in the source.
        const [sx, sy] = [((x + 0.5) * 32) / width - 0.5, ((y + 0.5) * 20) / height - 0.5];
        expect(Math.abs(byteAt(rows, at) - sx * 8)).toBeLessThan(7);
        expect(Math.abs(byteAt(rows, at + 1) - sy * 12)).toBeLessThan(9);
        expect([rows[at + 2], rows[at + 3]]).toEqual([128, 255]);
      }
    }
  });

  /** A few sines, with alpha in waves unless it is opaque. */
  const waves = (width: number, height: number, opaque: boolean): RowSource => ({
    width,
    height,
    opaque,
    async readRows(first, count, into) {
      for (let y = 0; y < count; y++) {
        for (let x = 0; x < width; x++) {
          const wave = (n: number) => 127.5 + 127.5 * Math.sin((x * n) / 3 + ((first + y) * (n + 1)) / 5);
          into.set([wave(1), wave(2), wave(3), opaque ? 255 : wave(4)], (y * width + x) * 4);
        }
      }
    },
  });

  /** The same kernel, applied to each output pixel at once, in doubles. */
  async function resizeSlowly(source: RowSource, width: number, height: number): Promise<Float64Array> {
    const kernel = (distance: number) => {
      const x = Math.abs(distance);
      if (x >= 2) return 0;
      return x < 1 ? 1.5 * x ** 3 - 2.5 * x ** 2 + 1 : -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2;
    };
    const weigh = (input: number, output: number, at: number) => {
      const ratio = input / output;
      const center = (at + 0.5) * ratio - 0.5;
      const weights = Array.from({ length: input }, (_, from) =>
        kernel((from - center) / Math.max(1, ratio)),
      );
      const sum = weights.reduce((total, weight) => total + weight, 0);
      return weights.map((weight) => weight / sum);
    };
    const rows = await read(source);
    const result = new Float64Array(width * height * 4);
    for (let y = 0; y < height; y++) {
      const down = weigh(source.height, height, y);
      for (let x = 0; x < width; x++) {
        const across = weigh(source.width, width, x);
        const sums = [0, 0, 0, 0];
        for (const [row, vertical] of down.entries()) {
          for (const [column, horizontal] of across.entries()) {
            const at = (row * source.width + column) * 4;
            const alpha = (byteAt(rows, at + 3) * vertical * horizontal) / 255;
            for (let channel = 0; channel < 3; channel++) {
              sums[channel] = (sums[channel] ?? 0) + byteAt(rows, at + channel) * alpha;
            }
            sums[3] = (sums[3] ?? 0) + alpha;
          }
        }
        const [r = 0, g = 0, b = 0, a = 0] = sums;
        const color = [r, g, b].map((value) => Math.min(255, Math.max(0, a > 0 ? value / a : 0)));
        result.set([...color, Math.min(255, Math.max(0, a * 255))], (y * width + x) * 4);
      }
    }
    return result;
  }

  it.each([
    [33, 21, 16, 10, true],
    [33, 21, 16, 10, false],
    [40, 30, 7, 31, false],
    [5, 4, 23, 17, false],
    [1, 9, 6, 2, true],
    [64, 3, 1, 1, false],
  ])("of %i × %i to %i × %i is exact (opaque: %s)", async (w, h, width, height, opaque) => {
    const source = waves(w, h, opaque);
    const rows = await read(resizeRows(source, width, height));
    const wanted = await resizeSlowly(source, width, height);
    const differences = Array.from(rows, (byte, at) => {
      // Where hardly anything is seen, the colour does not matter.
      const seen = at % 4 === 3 || byteAt(rows, at | 3) > 4;
      return seen ? Math.abs(byte - (wanted[at] ?? 0)) : 0;
    });
    expect(Math.max(...differences)).toBeLessThan(0.52);
  });

  it("can begin again from the top, after the end and before", async () => {
    const resized = resizeRows(waves(60, 40, false), 25, 17);
    const whole = await read(resized);
    expect(await read(resized)).toEqual(whole);
    const part = new Uint8Array(25 * 4 * 4);
    await resized.readRows(0, 4, part);
    await resized.readRows(9, 4, part);
    expect(await read(resized)).toEqual(whole);
  });

  it("gives its memory back", async () => {
    const codec = takeCodec();
    giveBackCodec(codec);
    await read(resizeRows(gradient, 16, 10));
    const again = takeCodec();
    expect(again).toBe(codec);
  });

  it("refuses a row that is not there", async () => {
    const resized = resizeRows(gradient, 16, 10);
    await expect(async () => resized.readRows(10, 1, new Uint8Array(64))).rejects.toThrow(RangeError);
  });

  it("keeps what is transparent transparent", async () => {
    const rows = await read(resizeRows(createBlankSource(8, 8, parseColor("#ff000000")), 4, 4));
    expect(rows.every((byte) => byte === 0)).toBe(true);
  });
});

describe("PNG rows", () => {
  it("can be told back by the filters of the specification, whatever the portions", async () => {
    const [width, height] = [67, 23];
    const pixel = (x: number, y: number): number[] => [
      (x * y) & 255,
      (x * 3) & 255,
      x % 5 === 0 ? 200 : 10,
      255,
    ];
    const all = Uint8Array.from({ length: width * height * 4 }, (_, at) => {
      const n = at >> 2;
      return pixel(n % width, Math.floor(n / width))[at & 3] ?? 0;
    });
    const write = async (portion: number): Promise<Uint8Array> => {
      const written = collectFile();
      const sink = createPngSink(written.write, width, height, false);
      for (let y = 0; y < height; y += portion) {
        await sink.writeRows(all.slice(y * width * 4, Math.min(height, y + portion) * width * 4));
      }
      await sink.finish();
      return written.join();
    };
    const file = await write(23);
    expect(await write(5)).toEqual(file);

    const raw = unfilter(inflateSync(dataOf(file)), width * 3, height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        expect([...raw.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)]).toEqual(
          pixel(x, y).slice(0, 3),
        );
      }
    }
  });
});

describe("a PNG", () => {
  it.each([false, true])("says that it is in sRGB, before its pixels (alpha: %s)", async (alpha) => {
    const written = collectFile();
    const sink = createPngSink(written.write, 2, 1, alpha);
    await sink.writeRows(new Uint8Array(8));
    await sink.finish();
    const file = written.join();
    const types: string[] = [];
    for await (const { type, first } of readPngChunks(memoryFile(file).read())) if (first) types.push(type);
    expect(types).toEqual(["IHDR", "sRGB", "IDAT", "IEND"]);
    // It is kept only if its checksum is right.
    expect((await scanPng(memoryFile(file).read())).chunks.get("sRGB")).toEqual(Uint8Array.of(0));
  });
});

/** The data of all IDAT chunks. */
function dataOf(png: Uint8Array): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const parts = [];
  for (let at = 8; at < png.length; at += 12 + view.getUint32(at)) {
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    if (type === "IDAT") parts.push(png.subarray(at + 8, at + 8 + view.getUint32(at)));
  }
  return concat(...parts);
}

/** PNG 3rd edition §9.2, three bytes a pixel. */
function unfilter(filtered: Uint8Array, stride: number, height: number): Uint8Array {
  const raw = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const type = byteAt(filtered, y * (stride + 1));
    for (let x = 0; x < stride; x++) {
      const left = x < 3 ? 0 : byteAt(raw, y * stride + x - 3);
      const up = y === 0 ? 0 : byteAt(raw, (y - 1) * stride + x);
      const corner = x < 3 || y === 0 ? 0 : byteAt(raw, (y - 1) * stride + x - 3);
      const nearest = [left, up, corner].sort(
        (a, b) => Math.abs(left + up - corner - a) - Math.abs(left + up - corner - b),
      )[0];
      const guess = { 1: left, 2: up, 4: nearest }[type] ?? 0;
      raw[y * stride + x] = byteAt(filtered, y * (stride + 1) + 1 + x) + guess;
    }
  }
  return raw;
}
