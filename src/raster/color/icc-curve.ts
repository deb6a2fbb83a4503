import { readFourCc } from "../headers/damaged-image.ts";
import { readFixed } from "./icc-file.ts";

/** From 0–1 to numbers that are meant to be 0–1. */
export type Curve = (value: number) => number;

export interface StoredCurve {
  curve: Curve;
  /** How long it is in the file. */
  bytes: number;
}

/** Reads a curve of a profile. undefined: it is of an unknown kind. Throws `RangeError` past the end. */
export function readCurve(view: DataView, start: number): StoredCurve | undefined {
  switch (readFourCc(view, start)) {
    case "curv":
      return readSampledCurve(view, start);
    case "para":
      return readParametricCurve(view, start);
    default:
      return undefined;
  }
}

/** curveType (ICC.1:2022 §10.6): without entries the curve is a straight line; one entry is a gamma; more are samples. */
function readSampledCurve(view: DataView, start: number): StoredCurve {
  const count = view.getUint32(start + 8);
  const bytes = 12 + count * 2;
  if (count === 0) return { bytes, curve: (value) => value };
  if (count === 1) {
    const gamma = view.getUint16(start + 12) / 256;
    return { bytes, curve: (value) => value ** gamma };
  }
  // Throws if the last sample is not there.
  view.getUint16(start + bytes - 2);
  return { bytes, curve: interpolate(count, (index) => view.getUint16(start + 12 + index * 2) / 65_535) };
}

/** A curve through samples that are equally far apart. There are at least two. */
export function interpolate(count: number, sample: (index: number) => number): Curve {
  return (value) => {
    const position = clamp(value) * (count - 1);
    const below = Math.min(count - 2, Math.floor(position));
    return sample(below) + (sample(below + 1) - sample(below)) * (position - below);
  };
}

/** parametricCurveType (§10.18). */
function readParametricCurve(view: DataView, start: number): StoredCurve | undefined {
  const type = view.getUint16(start + 8);
  const count = [1, 3, 4, 5, 7][type];
  if (count === undefined) return undefined;
  const given = Array.from({ length: count }, (_, index) => readFixed(view, start + 12 + index * 4));
  return { bytes: 12 + count * 4, curve: parametricCurve(type, given) };
}

function parametricCurve(type: number, given: readonly number[]): Curve {
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = given;
  switch (type) {
    case 0:
      return (x) => x ** g;
    case 1:
      return (x) => (x >= -b / a ? (a * x + b) ** g : 0);
    case 2:
      return (x) => (x >= -b / a ? (a * x + b) ** g + c : c);
    default:
      return (x) => (x >= d ? (a * x + b) ** g + e : c * x + f);
  }
}

export function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
