import { tabulate, transpose, type ColorSpace, type Vector } from "./color-space.ts";
import { readFourCc } from "../headers/damaged-image.ts";
import { srgbPrimaries, primariesToXyz } from "./primaries.ts";

/** The most bytes of a profile. Matrix profiles have hundreds or thousands; larger ones are tables for printers. */
export const ICC_MAX_BYTES = 1024 * 1024;
const HEADER_BYTES = 128;
const TAGS_MAX = 100;

/**
 * Reads the colour space of an ICC profile (ICC.1:2022) with a matrix and curves, or with a gray curve. undefined: the
 * profile is of another kind (tables, CMYK, Lab), or damaged.
 */
export function readIccProfile(bytes: Uint8Array): ColorSpace | undefined {
  try {
    return readProfile(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    // A `DataView` throws past its end.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readProfile(view: DataView): ColorSpace | undefined {
  if (readFourCc(view, 36) !== "acsp") return undefined;
  const tags = readTags(view);
  const curve = (name: string): Float32Array | undefined => readCurve(view, tags.get(name));
  switch (readFourCc(view, 16)) {
    case "RGB ": {
      const columns = ["rXYZ", "gXYZ", "bXYZ"].map((name) => readXyz(view, tags.get(name)));
      const curves = ["rTRC", "gTRC", "bTRC"].map(curve);
      const [[r, g, b], [red, green, blue]] = [columns, curves];
      if (!r || !g || !b || !red || !green || !blue || readFourCc(view, 20) !== "XYZ ") return undefined;
      return { curves: [red, green, blue], toXyz: transpose([r, g, b]) };
    }
    case "GRAY": {
      const gray = curve("kTRC");
      const toXyz = primariesToXyz(srgbPrimaries);
      return gray && toXyz ? { curves: [gray, gray, gray], toXyz } : undefined;
    }
    default:
      return undefined;
  }
}

/** Finds where the data of each tag starts. */
function readTags(view: DataView): Map<string, number> {
  const tags = new Map<string, number>();
  const count = Math.min(TAGS_MAX, view.getUint32(HEADER_BYTES));
  for (let index = 0; index < count; index++) {
    const entry = HEADER_BYTES + 4 + index * 12;
    tags.set(readFourCc(view, entry), view.getUint32(entry + 4));
  }
  return tags;
}

function readXyz(view: DataView, start: number | undefined): Vector | undefined {
  if (start === undefined || readFourCc(view, start) !== "XYZ ") return undefined;
  return [readFixed(view, start + 8), readFixed(view, start + 12), readFixed(view, start + 16)];
}

/** s15Fixed16Number. */
function readFixed(view: DataView, at: number): number {
  return view.getInt32(at) / 65_536;
}

function readCurve(view: DataView, start: number | undefined): Float32Array | undefined {
  if (start === undefined) return undefined;
  switch (readFourCc(view, start)) {
    case "curv":
      return readSampledCurve(view, start);
    case "para":
      return readParametricCurve(view, start);
    default:
      return undefined;
  }
}

/** curveType (§10.6): without entries the curve is a straight line; one entry is a gamma; more are samples. */
function readSampledCurve(view: DataView, start: number): Float32Array {
  const count = view.getUint32(start + 8);
  if (count === 0) return tabulate((value) => value);
  if (count === 1) {
    const gamma = view.getUint16(start + 12) / 256;
    return tabulate((value) => value ** gamma);
  }
  const sample = (index: number): number => view.getUint16(start + 12 + index * 2) / 65_535;
  return tabulate((value) => {
    const position = value * (count - 1);
    const below = Math.floor(position);
    const above = Math.min(count - 1, below + 1);
    return sample(below) + (sample(above) - sample(below)) * (position - below);
  });
}

/** parametricCurveType (§10.18). */
function readParametricCurve(view: DataView, start: number): Float32Array | undefined {
  const type = view.getUint16(start + 8);
  const count = [1, 3, 4, 5, 7][type];
  if (count === undefined) return undefined;
  const given = Array.from({ length: count }, (_, index) => readFixed(view, start + 12 + index * 4));
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = given;
  switch (type) {
    case 0:
      return tabulate((x) => x ** g);
    case 1:
      return tabulate((x) => (x >= -b / a ? (a * x + b) ** g : 0));
    case 2:
      return tabulate((x) => (x >= -b / a ? (a * x + b) ** g + c : c));
    default:
      return tabulate((x) => (x >= d ? (a * x + b) ** g + e : c * x + f));
  }
}
