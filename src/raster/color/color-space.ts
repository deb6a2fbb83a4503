/** A colour space defined by a matrix and curves, as nearly every photo and screenshot has. */
export interface ColorSpace {
  /** Linear light, 0–1, for each 8-bit value of red, green and blue. */
  curves: readonly [Float32Array, Float32Array, Float32Array];
  /** From linear RGB to XYZ under D50, the ICC's connection space. Row by row. */
  toXyz: Matrix;
}

/** Three rows of three. */
export type Matrix = readonly [Vector, Vector, Vector];
export type Vector = readonly [number, number, number];

export function multiply(matrix: Matrix, other: Matrix): Matrix {
  const columns = transpose(other).map((column) => apply(matrix, column));
  return transpose(toMatrix(columns));
}

export function apply(matrix: Matrix, [x, y, z]: Vector): Vector {
  const [a, b, c] = matrix;
  return [a[0] * x + a[1] * y + a[2] * z, b[0] * x + b[1] * y + b[2] * z, c[0] * x + c[1] * y + c[2] * z];
}

/** Turns columns into rows. */
export function transpose([a, b, c]: Matrix): Matrix {
  return [
    [a[0], b[0], c[0]],
    [a[1], b[1], c[1]],
    [a[2], b[2], c[2]],
  ];
}

/** Inverts a matrix. undefined: it has no inverse. */
export function invert(matrix: Matrix): Matrix | undefined {
  const [a, b, c] = matrix;
  const columns: Matrix = [cross(b, c), cross(c, a), cross(a, b)];
  const determinant = a[0] * columns[0][0] + a[1] * columns[0][1] + a[2] * columns[0][2];
  if (!Number.isFinite(1 / determinant)) return undefined;
  return transpose(toMatrix(columns.map((column) => scale(column, 1 / determinant))));
}

export function scale([x, y, z]: Vector, by: number): Vector {
  return [x * by, y * by, z * by];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function toMatrix([a, b, c]: readonly Vector[]): Matrix {
  if (!a || !b || !c) throw new RangeError("A matrix has three rows");
  return [a, b, c];
}

/** sRGB's own curve (IEC 61966-2-1), 0–1. */
export function fromSrgb(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

export function toSrgb(linear: number): number {
  return linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055;
}

/** Tabulates a curve, 0–1 to 0–1, for the 256 values. */
export function tabulate(curve: (value: number) => number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => Math.min(1, Math.max(0, curve(value / 255))));
}
