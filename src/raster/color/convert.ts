import { byteAt, floatAt } from "../array-at.ts";
import { LIGHT_UNIT } from "../pixel-codec/color-exports.ts";
import { ColorConverter, type ColorTables } from "./color-converter.ts";
import { apply, multiply, scale, toSrgb, type ColorSpace, type Matrix } from "./color-space.ts";
import { xyzToSrgb } from "./primaries.ts";

/** Steps of linear light, fine enough for the steep start of sRGB's curve. */
const STEPS = 16_384;
/** The most that a value may add or take, so that three of them fit into 32 bits. */
const LIGHT_MAX = 2 ** 29;
let encoded: Uint8Array | undefined;

/**
 * Plans the conversion of a colour space to sRGB. undefined: the space is so close to sRGB that no 8-bit colour differs
 * by more than 1, or it makes no sense.
 */
export function planConversion({ curves, toXyz }: ColorSpace): ColorTables | undefined {
  const fromXyz = xyzToSrgb();
  if (!fromXyz) return undefined;
  const matrix = keepWhite(multiply(fromXyz, toXyz));
  if (!matrix.flat().every(Number.isFinite)) return undefined;
  encoded ??= Uint8Array.from({ length: STEPS + 1 }, (_, step) => Math.round(toSrgb(step / STEPS) * 255));
  const light = curves.flatMap((curve, channel) =>
    Array.from({ length: 256 }, (_, value) => [
      ...matrix.map((row) => toLight(floatAt(curve, value) * (row[channel] ?? 0))),
      0,
    ]),
  );
  const tables = { light: Int32Array.from(light.flat()), encoded };
  return changesColors(tables) ? tables : undefined;
}

function toLight(linear: number): number {
  return Math.round(Math.min(LIGHT_MAX, Math.max(-LIGHT_MAX, linear * STEPS * LIGHT_UNIT)));
}

/** Maps white to white: the rounded numbers of a profile must not tint it. */
function keepWhite(matrix: Matrix): Matrix {
  const [r, g, b] = matrix;
  const white = apply(matrix, [1, 1, 1]);
  return [scale(r, 1 / white[0]), scale(g, 1 / white[1]), scale(b, 1 / white[2])];
}

/** Tries the conversion on a grid of colours. */
function changesColors(tables: ColorTables): boolean {
  const levels = [0, 16, 32, 64, 96, 128, 160, 192, 224, 255];
  const colors = levels.flatMap((r) => levels.flatMap((g) => levels.flatMap((b) => [r, g, b, 255])));
  const converted = Uint8Array.from(colors);
  const converter = new ColorConverter(tables, colors.length / 4);
  converter.convert(converted);
  converter.giveBack();
  return colors.some((value, at) => Math.abs(value - byteAt(converted, at)) > 1);
}
