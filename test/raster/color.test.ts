import { describe, expect, it } from "vitest";
import { readIccProfile } from "../../src/raster/color/icc.ts";
import { ColorConverter } from "../../src/raster/color/color-converter.ts";
import { planConversion } from "../../src/raster/color/convert.ts";
import { takeCodec } from "../../src/raster/pixel-codec/codec-instance.ts";
import {
  adobeRgb,
  displayP3,
  extendWebp,
  gammaCurve,
  iccChunk,
  jpegWithProfile,
  makeProfile,
  plainSrgb,
  sampledCurve,
  srgbCurve,
} from "../support/export/colored-images.ts";
import { colorDistance, decodePixels, encodePixels } from "../support/export/pixels.ts";
import { makePng, pngChunk } from "../support/export/png-maker.ts";
import { concat, u16, u32 } from "../support/export/sample-headers.ts";
import { documentWithImage, render, sampleAnnotation } from "../support/export/sample-state.ts";

type Rgb = readonly [number, number, number];

const decodeSrgb = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const encodeSrgb = (v: number): number => {
  const linear = Math.min(1, Math.max(0, v));
  return linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055;
};
const convert = (rows: readonly Rgb[], decode: (v: number) => number, [r, g, b]: Rgb): number[] => {
  const linear = [r, g, b].map((v) => decode(v / 255));
  return rows.map((row) =>
    Math.round(encodeSrgb(row.reduce((sum, weight, index) => sum + weight * (linear[index] ?? 0), 0)) * 255),
  );
};
/** The published matrices (sample code of CSS Color 4 §10.7, and Adobe RGB), not those of our code. */
const p3ToSrgb = (color: Rgb): number[] =>
  convert(
    [
      [1.2249401762805598, -0.22494017628055996, 0],
      [-0.042056954709688163, 1.0420569547096881, 0],
      [-0.019637554590334432, -0.078636045550631889, 1.0982736001409663],
    ],
    decodeSrgb,
    color,
  );
const adobeToSrgb = (color: Rgb): number[] =>
  convert(
    [
      [1.3983557, -0.3983557, 0],
      [0, 1, 0],
      [0, -0.0429289, 1.0429289],
    ],
    (v) => v ** 2.19921875,
    color,
  );

const colors: Rgb[] = [
  [200, 100, 50],
  [30, 160, 60],
  [60, 70, 210],
  [128, 128, 128],
  [255, 255, 255],
  [0, 0, 0],
  [255, 0, 0],
];
const square = (color: Rgb) => (): readonly [number, number, number, number] => [...color, 255];
const center = async (picture: Uint8Array, format: "png" | "jpg" | "webp" = "png"): Promise<number[]> => {
  const file = await render({
    document: await documentWithImage(picture),
    format,
    options: { quality: 100 },
  });
  expect(file.warnings).toEqual([]);
  return decodePixels(file.bytes).at(8, 8);
};
const png = (color: Rgb, ...before: Uint8Array[]): Uint8Array =>
  makePng({
    width: 16,
    height: 16,
    depth: 8,
    colorType: 2,
    sample: (_x, _y, channel) => color[channel] ?? 0,
    before,
  });

