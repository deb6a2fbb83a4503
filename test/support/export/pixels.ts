import { crc32 } from "node:zlib";
import { Resvg } from "@resvg/resvg-wasm";
import { createPngSink } from "../../../src/raster/encode/png-sink.ts";
import { initRasterizer } from "../../../src/raster/draw/rasterize.ts";
import { collectFile } from "./collect-file.ts";
import { PhotonInstance } from "./photon.ts";
import { concat, exif, u32 } from "./sample-headers.ts";

type Color = readonly [number, number, number, number];

export interface Pixels {
  width: number;
  height: number;
  /** Red, green, blue and alpha of the pixel that contains the point. */
  at(x: number, y: number): [number, number, number, number];
}

/** Decodes a PNG, JPEG or WebP. */
export function decodePixels(file: Uint8Array): Pixels {
  const photon = new PhotonInstance();
  const input = photon.allocate(file.byteLength);
  photon.view(input).set(file);
  const { width, height, pixels } = photon.decode(input);
  const rgba = photon.view(pixels);
  return {
    width,
    height,
    at(x, y) {
      const offset = (Math.floor(y) * width + Math.floor(x)) * 4;
      const [r = -1, g = -1, b = -1, a = -1] = rgba.subarray(offset, offset + 4);
      return [r, g, b, a];
    },
  };
}

/** The largest difference between two colours in any channel. */
export function colorDistance(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, index) => Math.abs(value - (b[index] ?? 0))));
}

/** The peak signal-to-noise ratio of red, green and blue, in decibels. Both have one size. */
export function measurePsnr(a: Pixels, b: Pixels): number {
  let squares = 0;
  for (let y = 0; y < a.height; y++) {
    for (let x = 0; x < a.width; x++) {
      const [p, q] = [a.at(x, y), b.at(x, y)];
      squares += (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2 + (p[2] - q[2]) ** 2;
    }
  }
  return 10 * Math.log10(255 ** 2 / (squares / (a.width * a.height * 3)));
}

/**
 * Where the upright pixel (x, y) of a `width` × `height` image is stored, after Exif 3.0 §4.6.5.1.6, which says on which
 * sides of the upright image the first stored row and column are.
 */
const storedAt: Record<number, (x: number, y: number, width: number, height: number) => [number, number]> = {
  1: (x, y) => [x, y], // top, left
  2: (x, y, width) => [width - 1 - x, y], // top, right
  3: (x, y, width, height) => [width - 1 - x, height - 1 - y], // bottom, right
  4: (x, y, _width, height) => [x, height - 1 - y], // bottom, left
  5: (x, y) => [y, x], // left, top
  6: (x, y, width) => [y, width - 1 - x], // right, top
  7: (x, y, width, height) => [height - 1 - y, width - 1 - x], // right, bottom
  8: (x, y, _width, height) => [height - 1 - y, x], // left, bottom
};

/** Turns stored pixels upright, in the simplest way and without the renderer's code. */
export function turnUpright(stored: Pixels, orientation: number): Pixels {
  const find = storedAt[orientation];
  if (!find) throw new Error("No such orientation");
  const [width, height] = orientation >= 5 ? [stored.height, stored.width] : [stored.width, stored.height];
  return { width, height, at: (x, y) => stored.at(...find(Math.floor(x), Math.floor(y), width, height)) };
}

/** The share of pixels in a rectangle that differ from the ground's colour. */
export function inkIn(
  pixels: Pixels,
  ground: readonly number[],
  { left, top, right, bottom }: { left: number; top: number; right: number; bottom: number },
): number {
  let ink = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) if (colorDistance(pixels.at(x, y), ground) > 32) ink++;
  }
  return ink / ((right - left) * (bottom - top));
}

/** Encodes RGBA pixels as a lossless WebP, or with a quality as a JPEG. */
export function encodePixels(
  width: number,
  height: number,
  color: (x: number, y: number) => Color,
  quality?: number,
): Uint8Array {
  const photon = new PhotonInstance();
  const vector = photon.allocate(width * height * 4);
  const view = photon.view(vector);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) view.set(color(x, y), (y * width + x) * 4);
  }
  return photon.encode(vector, width, height, quality);
}

/** Encodes RGBA pixels as a PNG with alpha. */
export async function encodePng(
  width: number,
  height: number,
  color: (x: number, y: number) => Color,
): Promise<Uint8Array> {
  const file = collectFile();
  const sink = createPngSink(file.write, width, height, true);
  const rows = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows.set(color(x, y), (y * width + x) * 4);
  }
  await sink.writeRows(rows);
  await sink.finish();
  return file.join();
}

/** Adds an eXIf chunk after the header of a PNG. */
export function withOrientation(png: Uint8Array, orientation: number): Uint8Array {
  const tiff = exif(orientation, true);
  const headerEnd = 8 + 12 + 13;
  const body = concat("eXIf", tiff);
  return concat(
    png.subarray(0, headerEnd),
    u32(tiff.length),
    body,
    u32(crc32(body)),
    png.subarray(headerEnd),
  );
}

/** Draws an SVG as a PNG, at its own size. */
export async function rasterizeSvg(svg: Uint8Array): Promise<Uint8Array> {
  await initRasterizer();
  return new Resvg(svg, { font: { loadSystemFonts: false } }).render().asPng();
}
