import { env } from "cloudflare:workers";
import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";
import { readImageInfo } from "../../src/raster/decode/scan-image.ts";
import { SLAB_BYTES } from "../../src/raster/turn/turn-rows.ts";
import { maxInputPixels } from "../../src/raster/output-limit.ts";
import type { ExportFormat } from "../../src/protocol/model/export-job.ts";
import { encodeWebp, type WritePixel } from "../support/export/encode-webp.ts";
import { createJpegSink } from "../../src/raster/encode/jpeg-sink.ts";
import { collectFile } from "../support/export/collect-file.ts";
import { jpegWithExif } from "../support/export/colored-images.ts";
import { encodePixels, withOrientation } from "../support/export/pixels.ts";
import { pngChunk } from "../support/export/png-maker.ts";
import { concat, exif, u32 } from "../support/export/sample-headers.ts";
import { documentWithImage, render, sampleAnnotation } from "../support/export/sample-state.ts";

const MIB = 1024 * 1024;
/** The most bytes a render may hold, of the 128 MB of an isolate. */
const BUDGET = 96 * MIB;
const WIDTH = 2000;
const HEIGHT = 1500;
/** Of an interlaced PNG, divisible by eight. */
const LACED = { width: 3200, height: 3272 };
const limits = readConfig(env);

/** The same noise each time. Noise compresses worst. */
function noise(x: number, y: number): readonly [number, number, number, number] {
  const n = mix(x * 374_761_393 + y * 668_265_263);
  return [n & 255, (n >>> 8) & 255, (n >>> 16) & 255, 255];
}

function mix(seed: number): number {
  let n = Math.imul(seed, 2_246_822_519);
  n = Math.imul(n ^ (n >>> 13), 3_266_489_917);
  return n ^ (n >>> 16);
}

/** Unfiltered rows, of noise or blank, for each [width, height] of `passes`. */
function makeRows(
  passes: readonly (readonly [number, number])[],
  channels: number,
  blank: boolean,
): Uint8Array {
  const rows = new Uint8Array(passes.reduce((sum, [w, h]) => sum + h * (1 + w * channels), 0));
  if (blank) return rows;
  for (let at = 0; at < rows.length; at++) rows[at] = mix(at);
  let start = 0;
  for (const [width, height] of passes) {
    for (let y = 0; y < height; y++, start += 1 + width * channels) rows[start] = 0;
  }
  return rows;
}

function noisePng(
  width: number,
  height: number,
  colorType: 4 | 6,
  interlaced: boolean,
  blank = false,
): Uint8Array {
  const seven = [
    [width / 8, height / 8],
    [width / 8, height / 8],
    [width / 4, height / 8],
    [width / 4, height / 4],
    [width / 2, height / 4],
    [width / 2, height / 2],
    [width, height / 2],
  ] as const;
  const rows = makeRows(interlaced ? seven : [[width, height]], colorType === 4 ? 2 : 4, blank);
  return concat(
    "\x89PNG\r\n\x1a\n",
    pngChunk("IHDR", concat(u32(width), u32(height), [8, colorType, 0, 0, interlaced ? 1 : 0])),
    pngChunk("IDAT", deflateSync(rows, { level: 1 })),
    pngChunk("IEND", []),
  );
}

/** Noise in all channels. */
const writeNoise: WritePixel = (at, into, offset) => {
  const n = mix(at);
  into[offset] = n;
  into[offset + 1] = n >>> 8;
  into[offset + 2] = n >>> 16;
  into[offset + 3] = n >>> 24;
};

/** Black and white stripes, a bit a pixel. */
function bitPng(width: number, height: number): Uint8Array {
  const stride = 1 + Math.ceil(width / 8);
  const rows = new Uint8Array(stride * height);
  for (let at = 0; at < rows.length; at++) rows[at] = at % stride === 0 ? 0 : 0x0f;
  return concat(
    "\x89PNG\r\n\x1a\n",
    pngChunk("IHDR", concat(u32(width), u32(height), [1, 0, 0, 0, 0])),
    pngChunk("IDAT", deflateSync(rows, { level: 1 })),
    pngChunk("IEND", []),
  );
}

/** Of one colour. */
async function flatJpeg(width: number, height: number): Promise<Uint8Array> {
  const file = collectFile();
  const sink = createJpegSink(file.write, width, height, { quality: 90, chroma: "4:2:0" });
  const rows = new Uint8Array(width * 16 * 4).fill(255);
  for (let y = 0; y < height; y += 16) {
    await sink.writeRows(rows.subarray(0, Math.min(16, height - y) * width * 4));
  }
  await sink.finish();
  return file.join();
}

async function noiseWebp(): Promise<Uint8Array> {
  return (await encodeWebp([WIDTH, HEIGHT], 100, writeNoise)).bytes;
}

