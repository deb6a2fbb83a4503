import { byteAt, floatAt } from "../array-at.ts";
import type { RowSource } from "../row-source.ts";
import { apply, multiply, scale, toSrgb, type ColorSpace, type Matrix } from "./color-space.ts";
import { xyzToSrgb } from "./primaries.ts";

/** Converts RGBA pixels to sRGB, in place. A colour outside sRGB is clamped in each channel. */
export type ConvertColors = (pixels: Uint8Array) => void;

/** Steps of linear light, fine enough for the steep start of sRGB's curve. */
const STEPS = 16_384;
let encoded: Uint8Array | undefined;

/**
 * Plans the conversion of a colour space to sRGB. undefined: the space is so close to sRGB that no 8-bit colour differs
 * by more than 1, or it makes no sense.
 */
export function planConversion({ curves, toXyz }: ColorSpace): ConvertColors | undefined {
  const fromXyz = xyzToSrgb();
  if (!fromXyz) return undefined;
  const matrix = keepWhite(multiply(fromXyz, toXyz));
  if (!matrix.flat().every(Number.isFinite)) return undefined;
  encoded ??= Uint8Array.from({ length: STEPS + 1 }, (_, step) => Math.round(toSrgb(step / STEPS) * 255));
  const table = encoded;
  const [red, green, blue] = curves;
  const [[rr, rg, rb], [gr, gg, gb], [br, bg, bb]] = matrix;
  const convert: ConvertColors = (pixels) => {
    for (let at = 0; at < pixels.length; at += 4) {
      const r = floatAt(red, byteAt(pixels, at));
      const g = floatAt(green, byteAt(pixels, at + 1));
      const b = floatAt(blue, byteAt(pixels, at + 2));
      pixels[at] = byteAt(table, toStep(rr * r + rg * g + rb * b));
      pixels[at + 1] = byteAt(table, toStep(gr * r + gg * g + gb * b));
      pixels[at + 2] = byteAt(table, toStep(br * r + bg * g + bb * b));
    }
  };
  return changesColors(convert) ? convert : undefined;
}

/** Converts the rows of a source. */
export function convertRows(source: RowSource, convert: ConvertColors): RowSource {
  const { width, height, opaque } = source;
  let columns = { first: 0, count: width };
  return {
    width,
    height,
    opaque,
    async readRows(first, count, into) {
      await source.readRows(first, count, into);
      for (let row = 0; row < count; row++) {
        const start = row * width + columns.first;
        convert(into.subarray(start * 4, (start + columns.count) * 4));
      }
    },
    selectColumns(first, count) {
      columns = { first, count };
      source.selectColumns?.(first, count);
    },
  };
}

function toStep(linear: number): number {
  return linear <= 0 ? 0 : linear >= 1 ? STEPS : Math.round(linear * STEPS);
}

/** Maps white to white: the rounded numbers of a profile must not tint it. */
function keepWhite(matrix: Matrix): Matrix {
  const [r, g, b] = matrix;
  const white = apply(matrix, [1, 1, 1]);
  return [scale(r, 1 / white[0]), scale(g, 1 / white[1]), scale(b, 1 / white[2])];
}

/** Tries the conversion on a grid of colours. */
function changesColors(convert: ConvertColors): boolean {
  const levels = [0, 16, 32, 64, 96, 128, 160, 192, 224, 255];
  const colors = levels.flatMap((r) => levels.flatMap((g) => levels.flatMap((b) => [r, g, b, 255])));
  const converted = Uint8Array.from(colors);
  convert(converted);
  return colors.some((value, at) => Math.abs(value - byteAt(converted, at)) > 1);
}
