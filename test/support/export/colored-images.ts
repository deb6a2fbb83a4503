import { deflateSync } from "node:zlib";
import { pngChunk } from "./png-maker.ts";
import { concat, u16, u32, webp } from "./sample-headers.ts";

/** Adds a colour profile or an orientation to plain files. */

function fixed(value: number): number[] {
  return u32(Math.round(value * 65_536) >>> 0);
}

interface ProfileRecipe {
  /** XYZ of red, green and blue. */
  primaries: readonly (readonly [number, number, number])[];
  curve: Uint8Array;
  space?: string;
}

/** A profile with three primaries and one curve for all (ICC.1:2022 §8.3). */
export function makeProfile({ primaries, curve, space = "RGB " }: ProfileRecipe): Uint8Array {
  const names = ["rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC", "kTRC"];
  const start = 128 + 4 + names.length * 12;
  const points = primaries.map((xyz) => concat("XYZ ", u32(0), ...xyz.map(fixed)));
  const curveAt = start + points.length * 20;
  const tags = names.map((name, index) =>
    concat(name, u32(index < 3 ? start + index * 20 : curveAt), u32(index < 3 ? 20 : curve.length)),
  );
  const size = curveAt + curve.length;
  const head = new Uint8Array(128);
  head.set(concat(u32(size), "none", u32(0x04000000), "mntr", space, "XYZ "));
  head.set(concat("acsp"), 36);
  return concat(head, u32(names.length), ...tags, ...points, curve);
}

/** IEC 61966-2-1's, as a parametric curve of type 3. */
export const srgbCurve = concat(
  "para",
  u32(0),
  u16(3),
  u16(0),
  ...[2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045].map(fixed),
);

export function gammaCurve(gamma: number): Uint8Array {
  return concat("curv", u32(0), u32(1), u16(Math.round(gamma * 256)));
}

export function sampledCurve(samples: readonly number[]): Uint8Array {
  return concat("curv", u32(0), u32(samples.length), ...samples.map((sample) => u16(sample)));
}

/** Apple's profile, as in every photo of an iPhone. */
export const displayP3 = makeProfile({
  primaries: [
    [0.51512, 0.2412, -0.00105],
    [0.29198, 0.69225, 0.04189],
    [0.1571, 0.06657, 0.78407],
  ],
  curve: srgbCurve,
});

/** Adobe RGB (1998). */
export const adobeRgb = makeProfile({
  primaries: [
    [0.60974, 0.31111, 0.01947],
    [0.20528, 0.62567, 0.06087],
    [0.14919, 0.06322, 0.74457],
  ],
  curve: gammaCurve(2.19921875),
});

export const plainSrgb = makeProfile({
  primaries: [
    [0.43607, 0.22249, 0.01392],
    [0.38515, 0.71687, 0.09708],
    [0.14307, 0.06061, 0.7141],
  ],
  curve: srgbCurve,
});

/** Splits the profile into `parts` numbered segments, last one first. */
export function jpegWithProfile(jpeg: Uint8Array, profile: Uint8Array, parts = 1): Uint8Array {
  const size = Math.ceil(profile.length / parts);
  const segments = Array.from({ length: parts }, (_, index) => {
    const data = concat(
      "ICC_PROFILE\0",
      [index + 1, parts],
      profile.subarray(index * size, (index + 1) * size),
    );
    return concat([0xff, 0xe2], u16(data.length + 2), data);
  });
  return concat(jpeg.subarray(0, 2), ...segments.reverse(), jpeg.subarray(2));
}

export function jpegWithExif(jpeg: Uint8Array, tiff: Uint8Array): Uint8Array {
  const data = concat("Exif\0\0", tiff);
  return concat(jpeg.subarray(0, 2), [0xff, 0xe1], u16(data.length + 2), data, jpeg.subarray(2));
}

export function iccChunk(profile: Uint8Array): Uint8Array {
  return pngChunk("iCCP", concat("a name\0\0", deflateSync(profile)));
}

/** Turns a plain WebP with a single chunk into an extended one with more chunks. */
export function extendWebp(
  plain: Uint8Array,
  size: { width: number; height: number },
  { profile, tiff }: { profile?: Uint8Array; tiff?: Uint8Array },
): Uint8Array {
  const type = String.fromCharCode(...plain.subarray(12, 16));
  const length = new DataView(plain.buffer, plain.byteOffset).getUint32(16, true);
  const sides = [size.width, size.height].flatMap((side) => u32(side - 1, true).slice(0, 3));
  return webp(
    ["VP8X", concat([(profile ? 32 : 0) | (tiff ? 8 : 0), 0, 0, 0], sides)],
    ...(profile ? [["ICCP", profile] as [string, Uint8Array]] : []),
    [type, plain.subarray(20, 20 + length)],
    ...(tiff ? [["EXIF", tiff] as [string, Uint8Array]] : []),
  );
}