describe("a picture in another colour space comes out with its own colours, in sRGB", () => {
  it.each(colors)("Display P3 %i %i %i, in JPEG, PNG and WebP", async (...color) => {
    const expected = [...p3ToSrgb(color), 255];
    expect(colorDistance(await center(png(color, iccChunk(displayP3))), expected)).toBeLessThanOrEqual(1);
    const jpeg = encodePixels(16, 16, square(color), 100);
    // A profile may be split into several segments.
    for (const parts of [1, 3]) {
      expect(colorDistance(await center(jpegWithProfile(jpeg, displayP3, parts)), expected)).toBeLessThan(5);
    }
    const lossless = encodePixels(16, 16, square(color));
    const webp = extendWebp(lossless, { width: 16, height: 16 }, { profile: displayP3 });
    expect(colorDistance(await center(webp), expected)).toBeLessThanOrEqual(1);
  });

  it("into every format", async () => {
    const picture = png([200, 100, 50], iccChunk(displayP3));
    for (const format of ["png", "jpg", "webp"] as const) {
      expect(colorDistance(await center(picture, format), [...p3ToSrgb([200, 100, 50]), 255])).toBeLessThan(
        4,
      );
    }
  });

  it.each(colors)("Adobe RGB %i %i %i", async (...color) => {
    const found = await center(png(color, iccChunk(adobeRgb)));
    expect(colorDistance(found, [...adobeToSrgb(color), 255])).toBeLessThanOrEqual(2);
  });

  it("what is drawn on it keeps the colour it was given", async () => {
    const annotations = [
      sampleAnnotation({
        type: "box",
        geometry: { x: 0, y: 0, width: 16, height: 16 },
        style: { stroke: null, fill: "#c86432" },
      }),
    ];
    const document = await documentWithImage(png([0, 0, 0], iccChunk(displayP3)));
    expect(decodePixels((await render({ document, annotations })).bytes).at(8, 8)).toEqual([
      200, 100, 50, 255,
    ]);
  });
});

describe("what says sRGB is not touched by a bit", () => {
  const color: Rgb = [201, 99, 51];
  it.each<[string, Uint8Array[]]>([
    ["nothing", []],
    ["a profile", [iccChunk(plainSrgb)]],
    ["an sRGB chunk, whatever gAMA says", [pngChunk("sRGB", [0]), pngChunk("gAMA", u32(100_000))]],
    ["gAMA of sRGB", [pngChunk("gAMA", u32(45_455))]],
    ["cICP", [pngChunk("cICP", [1, 13, 0, 1]), iccChunk(displayP3)]],
    [
      "gAMA and cHRM",
      [
        pngChunk("gAMA", u32(45_455)),
        pngChunk(
          "cHRM",
          [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6000].flatMap((n) => u32(n)),
        ),
      ],
    ],
  ])("%s", async (_name, chunks) => {
    expect(await center(png(color, ...chunks))).toEqual([...color, 255]);
  });
});

describe("other ways to tell a colour space", () => {
  const color: Rgb = [200, 100, 50];
  it("cICP: Display P3", async () => {
    expect(
      colorDistance(await center(png(color, pngChunk("cICP", [12, 13, 0, 1]))), [...p3ToSrgb(color), 255]),
    ).toBeLessThanOrEqual(1);
  });

  it("gAMA: linear light", async () => {
    const expected = color.map((v) => Math.round(encodeSrgb(v / 255) * 255));
    expect(
      colorDistance(await center(png(color, pngChunk("gAMA", u32(100_000)))), [...expected, 255]),
    ).toBeLessThanOrEqual(1);
  });

  it("cHRM: the primaries of Display P3", async () => {
    const points = [31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6000].flatMap((n) => u32(n));
    expect(
      colorDistance(await center(png(color, pngChunk("cHRM", points))), [...p3ToSrgb(color), 255]),
    ).toBeLessThanOrEqual(1);
  });

  it("a gray profile: a gamma of 1.8", async () => {
    const profile = makeProfile({
      primaries: [
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ],
      curve: gammaCurve(1.8),
      space: "GRAY",
    });
    const gray = makePng({
      width: 16,
      height: 16,
      depth: 8,
      colorType: 0,
      sample: () => 100,
      before: [iccChunk(profile)],
    });
    const expected = Math.round(encodeSrgb((100 / 255) ** 1.8) * 255);
    expect(await center(gray)).toEqual([expected, expected, expected, 255]);
  });
});

