import { apply, invert, multiply, scale, transpose, type Matrix, type Vector } from "./color-space.ts";
import { connectionWhite } from "./connection-space.ts";

/** Chromaticities: x and y of white, red, green and blue. */
export interface Primaries {
  white: readonly [number, number];
  red: readonly [number, number];
  green: readonly [number, number];
  blue: readonly [number, number];
}

const D65 = [0.3127, 0.329] as const;
/** ITU-R BT.709 and IEC 61966-2-1. */
export const srgbPrimaries: Primaries = {
  white: D65,
  red: [0.64, 0.33],
  green: [0.3, 0.6],
  blue: [0.15, 0.06],
};
/** SMPTE EG 432-1. */
export const displayP3Primaries: Primaries = {
  white: D65,
  red: [0.68, 0.32],
  green: [0.265, 0.69],
  blue: [0.15, 0.06],
};
/** ITU-R BT.2020. */
export const bt2020Primaries: Primaries = {
  white: D65,
  red: [0.708, 0.292],
  green: [0.17, 0.797],
  blue: [0.131, 0.046],
};

/** Bradford's cone responses, which adapt ICC profiles to their white (ICC.1:2022 annex E). */
const bradford: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

/** The matrix from linear RGB to XYZ under D50. undefined: the primaries make no colour space. */
export function primariesToXyz({ white, red, green, blue }: Primaries): Matrix | undefined {
  const columns: Matrix = [toXyz(red), toXyz(green), toXyz(blue)];
  const inverse = invert(transpose(columns));
  const toCones = invert(bradford);
  if (!inverse || !toCones || white[1] === 0) return undefined;
  const whiteXyz = toXyz(white);
  const [r, g, b] = apply(inverse, scale(whiteXyz, 1 / white[1]));
  const unadapted = transpose([scale(columns[0], r), scale(columns[1], g), scale(columns[2], b)]);
  const from = apply(bradford, scale(whiteXyz, 1 / white[1]));
  const to = apply(bradford, connectionWhite);
  const gains: Matrix = [
    [to[0] / from[0], 0, 0],
    [0, to[1] / from[1], 0],
    [0, 0, to[2] / from[2]],
  ];
  return multiply(multiply(toCones, multiply(gains, bradford)), unadapted);
}

/** The XYZ of a chromaticity, scaled to luminance y. */
function toXyz([x, y]: readonly [number, number]): Vector {
  return [x, y, 1 - x - y];
}

/** The matrix from XYZ under D50 to linear sRGB. */
export function xyzToSrgb(): Matrix | undefined {
  const toXyz = primariesToXyz(srgbPrimaries);
  return toXyz && invert(toXyz);
}
