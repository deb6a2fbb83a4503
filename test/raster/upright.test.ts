import { describe, expect, it } from "vitest";
import type { Document } from "../../src/protocol/model/document.ts";
import type { ExportOptions } from "../../src/protocol/model/export-job.ts";
import { readImageInfo } from "../../src/raster/decode/scan-image.ts";
import { extendWebp, jpegWithExif } from "../support/export/colored-images.ts";
import {
  decodePixels,
  encodePixels,
  measurePsnr,
  turnUpright,
  withOrientation,
  type Pixels,
} from "../support/export/pixels.ts";
import { makePng } from "../support/export/png-maker.ts";
import { exif } from "../support/export/sample-headers.ts";
import { documentWithImage, render, sampleAnnotation } from "../support/export/sample-state.ts";

/** The upright size: odd, and no multiple of anything that codecs work in. */
const WIDTH = 171;
const HEIGHT = 117;
type Color = readonly [number, number, number, number];

/** Different everywhere, and smooth enough for a JPEG. */
function shade(x: number, y: number): Color {
  return [(x * 200) / WIDTH + 20, (y * 200) / HEIGHT + 20, (x + y) % 160, 255].map(Math.floor) as never;
}

const orientations = [1, 2, 3, 4, 5, 6, 7, 8];
const cases = (["JPEG", "PNG", "interlaced PNG"] as const).flatMap((kind) =>
  orientations.map((orientation) => ({ kind, orientation })),
);
type Kind = (typeof cases)[number]["kind"];

/** A file whose pixels are stored for an orientation, which its tag says. */
function makePicture(kind: Kind, orientation: number, tag = orientation): Uint8Array {
  const [width, height] = orientation >= 5 ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT];
  return kind === "JPEG"
    ? jpegWithExif(encodePixels(width, height, shade, 95), exif(tag, orientation % 2 === 0))
    : withOrientation(encodeRgb(width, height, shade, kind === "interlaced PNG"), tag);
}

function encodeRgb(
  width: number,
  height: number,
  color: (x: number, y: number) => readonly number[],
  interlaced = false,
): Uint8Array {
  const sample = (x: number, y: number, channel: number): number => color(x, y)[channel] ?? 0;
  return makePng({ width, height, depth: 8, colorType: 2, interlaced, sample });
}

/** The same picture, stored as it is seen: turned here, and not by the renderer. */
async function storeUpright(kind: Kind, orientation: number): Promise<Document> {
  const { bytes } = await render({ document: await documentWithImage(makePicture(kind, orientation, 1)) });
  const upright = turnUpright(decodePixels(bytes), orientation);
  return documentWithImage(encodeRgb(upright.width, upright.height, (x, y) => upright.at(x, y)));
}

const annotations = [
  sampleAnnotation({
    type: "box",
    geometry: { x: 12, y: 10, width: 60, height: 31, rotation: 10 },
    style: { fill: "#ff000080", opacity: 0.5 },
    labels: ["roof"],
    text: "A note on the roof",
  }),
  sampleAnnotation({
    type: "freehand",
    // A long line, of which its own painter makes coverage.
    geometry: { points: Array.from({ length: 90 }, (_, n) => [n * 2 - 5, 60 + 40 * Math.sin(n / 9)]) },
    style: { stroke: "#00c853", stroke_width: 5 },
    labels: ["wire"],
  }),
  sampleAnnotation({ type: "text", geometry: { x: 90, y: 20 }, text: "Up", style: { font_size: 40 } }),
  sampleAnnotation({ type: "point", geometry: { x: 165, y: 112 } }),
];

const optionSets: [string, Partial<ExportOptions>][] = [
  ["", {}],
  [" with legend and notes", { legend: true, notes: "numbers" }],
];

/** Decodes a file, and turns it upright as its header says. */
async function decodeUpright(file: Uint8Array): Promise<Pixels & { orientation: number }> {
  const info = await readImageInfo(file);
  if (!info.ok) throw new Error(info.error.message);
  const { orientation } = info.value;
  return { ...turnUpright(decodePixels(file), orientation), orientation };
}

/** Expects that a JPG is as close to what it shows as that of the same picture stored upright. */
async function expectAlike(
  document: Document,
  upright: Document,
  options: Partial<ExportOptions>,
): Promise<void> {
  const shown = decodePixels((await render({ document: upright, annotations, options })).bytes);
  const jpg = { annotations, format: "jpg" as const, options: { ...options, quality: 95 } };
  const [made, plain] = [await render({ document, ...jpg }), await render({ document: upright, ...jpg })];
  expect([made.width, made.height]).toEqual([plain.width, plain.height]);
  const pixels = await decodeUpright(made.bytes);
  expect([pixels.width, pixels.height]).toEqual([shown.width, shown.height]);
  const [loss, least] = [measurePsnr(pixels, shown), measurePsnr(decodePixels(plain.bytes), shown)];
  expect(least).toBeGreaterThan(24);
  expect(Math.abs(loss - least)).toBeLessThan(1);
}

describe.each(optionSets)("EXIF orientation%s", (_name, options) => {
  const kinds = options.legend ? cases.filter(({ kind }) => kind !== "interlaced PNG") : cases;
  it.each(kinds)("$orientation of a $kind: as if it were stored upright", async ({ kind, orientation }) => {
    const document = await documentWithImage(makePicture(kind, orientation));
    expect([document.width, document.height]).toEqual([WIDTH, HEIGHT]);
    const upright = await storeUpright(kind, orientation);
    for (const format of ["png", "webp"] as const) {
      const expected = await render({ document: upright, annotations, format, options });
      const made = await render({ document, annotations, format, options });
      expect([made.width, made.height]).toEqual([expected.width, expected.height]);
      // The same pixels make the same file.
      expect(made.bytes.toBase64() === expected.bytes.toBase64(), format).toBe(true);
    }
    await expectAlike(document, upright, options);
  });

  it.each([0.5, 2])("scaled by %f: within a rounding of what is scaled upright", async (scale) => {
    for (const orientation of [2, 3, 6, 8]) {
      const document = await documentWithImage(makePicture("PNG", orientation));
      const upright = await storeUpright("PNG", orientation);
      const scaled = { ...options, scale };
      const expected = decodePixels(
        (await render({ document: upright, annotations, options: scaled })).bytes,
      );
      const made = decodePixels((await render({ document, annotations, options: scaled })).bytes);
      expect([made.width, made.height]).toEqual([expected.width, expected.height]);
      expect(measurePsnr(made, expected)).toBeGreaterThan(58);
      await expectAlike(document, upright, scaled);
    }
  });
});

describe("the orientation of an exported JPG", () => {
  it.each(orientations)("%i stays in the file, where rows are as stored", async (orientation) => {
    for (const kind of ["JPEG", "PNG"] as const) {
      const document = await documentWithImage(makePicture(kind, orientation));
      const { bytes } = await render({ document, format: "jpg" });
      expect(await decodeUpright(bytes)).toMatchObject({ orientation });
    }
  });
});

describe("EXIF orientation of a WebP", () => {
  it.each(orientations)("%i: as it is stored, which is what browsers show", async (orientation) => {
    const size = { width: WIDTH, height: HEIGHT };
    const plain = encodePixels(WIDTH, HEIGHT, shade);
    const document = await documentWithImage(extendWebp(plain, size, { tiff: exif(orientation, true) }));
    expect([document.width, document.height]).toEqual([WIDTH, HEIGHT]);
    const pixels = decodePixels((await render({ document })).bytes);
    expect(measurePsnr(pixels, decodePixels(plain))).toBe(Infinity);
  });
});