describe("curves of profiles", () => {
  const space = (curve: Uint8Array): Float32Array | undefined =>
    readIccProfile(
      makeProfile({
        primaries: [
          [0.4, 0.2, 0],
          [0.4, 0.7, 0.1],
          [0.1, 0.1, 0.7],
        ],
        curve,
      }),
    )?.curves[0];
  const parametric = (type: number, ...values: number[]): Uint8Array =>
    concat(
      "para",
      u32(0),
      u16(type),
      u16(0),
      ...values.map((value) => u32(Math.round(value * 65_536) >>> 0)),
    );

  it.each<[string, Uint8Array, (v: number) => number]>([
    ["none", sampledCurve([]), (v) => v],
    ["a gamma", gammaCurve(2), (v) => v ** 2],
    ["samples", sampledCurve([0, 16_384, 65_535]), (v) => (v < 0.5 ? v / 2 : 0.25 + (v - 0.5) * 1.5)],
    ["parametric 0", parametric(0, 2), (v) => v ** 2],
    ["parametric 1", parametric(1, 2, 1, -0.5), (v) => (v >= 0.5 ? (v - 0.5) ** 2 : 0)],
    ["parametric 2", parametric(2, 2, 1, -0.5, 0.25), (v) => (v >= 0.5 ? (v - 0.5) ** 2 + 0.25 : 0.25)],
    ["parametric 3", srgbCurve, decodeSrgb],
    ["parametric 4", parametric(4, 2, 1, 0, 0.5, 0.5, 0, 0.1), (v) => (v >= 0.5 ? v ** 2 : v / 2 + 0.1)],
  ])("%s", (_name, curve, expected) => {
    const table = space(curve);
    for (const value of [0, 10, 100, 127, 129, 200, 255]) {
      expect(table?.[value]).toBeCloseTo(Math.min(1, expected(value / 255)), 3);
    }
  });

  it("a curve of an unknown kind makes no colour space", () => {
    expect(space(parametric(5, 1))).toBeUndefined();
    expect(space(concat("mft2", u32(0), u32(0)))).toBeUndefined();
  });
});

describe("the converter of colours", () => {
  const space = readIccProfile(displayP3);
  const tables = space && planConversion(space);
  if (!tables) throw new Error("Display P3 is not sRGB");

  it("keeps alpha, clamps what is outside sRGB, and takes any number of pixels up to its most", () => {
    const converter = new ColorConverter(tables, 3);
    for (const count of [3, 1]) {
      const pixels = Uint8Array.from(Array.from({ length: count }, () => [255, 0, 0, 9]).flat());
      converter.convert(pixels);
      expect([...pixels]).toEqual(Array.from({ length: count }, () => [255, 0, 0, 9]).flat());
    }
    converter.giveBack();
  });

  it("gives its instance back once, and can't be used after", () => {
    const converter = new ColorConverter(tables, 1);
    converter.giveBack();
    converter.giveBack();
    expect(takeCodec()).not.toBe(takeCodec());
    expect(() => converter.convert(new Uint8Array(4))).toThrow(RangeError);
  });
});

describe("a profile that can't be applied", () => {
  const warning = [expect.stringContaining("colour profile is of a kind that can't be applied")];
  it.each<[string, Uint8Array]>([
    [
      "a CMYK one",
      makeProfile({
        primaries: [
          [0, 0, 0],
          [0, 0, 0],
          [0, 0, 0],
        ],
        curve: srgbCurve,
        space: "CMYK",
      }),
    ],
    ["rubbish", new Uint8Array(500).fill(7)],
    ["one that is cut off", displayP3.subarray(0, 200)],
    ["one with more tags than bytes", concat(displayP3.subarray(0, 128), u32(0xffffffff))],
  ])("%s: a warning, and the colours as they are", async (_name, profile) => {
    const jpeg = jpegWithProfile(encodePixels(16, 16, square([200, 100, 50]), 100), profile);
    const file = await render({ document: await documentWithImage(jpeg) });
    expect(file.warnings).toEqual(warning);
    expect(colorDistance(decodePixels(file.bytes).at(8, 8), [200, 100, 50, 255])).toBeLessThan(5);
  });

  it("high dynamic range: a warning", async () => {
    const document = await documentWithImage(png([9, 9, 9], pngChunk("cICP", [9, 16, 0, 1])));
    expect((await render({ document })).warnings).toEqual(warning);
  });

  it("one whose numbers make no sense changes nothing", () => {
    const zeros = [0, 0, 0] as const;
    const space = readIccProfile(makeProfile({ primaries: [zeros, zeros, zeros], curve: srgbCurve }));
    expect(space && planConversion(space)).toBeUndefined();
  });
});
