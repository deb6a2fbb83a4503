import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createPngSink } from "../../src/raster/encode/png-sink.ts";
import { byteAt, floatAt } from "../../src/raster/array-at.ts";
import { blendLayer, flattenOnto, onWhite } from "../../src/raster/draw/blend.ts";
import { resizeRows } from "../../src/raster/resize.ts";
import { createBlankSource, parseColor, type RowSource } from "../../src/raster/row-source.ts";
import { collectFile } from "../support/export/collect-file.ts";
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
