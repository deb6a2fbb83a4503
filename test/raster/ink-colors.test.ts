import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";
import { ICC_MAX_BYTES } from "../../src/raster/color/icc-file.ts";
import { makeInkGrid } from "../../src/raster/color/ink-grid.ts";
import { readInkProfile } from "../../src/raster/color/ink-table.ts";
import { openImage } from "../../src/raster/decode/open-image.ts";
import { jpegWithProfile, sampledCurve } from "../support/export/colored-images.ts";
import { decodeImage, type DecodedPicture } from "../support/export/decode-image.ts";
import {
  type Entry,
  inkProfile,
  lut16,
  lut8,
  type LutAToB,
  lutAToB,
} from "../support/export/ink-profiles.ts";
import { jpegFixture } from "../support/export/jpeg-fixtures.ts";
import { memoryFile } from "../support/export/memory-file.ts";
import { concat, u16, u32 } from "../support/export/sample-headers.ts";

type Triple = readonly [number, number, number];

const white: Triple = [0.96422, 1, 0.82521];
/** From XYZ under D50 to linear sRGB, by Bradford's adaptation: the published numbers (Lindbloom), not our code's. */
const toLinear: readonly Triple[] = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
];
const fromLinear: readonly Triple[] = [
  [0.4360747, 0.3850649, 0.1430804],
  [0.2225045, 0.7168786, 0.0606169],
  [0.0139322, 0.0971045, 0.7141733],
];

const multiply = (rows: readonly Triple[], vector: readonly number[]): number[] =>
  rows.map((row) => row.reduce((sum, weight, at) => sum + weight * (vector[at] ?? 0), 0));
const labToXyz = ([l = 0, a = 0, b = 0]: readonly number[]): number[] => {
  const y = (l + 16) / 116;
  return [y + a / 500, y, y - b / 200].map(
    (f, at) => (white[at] ?? 0) * (f > 6 / 29 ? f ** 3 : (f - 4 / 29) * (108 / 841)),
  );
};
const xyzToLab = (xyz: readonly number[]): number[] => {
  const [x = 0, y = 0, z = 0] = xyz.map((value, at) => {
    const share = value / (white[at] ?? 1);
    return share > 216 / 24_389 ? Math.cbrt(share) : (share * 841) / 108 + 4 / 29;
  });
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
};
/** 0–255, of an XYZ of which `black` is the darkest luminance. */
const toSrgb = (xyz: readonly number[], black = 0): number[] => {
  const compensated = xyz.map((value, at) => (value - (white[at] ?? 0) * black) / (1 - black));
  return multiply(toLinear, compensated).map((linear) => {
    const value = linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055;
    return Math.min(1, Math.max(0, value)) * 255;
  });
};

/** How connection spaces are encoded in 0–1 (ICC.1:2022 §6.3.4, tables 12 and 13; §10.10 for the old one). */
const encodeLab = ([l = 0, a = 0, b = 0]: readonly number[]): number[] => [
  l / 100,
  (a + 128) / 255,
  (b + 128) / 255,
];
const encodeOldLab = (lab: readonly number[]): number[] => encodeLab(lab).map((v) => (v * 0xff00) / 0xffff);
const encodeXyz = (xyz: readonly number[]): number[] => xyz.map((value) => (value * 32_768) / 65_535);

/** Inks whose L*, a* and b* are sums, so that a table gives them exactly. All together are black; none are white. */
const inks = (c: number, m: number, y: number, k: number): number[] => [
  100 - 25 * c - 20 * m - 10 * y - 45 * k,
  -30 * c + 40 * m - 10 * y,
  -20 * c - 10 * m + 50 * y - 20 * k,
];

