import { byteAt, wordAt } from "../array-at.ts";
import { strideOf } from "../draw/coverage-buffer.ts";
import type { Coverage, Layer } from "../draw/layer.ts";
import { findStoredPlace, turnSize, uprightOrder, type PixelOrder } from "./orientation.ts";

/**
 * Turns a layer of an upright window to where its pixels are stored, for a picture that keeps its EXIF orientation.
 * `window` is the size of the upright window.
 */
export function turnLayer(
  layer: Layer,
  orientation: number,
  window: { width: number; height: number },
): Layer {
  if (orientation === 1) return layer;
  const place = findStoredPlace(layer, orientation, turnSize(orientation, window));
  if (!("coverage" in layer)) {
    const pixels = turnPixels(layer.pixels, layer, uprightOrder(orientation, place));
    return { ...place, opacity: layer.opacity, pixels };
  }
  const stride = strideOf(place.width);
  const bytes = new Uint8Array(stride * place.height);
  turnCoverage(layer.coverage, uprightOrder(orientation, place, stride), bytes);
  const { width, height } = place;
  return { ...place, paint: layer.paint, coverage: { width, height, stride, bytes } };
}

/** Most of a layer is empty, so only what is not is written. */
function turnPixels(
  pixels: Uint8Array,
  { width, height }: { width: number; height: number },
  { start, stepX, stepY }: PixelOrder,
): Uint8Array {
  const turned = new Int32Array(width * height);
  const words = new Int32Array(pixels.buffer, pixels.byteOffset, width * height);
  let from = 0;
  for (let y = 0; y < height; y++) {
    let to = start + y * stepY;
    for (const end = from + width; from < end; from++, to += stepX) {
      const pixel = wordAt(words, from);
      if (pixel !== 0) turned[to] = pixel;
    }
  }
  return new Uint8Array(turned.buffer);
}

/** Four bytes are read as one number, since most are 0; those that pad a row always are. */
function turnCoverage(
  { height, stride, bytes }: Coverage,
  { start, stepX, stepY }: PixelOrder,
  into: Uint8Array,
): void {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < stride; x += 4) {
      if (wordAt(words, (y * stride + x) / 4) === 0) continue;
      for (let column = x; column < x + 4; column++) {
        const covered = byteAt(bytes, y * stride + column);
        if (covered !== 0) into[start + column * stepX + y * stepY] = covered;
      }
    }
  }
}