describe("the largest picture that is accepted is rendered within the memory there is", () => {
  const annotations = [
    sampleAnnotation({
      type: "text",
      geometry: { x: 100, y: 100 },
      text: "Γειά, мир, world",
      style: { font_size: 200 },
    }),
    sampleAnnotation({
      type: "ellipse",
      geometry: { cx: 1000, cy: 800, rx: 900, ry: 600 },
      style: { fill: "#00ff0080", opacity: 0.5 },
    }),
  ];

  it.each<[string, ExportFormat[], () => Uint8Array | Promise<Uint8Array>]>([
    ["WebP without loss", ["png", "webp"], () => encodePixels(WIDTH, HEIGHT, noise)],
    ["WebP with loss and alpha", ["png", "webp"], noiseWebp],
    ["PNG that is interlaced", ["jpg"], () => noisePng(LACED.width, LACED.height, 6, true)],
  ])(
    "a %s",
    async (_name, formats, makePicture) => {
      const picture = await makePicture();
      const document = await documentWithImage(picture);
      const info = await readImageInfo(picture);
      if (!info.ok) throw new Error(info.error.message);
      const { width, height } = info.value;
      // 16 megapixels of noise take long. test/raster/webp-codec.test.ts has a WebP so large.
      const isLargest = width * height > maxInputPixels(info.value, limits).pixels * 0.95;
      expect(isLargest || info.value.type === "image/webp").toBe(true);
      for (const format of formats) {
        const { peakBytes } = await render({ document, annotations, format, options: { quality: 100 } });
        expect(peakBytes).toBeGreaterThan(12 * MIB);
        expect(peakBytes).toBeLessThan(BUDGET);
      }
    },
    60_000,
  );

  it.each<[string, (width: number, height: number) => Promise<Uint8Array>]>([
    ["JPEG", async (width, height) => jpegWithExif(await flatJpeg(width, height), exif(6, true))],
    ["PNG", async (width, height) => withOrientation(bitPng(width, height), 6)],
  ])(
    "a %s of 12 or 64 megapixels, turned: its pixels are nowhere",
    async (_kind, makePicture) => {
      const peaks: number[] = [];
      for (const [width, height] of [
        [4000, 3000],
        [9248, 6936],
      ] as const) {
        const document = await documentWithImage(await makePicture(width, height));
        const made = await render({ document, annotations, format: "jpg" });
        expect([made.width, made.height]).toEqual([height, width]);
        peaks.push(made.peakBytes ?? Infinity);
      }
      const [least = 0, most = Infinity] = peaks;
      expect(most).toBeLessThan(32 * MIB);
      // Five times as many pixels, but a little more than twice the width.
      expect(most - least).toBeLessThan(5 * MIB);
    },
    120_000,
  );

  it("a JPEG of 64 megapixels, turned upright and small: no slab is larger than the export", async () => {
    const picture = jpegWithExif(await flatJpeg(9248, 6936), exif(6, true));
    const document = await documentWithImage(picture);
    const small = await render({ document, annotations, format: "webp", options: { scale: 0.1 } });
    expect([small.width, small.height]).toEqual([694, 925]);
    expect(small.peakBytes).toBeLessThan(40 * MIB);
  });

  it("a JPEG that is turned upright, slab by slab", async () => {
    const document = await documentWithImage(jpegWithExif(await flatJpeg(4000, 3000), exif(6, true)));
    const { peakBytes, width } = await render({ document, annotations });
    expect(width).toBe(3000);
    expect(peakBytes).toBeGreaterThan(SLAB_BYTES);
    expect(peakBytes).toBeLessThan(SLAB_BYTES + 32 * MIB);
  });

  it("a JPEG that is read by rows: neither its pixels nor its file are held", async () => {
    const jpeg = encodePixels(WIDTH, HEIGHT, noise, 95);
    const { peakBytes } = await render({ document: await documentWithImage(jpeg), format: "jpg" });
    expect(peakBytes).toBeLessThan(28 * MIB);
  });

  it("with more drawn on it than fits beside it: a reason, before anything is drawn", async () => {
    const points = Array.from({ length: 10_000 }, (_, n): [number, number] => [n % 2000, (n * 7919) % 1500]);
    const stroke = sampleAnnotation({ type: "freehand", geometry: { points } });
    // Rows of nothing, however they are laced.
    const picture = noisePng(LACED.width, LACED.height, 6, true, true);
    const document = await documentWithImage(picture);
    const strokes = Array.from({ length: 250 }, () => stroke);
    await expect(async () => render({ document, annotations: strokes, format: "webp" })).rejects.toThrow(
      "The picture and what is drawn on it are too much to be in memory together. Choose a smaller scale, delete some annotations",
    );
  });

  it("a WebP of translucent noise, of the most pixels whose alpha is packed", async () => {
    const { bytes, rows, encoder } = await encodeWebp([1500, 1000], 100, writeNoise);
    expect(rows + encoder + bytes.byteLength).toBeLessThan(BUDGET);
  });
});
