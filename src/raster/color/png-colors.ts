import { DamagedImage } from "../headers/damaged-image.ts";
import { byteAt } from "../array-at.ts";
import { ByteReader, inOnePart } from "../decode/byte-reader.ts";
import { inflate } from "../decode/png/inflate.ts";
import { viewOf, type PngScan } from "../decode/png/scan-png.ts";
import { fromSrgb, tabulate, type ColorSpace } from "./color-space.ts";
import { planColors, srgb, type Colors } from "./find-colors.ts";
import { readIccProfile } from "./icc.ts";
import { ICC_MAX_BYTES } from "./icc-file.ts";
import {
  bt2020Primaries,
  displayP3Primaries,
  primariesToXyz,
  srgbPrimaries,
  type Primaries,
} from "./primaries.ts";

/** gAMA of sRGB: 1 / 2.2, times 100,000. A file with this value means sRGB. */
const SRGB_GAMMA = 45_455;

/**
 * Reads the colours of a PNG from the first chunk present of cICP, iCCP, sRGB, gAMA with cHRM (W3C PNG 3rd edition
 * §13.13).
 */
export async function findPngColors({ chunks }: PngScan): Promise<Colors> {
  const codePoints = chunks.get("cICP");
  if (codePoints?.byteLength === 4) return planColors(readCodePoints(codePoints));
  const packed = chunks.get("iCCP");
  if (packed) {
    const profile = await unpackProfile(packed);
    return planColors(profile && readIccProfile(profile));
  }
  if (chunks.has("sRGB")) return srgb;
  const gamma = chunks.get("gAMA");
  const white = chunks.get("cHRM");
  return gamma || white ? planColors(readGamma(gamma, white)) : srgb;
}

/** ITU-T H.273: primaries and transfer by number. Those of films and of high dynamic range are not supported. */
function readCodePoints(data: Uint8Array): ColorSpace | undefined {
  const primaries = new Map([
    [1, srgbPrimaries],
    [9, bt2020Primaries],
    [12, displayP3Primaries],
  ]).get(byteAt(data, 0));
  const curves = new Map([
    // BT.709's curve describes the camera. Displays show such images as sRGB.
    [1, fromSrgb],
    [4, (value: number) => value ** 2.2],
    [8, (value: number) => value],
    [13, fromSrgb],
  ]);
  const curve = curves.get(byteAt(data, 1));
  return primaries && curve ? toSpace(primaries, curve) : undefined;
}

function readGamma(
  gamma: Uint8Array | undefined,
  chromaticities: Uint8Array | undefined,
): ColorSpace | undefined {
  const value = gamma?.byteLength === 4 ? viewOf(gamma).getUint32(0) : SRGB_GAMMA;
  if (value === 0) return undefined;
  const nearSrgb = Math.abs(value - SRGB_GAMMA) < SRGB_GAMMA / 100;
  const curve = nearSrgb ? fromSrgb : (encodedValue: number) => encodedValue ** (100_000 / value);
  if (chromaticities?.byteLength !== 32) return toSpace(srgbPrimaries, curve);
  const view = viewOf(chromaticities);
  const point = (index: number): [number, number] => [
    view.getUint32(index * 8) / 100_000,
    view.getUint32(index * 8 + 4) / 100_000,
  ];
  return toSpace({ white: point(0), red: point(1), green: point(2), blue: point(3) }, curve);
}

function toSpace(primaries: Primaries, curve: (value: number) => number): ColorSpace | undefined {
  const toXyz = primariesToXyz(primaries);
  const table = tabulate(curve);
  return toXyz && { curves: [table, table, table], toXyz };
}

/**
 * Unpacks a profile: a name, a zero, the method (0), then the deflated profile. Inflates no more than `ICC_MAX_BYTES`.
 */
async function unpackProfile(chunk: Uint8Array): Promise<Uint8Array | undefined> {
  const nameEnd = chunk.indexOf(0);
  if (nameEnd < 0 || chunk[nameEnd + 1] !== 0) return undefined;
  const packed = inOnePart(chunk.subarray(nameEnd + 2));
  const reader = new ByteReader(inflate(packed), "its colour profile is cut off");
  try {
    const size = new Uint8Array(4);
    await reader.readInto(size);
    const profile = new Uint8Array(Math.min(ICC_MAX_BYTES, viewOf(size).getUint32(0)));
    profile.set(size.subarray(0, profile.byteLength));
    await reader.readInto(profile.subarray(4));
    return profile;
  } catch (error) {
    // No image is refused for its profile.
    if (error instanceof DamagedImage) return undefined;
    throw error;
  } finally {
    await reader.close();
  }
}
