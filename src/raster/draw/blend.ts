import { byteAt, wordAt } from "../array-at.ts";
import { parseColor, type Rgba } from "../row-source.ts";
import type { CoverageLayer, Layer, PixelLayer } from "./layer.ts";

/**
 * Blends a layer over RGBA rows, in place: Porter-Duff source-over (W3C Compositing §9.1.4). The layer must lie within
 * the rows, which are `width` pixels wide and not premultiplied.
 */
export function blendLayer(rows: Uint8Array, width: number, layer: Layer): void {
  if ("coverage" in layer) blendCoverage(rows, width, layer);
  else blendPixels(rows, width, layer);
}

/**
 * Reads and sets a pixel as one 32-bit number, R in the lowest byte: thousands of strokes may cover the same pixels.
 */
function blendCoverage(rows: Uint8Array, width: number, { left, top, paint, coverage }: CoverageLayer): void {
  const { r, g, b } = parseColor(paint.color);
  const solid = (255 << 24) | (b << 16) | (g << 8) | r;
  const { bytes, stride } = coverage;
  const alphas = new Uint8Array(256).map((_, covered) => Math.round(covered * paint.alpha));
  const pixels = new Int32Array(rows.buffer, rows.byteOffset, rows.byteLength / 4);
  // Four pixels are read as one number, since most are not covered.
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  for (let y = 0; y < coverage.height; y++) {
    const shift = (top + y) * width + left - y * stride;
    const end = ((y + 1) * stride) / 4;
    for (let word = (y * stride) / 4; word < end; word++) {
      const four = wordAt(words, word);
      if (four === 0) continue;
      const first = word * 4;
      if (four === -1 && paint.alpha === 1) {
        pixels[shift + first] = solid;
        pixels[shift + first + 1] = solid;
        pixels[shift + first + 2] = solid;
        pixels[shift + first + 3] = solid;
        continue;
      }
      for (let at = first; at < first + 4; at++) {
        const alpha = byteAt(alphas, byteAt(bytes, at));
        if (alpha === 0) continue;
        const below = wordAt(pixels, shift + at);
        if (alpha === 255) pixels[shift + at] = solid;
        else if (below >>> 24 === 255) pixels[shift + at] = coverWord(below, r, g, b, alpha);
        else paintPixel(rows, (shift + at) * 4, r, g, b, alpha);
      }
    }
  }
}

/** Blends one colour with `alpha`, 0–255, over an opaque pixel. */
function coverWord(below: number, r: number, g: number, b: number, alpha: number): number {
  const rest = 255 - alpha;
  const red = divideBy255(r * alpha + (below & 255) * rest);
  const green = divideBy255(g * alpha + ((below >> 8) & 255) * rest);
  const blue = divideBy255(b * alpha + ((below >> 16) & 255) * rest);
  return (255 << 24) | (blue << 16) | (green << 8) | red;
}

/** Rounds `value / 255`, for values from 0 to 255². */
function divideBy255(value: number): number {
  const more = value + 128;
  return (more + (more >> 8)) >> 8;
}

/** Blends one colour with `alpha`, 0–255, over a pixel that may be translucent. Setting a byte drops the fraction. */
function paintPixel(rows: Uint8Array, to: number, r: number, g: number, b: number, alpha: number): void {
  const below = (byteAt(rows, to + 3) * (255 - alpha)) / 255;
  const sum = alpha + below;
  rows[to] = (r * alpha + byteAt(rows, to) * below) / sum + 0.5;
  rows[to + 1] = (g * alpha + byteAt(rows, to + 1) * below) / sum + 0.5;
  rows[to + 2] = (b * alpha + byteAt(rows, to + 2) * below) / sum + 0.5;
  rows[to + 3] = sum + 0.5;
}

function blendPixels(rows: Uint8Array, width: number, layer: PixelLayer): void {
  const { pixels, opacity } = layer;
  // Four bytes are read as one number, since most of a layer is empty.
  const words = new Int32Array(pixels.buffer, pixels.byteOffset, pixels.byteLength / 4);
  const below = new Int32Array(rows.buffer, rows.byteOffset, rows.byteLength / 4);
  for (let y = 0; y < layer.height; y++) {
    let to = (layer.top + y) * width + layer.left;
    const end = (y + 1) * layer.width;
    for (let word = y * layer.width; word < end; word++, to++) {
      const over = wordAt(words, word);
      if (over === 0) continue;
      const under = wordAt(below, to);
      if (opacity === 1 && under >>> 24 === 255) below[to] = coverPixel(under, over);
      else blendPixel(rows, to * 4, pixels, word * 4, opacity);
    }
  }
}

/** `blendPixel`, simplified for an opaque pixel below. */
function coverPixel(under: number, over: number): number {
  const rest = 255 - (over >>> 24);
  const red = (over & 255) + divideBy255((under & 255) * rest);
  const green = ((over >> 8) & 255) + divideBy255(((under >> 8) & 255) * rest);
  const blue = ((over >> 16) & 255) + divideBy255(((under >> 16) & 255) * rest);
  return (255 << 24) | (blue << 16) | (green << 8) | red;
}

function blendPixel(rows: Uint8Array, to: number, pixels: Uint8Array, from: number, opacity: number): void {
  const alpha = byteAt(pixels, from + 3) * opacity;
  const below = (byteAt(rows, to + 3) * (255 - alpha)) / 255;
  const sum = alpha + below;
  if (sum === 0) return;
  for (let channel = 0; channel < 3; channel++) {
    const over = byteAt(pixels, from + channel) * opacity;
    rows[to + channel] = Math.round((over * 255 + byteAt(rows, to + channel) * below) / sum);
  }
  rows[to + 3] = Math.round(sum);
}

/** Puts RGBA rows on an opaque ground, in place. */
export function flattenOnto(pixels: Uint8Array, ground: Rgba): void {
  for (let at = 0; at < pixels.length; at += 4) {
    if (pixels[at + 3] === 255) continue;
    const alpha = byteAt(pixels, at + 3) / 255;
    pixels[at] = mix(byteAt(pixels, at), ground.r, alpha);
    pixels[at + 1] = mix(byteAt(pixels, at + 1), ground.g, alpha);
    pixels[at + 2] = mix(byteAt(pixels, at + 2), ground.b, alpha);
    pixels[at + 3] = 255;
  }
}

/** The opaque colour that a translucent ground has on white paper. */
export function onWhite({ r, g, b, a }: Rgba): Rgba {
  const alpha = a / 255;
  return { r: mix(r, 255, alpha), g: mix(g, 255, alpha), b: mix(b, 255, alpha), a: 255 };
}

function mix(over: number, under: number, alpha: number): number {
  return Math.round(over * alpha + under * (1 - alpha));
}
