import { readFourCc } from "../headers/damaged-image.ts";
import { apply, type Matrix, type Vector } from "./color-space.ts";
import { decodeConnection } from "./connection-space.ts";
import { clamp, interpolate, readCurve, type Curve } from "./icc-curve.ts";
import { readFixed, readIccFile, type IccFile } from "./icc-file.ts";

/** How four inks look, as a profile says it: a curve for each ink, then a table, then more curves. */
export interface InkTable {
  /** From the share of an ink to a place along its side of the table. All are 0–1. */
  inkCurves: readonly Curve[];
  /** How many entries the table has along the side of each ink, at least two. The last ink's are next to each other. */
  sides: readonly number[];
  /** A number of an entry, 0–1. Each entry has three. */
  sample: (index: number) => number;
  /** Turns the three numbers of an entry, or between entries, into XYZ under D50. */
  toXyz: (numbers: Vector) => Vector;
  /** The luminance of black, 0–1. undefined: that of all inks together. */
  black: number | undefined;
}

/** The black of the perceptual tables of version 4 (annex C.3). Older profiles have what they print. */
const PERCEPTUAL_BLACK = 0.0034731;

const INKS = 4;
const OUTPUTS = 3;
const BYTES_MAX = 255;
const WORDS_MAX = 65_535;

/**
 * Reads a profile of the four inks (ICC.1:2022). It takes the table for perceptual rendering, or else that for relative
 * colorimetric rendering, whatever the profile's header prefers. undefined: the profile has neither, or is damaged.
 */
export function readInkProfile(bytes: Uint8Array): InkTable | undefined {
  return readIccFile(bytes, (file) => {
    const start = file.tags.get("A2B0") ?? file.tags.get("A2B1");
    if (file.space !== "CMYK" || start === undefined) return undefined;
    const stages = readStages(file, start);
    return stages && { ...stages, black: file.version >= 4 ? PERCEPTUAL_BLACK : undefined };
  });
}

type Stages = Omit<InkTable, "black">;

function readStages(file: IccFile, start: number): Stages | undefined {
  switch (readFourCc(file.view, start)) {
    case "mft1":
      return readLut(file, start, 1);
    case "mft2":
      return readLut(file, start, 2);
    case "mAB ":
      return readLutAToB(file, start);
    default:
      return undefined;
  }
}

type Read = (index: number) => number;

/** lut8Type (§10.11) and lut16Type (§10.10). Their matrix is for XYZ only. */
function readLut({ view, connection }: IccFile, start: number, bytes: 1 | 2): Stages | undefined {
  const side = view.getUint8(start + 10);
  if (!isFromInks(view, start) || side < 2) return undefined;
  const [inkEntries, outputEntries, dataAt] =
    bytes === 1 ? [256, 256, 48] : [view.getUint16(start + 48), view.getUint16(start + 50), 52];
  if (inkEntries < 2 || outputEntries < 2) return undefined;
  const tableAt = start + dataAt + INKS * inkEntries * bytes;
  const outputsAt = tableAt + side ** INKS * OUTPUTS * bytes;
  requireBytes(view, outputsAt + OUTPUTS * outputEntries * bytes);
  const curves = (count: number, at: number, entries: number): Curve[] =>
    Array.from({ length: count }, (_, index) =>
      interpolate(entries, readNumbers(view, at + index * entries * bytes, bytes)),
    );
  const decode = decodeConnection(connection, bytes === 2);
  const outputCurves = curves(OUTPUTS, outputsAt, outputEntries);
  if (!decode) return undefined;
  return {
    inkCurves: curves(INKS, start + dataAt, inkEntries),
    sides: [side, side, side, side],
    sample: readNumbers(view, tableAt, bytes),
    toXyz: (numbers) => decode(bend(outputCurves, numbers)),
  };
}

/** lutAToBType (§10.12): its A curves, table, M curves, matrix and B curves. */
function readLutAToB({ view, connection }: IccFile, start: number): Stages | undefined {
  const [bAt = 0, matrixAt = 0, mAt = 0, tableAt = 0, aAt = 0] = [12, 16, 20, 24, 28].map((at) =>
    view.getUint32(start + at),
  );
  const decode = decodeConnection(connection, false);
  if (!isFromInks(view, start) || aAt === 0 || tableAt === 0 || bAt === 0 || !decode) return undefined;
  const inkCurves = readCurves(view, start + aAt, INKS);
  const middleCurves = mAt === 0 ? [] : readCurves(view, start + mAt, OUTPUTS);
  const lastCurves = readCurves(view, start + bAt, OUTPUTS);
  const multiply = matrixAt === 0 ? (numbers: Vector) => numbers : readMatrix(view, start + matrixAt);
  const sides = Array.from({ length: INKS }, (_, ink) => view.getUint8(start + tableAt + ink));
  const bytes = view.getUint8(start + tableAt + 16);
  const numbersAt = start + tableAt + 20;
  if (!inkCurves || !middleCurves || !lastCurves || sides.some((side) => side < 2)) return undefined;
  if (bytes !== 1 && bytes !== 2) return undefined;
  requireBytes(view, numbersAt + sides.reduce((product, side) => product * side, OUTPUTS * bytes));
  return {
    inkCurves,
    sides,
    sample: readNumbers(view, numbersAt, bytes),
    toXyz: (numbers) => decode(bend(lastCurves, multiply(bend(middleCurves, numbers)))),
  };
}

/** Whether a table is from four numbers to three. */
function isFromInks(view: DataView, start: number): boolean {
  return view.getUint8(start + 8) === INKS && view.getUint8(start + 9) === OUTPUTS;
}

/** Throws `RangeError` if the profile is shorter, so that later reads need no check. */
function requireBytes(view: DataView, end: number): void {
  if (end > view.byteLength) throw new RangeError("The table is cut off");
}

function readNumbers(view: DataView, at: number, bytes: 1 | 2): Read {
  return bytes === 1
    ? (index) => view.getUint8(at + index) / BYTES_MAX
    : (index) => view.getUint16(at + index * 2) / WORDS_MAX;
}

/** Curves one after the other, each from a multiple of four. */
function readCurves(view: DataView, start: number, count: number): Curve[] | undefined {
  const curves: Curve[] = [];
  for (let at = start; curves.length < count;) {
    const stored = readCurve(view, at);
    if (!stored) return undefined;
    curves.push(stored.curve);
    at += stored.bytes + (-stored.bytes & 3);
  }
  return curves;
}

/** Three rows of three, then what is added (§10.12.5). */
function readMatrix(view: DataView, at: number): (numbers: Vector) => Vector {
  const vector = (index: number): Vector => [
    readFixed(view, at + index * 4),
    readFixed(view, at + index * 4 + 4),
    readFixed(view, at + index * 4 + 8),
  ];
  const matrix: Matrix = [vector(0), vector(3), vector(6)];
  const [x, y, z] = vector(9);
  return (numbers) => {
    const [a, b, c] = apply(matrix, numbers);
    return [a + x, b + y, c + z];
  };
}

/** Without curves, nothing changes. */
function bend([first, second, third]: readonly Curve[], numbers: Vector): Vector {
  if (!first || !second || !third) return numbers;
  return [first(clamp(numbers[0])), second(clamp(numbers[1])), third(clamp(numbers[2]))];
}
