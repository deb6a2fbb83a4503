/**
 * Writes sRGB (IEC 61966-2-1) as an ICC profile (ICC.1:2022, version 4.4). Programs for print take a picture without a
 * profile for one of unknown colours, and ask, or guess. Phones write profiles of this kind: a matrix and a parametric
 * curve, without tables.
 */

/** s15Fixed16Number, big-endian as everything in a profile. */
function fixed(...values: readonly number[]): number[] {
  return values.flatMap((value) => u32(Math.round(value * 65_536)));
}

function u32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function ascii(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}

/** The connection space's white, D50, to which all XYZ values are adapted. */
const D50 = fixed(0.9642, 1, 0.8249);

/** A text in one language (multiLocalizedUnicodeType, §10.15): UTF-16 after a header of 28 bytes. */
function text(value: string): number[] {
  const utf16 = Array.from(ascii(value), (code) => [0, code]).flat();
  const record = [...ascii("enUS"), ...u32(utf16.length), ...u32(28)];
  return [...ascii("mluc"), ...u32(0), ...u32(1), ...u32(12), ...record, ...utf16];
}

function xyz(...values: readonly number[]): number[] {
  return [...ascii("XYZ "), ...u32(0), ...fixed(...values)];
}

/** The curve that all three channels share (§10.18, function type 3). */
const curve = [
  ...ascii("para"),
  ...u32(0),
  0,
  3,
  0,
  0,
  ...fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045),
];

/** Bradford's adaptation of D65, sRGB's white, to D50 (annex E). */
const adaptation = [
  ...ascii("sf32"),
  ...u32(0),
  ...fixed(1.047882, 0.022919, -0.050217, 0.029587, 0.990479, -0.017059, -0.009232, 0.015076, 0.751678),
];

/** All that a profile of a display must have (§8.3). */
const tags: readonly (readonly [names: readonly string[], data: readonly number[]])[] = [
  [["desc"], text("sRGB")],
  [["cprt"], text("CC0")],
  [["wtpt"], [...ascii("XYZ "), ...u32(0), ...D50]],
  [["chad"], adaptation],
  [["rXYZ"], xyz(0.43607, 0.22249, 0.01392)],
  [["gXYZ"], xyz(0.38515, 0.71687, 0.09708)],
  [["bXYZ"], xyz(0.14307, 0.06061, 0.7141)],
  [["rTRC", "gTRC", "bTRC"], curve],
];

const HEADER_BYTES = 128;

function makeProfile(): Uint8Array {
  const entries: number[] = [];
  const body: number[] = [];
  const names = tags.flatMap(([shared]) => shared);
  const start = HEADER_BYTES + 4 + names.length * 12;
  for (const [shared, data] of tags) {
    for (const name of shared) entries.push(...ascii(name), ...u32(start + body.length), ...u32(data.length));
    // Each tag's data starts at a multiple of four.
    body.push(...data, ...Array.from({ length: -data.length & 3 }, () => 0));
  }
  const profile = new Uint8Array(start + body.length);
  profile.set(u32(profile.length), 0);
  profile.set(u32(0x04_40_00_00), 8);
  profile.set(ascii("mntrRGB XYZ "), 12);
  // The day of the format's version: the same picture gives the same file at any time.
  profile.set(
    [2022, 5, 1, 0, 0, 0].flatMap((part) => [part >> 8, part & 255]),
    24,
  );
  profile.set(ascii("acsp"), 36);
  profile.set(D50, 68);
  profile.set([...u32(names.length), ...entries, ...body], HEADER_BYTES);
  return profile;
}

/** The profile: about 500 bytes. */
export const srgbProfile = makeProfile();