/** The colours of a profile for five shares of each ink, and what they should be. */
async function compareGrid(profile: Uint8Array, expected: Entry): Promise<number> {
  const table = readInkProfile(profile);
  const grid = table && (await makeInkGrid(table));
  if (!grid) throw new Error("The profile can't be read");
  expect(grid.length).toBe(17 ** 4 * 4);
  let worst = 0;
  for (let node = 0; node < 17 ** 4; node++) {
    const levels = [17 ** 3, 17 ** 2, 17, 1].map((stride) => Math.floor(node / stride) % 17);
    if (levels.some((level) => level % 4 !== 0)) continue;
    const [c = 0, m = 0, y = 0, k = 0] = levels.map((level) => level / 16);
    for (const [channel, value] of expected(c, m, y, k).entries()) {
      const found = Math.min(255, Math.max(0, (grid[node * 4 + channel] ?? -1) / 64));
      worst = Math.max(worst, Math.abs(found - value));
    }
    expect(grid[node * 4 + 3]).toBe(255 * 64);
  }
  return worst;
}

describe("a profile of inks says how they look", () => {
  it("as a table of bytes", async () => {
    const profile = inkProfile(lut8(2, (...shares) => encodeLab(inks(...shares))));
    expect(await compareGrid(profile, (...shares) => toSrgb(labToXyz(inks(...shares))))).toBeLessThan(4);
  });

  it("as a table of words, in version 2's encoding of Lab", async () => {
    const profile = inkProfile(lut16(3, (...shares) => encodeOldLab(inks(...shares))));
    expect(await compareGrid(profile, (...shares) => toSrgb(labToXyz(inks(...shares))))).toBeLessThan(0.3);
  });

  it("in XYZ", async () => {
    const xyz: Entry = (c, m, y, k) =>
      white.map((value, at) => value * (1 - k) * (1 - ([c, m, y][at] ?? 0) / 2));
    const profile = inkProfile(
      lut16(2, (...shares) => encodeXyz(xyz(...shares))),
      { connection: "XYZ " },
    );
    expect(await compareGrid(profile, (...shares) => toSrgb(xyz(...shares)))).toBeLessThan(0.3);
  });

  it.each([
    ["bytes", lut8, encodeLab, 4],
    ["words", lut16, encodeOldLab, 0.3],
  ] as const)("with curves before and after a table of %s", async (_name, makeLut, encode, tolerance) => {
    const table = makeLut(2, (...shares) => encode(inks(...shares)).map((number) => 1 - number), {
      ink: (value) => value ** 2,
      output: (value) => 1 - value,
    });
    const expected: Entry = (c, m, y, k) => toSrgb(labToXyz(inks(c ** 2, m ** 2, y ** 2, k ** 2)));
    expect(await compareGrid(inkProfile(table), expected)).toBeLessThan(tolerance);
  });

  const squared = concat("para", u32(0), u16(0), u16(0), u32(2 * 65_536));
  const straight = sampledCurve([]);
  const inverted = sampledCurve([65_535, 0]);
  /** The black of version 4. */
  const black = 0.0034731;
  it.each([1, 2] as const)("as stages of version 4, with %i bytes a number", async (bytes) => {
    const table = lutAToB({
      sides: [2, 3, 4, 5],
      entry: (...shares) => encodeLab(inks(...shares)),
      bytes,
      a: squared,
      b: straight,
    });
    const expected: Entry = (c, m, y, k) => toSrgb(labToXyz(inks(c ** 2, m ** 2, y ** 2, k ** 2)), black);
    const worst = await compareGrid(inkProfile(table, { version: 4 }), expected);
    expect(worst).toBeLessThan(bytes === 1 ? 5 : 0.3);
  });

  it("as all stages: a matrix, and curves on both sides of it", async () => {
    // Numbers of 0.05–0.95, which the stages turn to those that are wanted.
    const shrink = (lab: readonly number[]): number[] => encodeLab(lab).map((value) => 0.05 + 0.9 * value);
    const table = lutAToB({
      sides: [2, 2, 2, 2],
      bytes: 2,
      entry: (...shares) => {
        const [first = 0, second = 0, third = 0] = encodeLab(inks(...shares));
        return [third, first, second];
      },
      a: straight,
      m: inverted,
      matrix: [0, 0.9, 0, 0, 0, 0.9, 0.9, 0, 0, 0.05, 0.05, 0.05],
      b: inverted,
    });
    const expected: Entry = (...shares) => {
      const [l = 0, a = 0, b = 0] = shrink(inks(...shares));
      return toSrgb(labToXyz([l * 100, a * 255 - 128, b * 255 - 128]), black);
    };
    expect(await compareGrid(inkProfile(table, { version: 4 }), expected)).toBeLessThan(0.3);
  });

  it("by the table for relative colorimetric rendering where there is no perceptual one", async () => {
    const profile = inkProfile(
      lut16(2, (...shares) => encodeOldLab(inks(...shares))),
      { tag: "A2B1" },
    );
    expect(await compareGrid(profile, (...shares) => toSrgb(labToXyz(inks(...shares))))).toBeLessThan(0.3);
  });

  it.each([
    [20, 20],
    [60, 50],
  ])("and what all inks leave, L* = %i, becomes black, as if it were at most %i", async (darkest, taken) => {
    const lab = (c: number, m: number, y: number, k: number): number[] => [
      100 - ((100 - darkest) * (c + m + y + k)) / 4,
      0,
      0,
    ];
    const profile = inkProfile(lut16(2, (...shares) => encodeOldLab(lab(...shares))));
    const [, luminance] = labToXyz([taken, 0, 0]);
    const expected: Entry = (...shares) => toSrgb(labToXyz(lab(...shares)), luminance);
    expect(await compareGrid(profile, expected)).toBeLessThan(0.5);
  });
});

