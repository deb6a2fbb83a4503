import { byteAt } from "./array-at.ts";
import type { Layer } from "./overlay.ts";
import type { Rgba } from "./row-source.ts";

/**
 * Draws a layer of premultiplied RGBA over RGBA rows that are not, in place: Porter-Duff source-over (W3C Compositing §9.1.4). The
 * layer lies within the rows, which are `width` pixels wide.
 */
export function blendLayer(rows: Uint8Array, width: number, layer: Layer): void {
  const { pixels, opacity } = layer;
  // Most of a layer is empty: four bytes are looked at as one.
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.byteLength / 4);
  for (let y = 0; y < layer.height; y++) {
    let to = ((layer.top + y) * width + layer.left) * 4;
    const end = (y + 1) * layer.width;
    for (let word = y * layer.width; word < end; word++, to += 4) {
      if (words[word] === 0) continue;
      if (opacity === 1 && rows[to + 3] === 255) coverPixel(rows, to, pixels, word * 4);
      else blendPixel(rows, to, pixels, word * 4, opacity);
    }
  }
}

/** What `blendPixel` comes to over an opaque pixel; what is behind the point is cut off when a byte is set. */
function coverPixel(rows: Uint8Array, to: number, pixels: Uint8Array, from: number): void {
  const rest = 255 - byteAt(pixels, from + 3);
  rows[to] = byteAt(pixels, from) + (byteAt(rows, to) * rest + 127) / 255;
  rows[to + 1] = byteAt(pixels, from + 1) + (byteAt(rows, to + 1) * rest + 127) / 255;
  rows[to + 2] = byteAt(pixels, from + 2) + (byteAt(rows, to + 2) * rest + 127) / 255;
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

/** Lays RGBA rows on an opaque ground, in place. */
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

/** A ground that may be translucent itself, as the opaque colour it shows on white paper. */
export function onWhite({ r, g, b, a }: Rgba): Rgba {
  const alpha = a / 255;
  return { r: mix(r, 255, alpha), g: mix(g, 255, alpha), b: mix(b, 255, alpha), a: 255 };
}

function mix(over: number, under: number, alpha: number): number {
  return Math.round(over * alpha + under * (1 - alpha));
}
