import { tabulate, transpose, type ColorSpace, type Vector } from "./color-space.ts";
import { readFourCc } from "../headers/damaged-image.ts";
import { readCurve } from "./icc-curve.ts";
import { readFixed, readIccFile, type IccFile } from "./icc-file.ts";
import { srgbPrimaries, primariesToXyz } from "./primaries.ts";

/**
 * Reads the colour space of an ICC profile (ICC.1:2022) with a matrix and curves, or with a gray curve. undefined: the
 * profile is of another kind (tables, CMYK, Lab), or damaged.
 */
export function readIccProfile(bytes: Uint8Array): ColorSpace | undefined {
  return readIccFile(bytes, readColorSpace);
}

function readColorSpace(file: IccFile): ColorSpace | undefined {
  switch (file.space) {
    case "RGB ": {
      const columns = ["rXYZ", "gXYZ", "bXYZ"].map((name) => readXyz(file, name));
      const curves = ["rTRC", "gTRC", "bTRC"].map((name) => tabulateCurve(file, name));
      const [[r, g, b], [red, green, blue]] = [columns, curves];
      if (!r || !g || !b || !red || !green || !blue || file.connection !== "XYZ ") return undefined;
      return { curves: [red, green, blue], toXyz: transpose([r, g, b]) };
    }
    case "GRAY": {
      const gray = tabulateCurve(file, "kTRC");
      const toXyz = primariesToXyz(srgbPrimaries);
      return gray && toXyz ? { curves: [gray, gray, gray], toXyz } : undefined;
    }
    default:
      return undefined;
  }
}

function readXyz({ view, tags }: IccFile, name: string): Vector | undefined {
  const start = tags.get(name);
  if (start === undefined || readFourCc(view, start) !== "XYZ ") return undefined;
  return [readFixed(view, start + 8), readFixed(view, start + 12), readFixed(view, start + 16)];
}

function tabulateCurve({ view, tags }: IccFile, name: string): Float32Array | undefined {
  const start = tags.get(name);
  const stored = start === undefined ? undefined : readCurve(view, start);
  return stored && tabulate(stored.curve);
}