/** A profile by which the inks look as the usual formula says, but with red and blue exchanged. */
const exchanged = inkProfile(
  lut16(9, (c, m, y, k) => {
    const linear = [y, m, c].map((ink) => {
      const value = (1 - ink) * (1 - k);
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return encodeOldLab(xyzToLab(multiply(fromLinear, linear)));
  }),
);

describe("a JPEG in inks is shown by its profile", () => {
  /** With red and blue exchanged, nearly the same as by the usual formula. */
  const compare = (decoded: DecodedPicture, reference: DecodedPicture): void => {
    expect(decoded.pixels.length).toBe(reference.pixels.length);
    let sum = 0;
    for (let at = 0; at < reference.pixels.length; at++) {
      const from = [2, 0, -2, 0][at & 3] ?? 0;
      const difference = Math.abs((decoded.pixels[at] ?? -1) - (reference.pixels[at + from] ?? -1));
      expect(difference).toBeLessThan(8);
      sum += difference;
    }
    expect(sum / reference.pixels.length).toBeLessThan(1);
  };

  it.each(["cmyk-plain", "cmyk-adobe", "ycck"])("%s", async (name) => {
    const decoded = await decodeImage(memoryFile(jpegWithProfile(jpegFixture(`${name}.jpg`), exchanged)));
    expect(decoded.warnings).toEqual([]);
    compare(decoded, await decodeImage(memoryFile(jpegFixture(`${name}.png`))));
  });

  it("also when it is decoded smaller", async () => {
    const jpeg = jpegFixture("cmyk-adobe.jpg");
    const options = { atLeast: { width: 6, height: 5 } };
    const decoded = await decodeImage(memoryFile(jpegWithProfile(jpeg, exchanged)), options);
    expect(decoded.width).toBe(6);
    compare(decoded, await decodeImage(memoryFile(jpeg), options));
  });

  it("and once more from its top", async () => {
    const file = memoryFile(jpegWithProfile(jpegFixture("cmyk-adobe.jpg"), exchanged));
    const image = await openImage(file, readConfig({}));
    const [first, later, again] = [0, 1, 2].map(() => new Uint8Array(image.width * 4));
    if (!first || !later || !again) throw new Error("No rows");
    await image.readRows(0, 1, first);
    await image.readRows(30, 1, later);
    await image.readRows(0, 1, again);
    await image.close();
    expect(later).not.toEqual(first);
    expect(again).toEqual(first);
  });

  it("which takes up to 4 MiB", async () => {
    const jpeg = jpegFixture("cmyk-adobe.jpg");
    const warningsOf = async (bytes: number) => {
      const profile = concat(exchanged, new Uint8Array(bytes - exchanged.length));
      return (await decodeImage(memoryFile(jpegWithProfile(jpeg, profile, 70), 65_536))).warnings;
    };
    expect(ICC_MAX_BYTES).toBe(4 * 1024 * 1024);
    expect(await warningsOf(ICC_MAX_BYTES)).toEqual([]);
    expect(await warningsOf(ICC_MAX_BYTES + 1)).toEqual([expect.stringContaining("The picture is in CMYK.")]);
  });
});

describe("a profile of inks that makes no sense: a warning, and the usual formula", () => {
  const lab: Entry = (...shares) => encodeOldLab(inks(...shares));
  const words = lut16(2, lab);
  const straight = sampledCurve([]);
  /** A root of negative numbers. */
  const impossible = concat("para", u32(0), u16(3), u16(0), ...[0.5, 1, -2, 0, -1].map(fixed));
  const stages = (changes: Partial<LutAToB>): Uint8Array =>
    lutAToB({ sides: [2, 2, 2, 2], entry: lab, bytes: 1, a: straight, b: straight, ...changes });
  const change = (table: Uint8Array, at: number, ...bytes: number[]): Uint8Array => {
    const changed = table.slice();
    changed.set(bytes, at);
    return changed;
  };

  it.each<[string, Uint8Array]>([
    ["another kind of profile", inkProfile(words, { space: "RGB " })],
    ["no table", inkProfile(words, { tag: "B2A0" })],
    ["a table of an unknown type", inkProfile(concat("mft3", words.subarray(4)))],
    ["three inks", inkProfile(change(words, 8, 3))],
    ["four outputs", inkProfile(change(words, 9, 4))],
    ["a table of one entry", inkProfile(change(words, 10, 1))],
    ["a curve of one ink entry", inkProfile(change(words, 48, 0, 1))],
    ["a curve of one output entry", inkProfile(change(words, 50, 0, 1))],
    ["words that are cut off", inkProfile(words.subarray(0, -1))],
    ["bytes that are cut off", inkProfile(lut8(2, lab).subarray(0, -1))],
    ["an unknown connection space", inkProfile(words, { connection: "Luv " })],
    ["stages without a table", inkProfile(change(stages({}), 24, 0, 0, 0, 0))],
    ["stages without curves of inks", inkProfile(change(stages({}), 28, 0, 0, 0, 0))],
    ["stages without last curves", inkProfile(change(stages({}), 12, 0, 0, 0, 0))],
    ["stages of three inks", inkProfile(change(stages({}), 8, 3))],
    ["stages whose table has one entry for an ink", inkProfile(stages({ sides: [2, 2, 2, 1] }))],
    ["stages with numbers of three bytes", inkProfile(change(stages({}), 32 + 36 + 16, 3))],
    ["stages that are cut off", inkProfile(stages({}).subarray(0, -1))],
    ["stages with an unknown curve", inkProfile(stages({ a: concat("curl", straight.subarray(4)) }))],
    ["stages with an unknown last curve", inkProfile(stages({ b: concat("curl", straight.subarray(4)) }))],
    ["an impossible curve of inks", inkProfile(stages({ a: impossible }))],
    ["an impossible last curve", inkProfile(stages({ b: impossible }))],
  ])("%s", async (_name, profile) => {
    const jpeg = jpegWithProfile(jpegFixture("cmyk-adobe.jpg"), profile);
    const decoded = await decodeImage(memoryFile(jpeg));
    expect(decoded.warnings).toEqual([expect.stringContaining("The picture is in CMYK.")]);
    const reference = await decodeImage(memoryFile(jpegFixture("cmyk-adobe.png")));
    expect(decoded.pixels).toEqual(reference.pixels);
  });

  it("a sampled curve is as long as it says", () => {
    const curve = sampledCurve([0, 30_000, 65_535]);
    const table = stages({ a: curve });
    expect(readInkProfile(inkProfile(table))).toBeDefined();
    // Its last curve is at the end of the file: 2 more samples than there are.
    const last = table.length - 20;
    expect(readInkProfile(inkProfile(change(table, last + 8, 0, 0, 0, 5)))).toBeUndefined();
  });
});

function fixed(value: number): number[] {
  return u32(Math.round(value * 65_536) >>> 0);
}
