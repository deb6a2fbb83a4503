import { describe, expect, it } from "vitest";
import { extendWebp, jpegWithExif } from "../support/export/colored-images.ts";
import {
  colorDistance,
  decodePixels,
  encodePixels,
  encodePng,
  withOrientation,
} from "../support/export/pixels.ts";
import { exif } from "../support/export/sample-headers.ts";
import { documentWithImage, render, sampleAnnotation } from "../support/export/sample-state.ts";

/** The upright image: red and green above, blue and white below. Blocks of 16 pixels survive in a JPEG. */
const WIDTH = 64;
const HEIGHT = 32;
type Color = readonly [number, number, number, number];
const red: Color = [255, 0, 0, 255];
const green: Color = [0, 255, 0, 255];
const blue: Color = [0, 0, 255, 255];
const white: Color = [255, 255, 255, 255];
function upright(x: number, y: number): Color {
  if (y < HEIGHT / 2) return x < WIDTH / 2 ? red : green;
  return x < WIDTH / 2 ? blue : white;
}

/** Where the stored pixel (x, y) is seen, after Exif 3.0 §4.6.5.1.6, which says what row 0 and column 0 are. */
const seenAt: Record<number, (x: number, y: number) => [number, number]> = {
  1: (x, y) => [x, y], // top, left
  2: (x, y) => [WIDTH - 1 - x, y], // top, right
  3: (x, y) => [WIDTH - 1 - x, HEIGHT - 1 - y], // bottom, right
  4: (x, y) => [x, HEIGHT - 1 - y], // bottom, left
  5: (x, y) => [y, x], // left, top
  6: (x, y) => [WIDTH - 1 - y, x], // right, top
  7: (x, y) => [WIDTH - 1 - y, HEIGHT - 1 - x], // right, bottom
  8: (x, y) => [y, HEIGHT - 1 - x], // left, bottom
};

const orientations = [1, 2, 3, 4, 5, 6, 7, 8];
const cases = (["JPEG", "PNG"] as const).flatMap((format) =>
  orientations.map((orientation) => ({ format, orientation })),
);

async function makePicture(format: "JPEG" | "PNG", orientation: number): Promise<Uint8Array> {
  const [width, height] = orientation >= 5 ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT];
  const stored = (x: number, y: number): Color => upright(...(seenAt[orientation]?.(x, y) ?? [0, 0]));
  const tiff = exif(orientation, orientation % 2 === 0);
  switch (format) {
    case "JPEG":
      return jpegWithExif(encodePixels(width, height, stored, 95), tiff);
    case "PNG":
      return withOrientation(await encodePng(width, height, stored), orientation);
  }
}

describe("EXIF orientation", () => {
  it.each(cases)("$orientation of a $format: upright, with what is drawn where it belongs", async (which) => {
    const document = await documentWithImage(await makePicture(which.format, which.orientation));
    expect([document.width, document.height]).toEqual([WIDTH, HEIGHT]);
    const dot = sampleAnnotation({
      type: "box",
      geometry: { x: 36, y: 4, width: 8, height: 8 },
      style: { stroke: null, fill: "#000000" },
    });
    for (const format of ["png", "webp", "jpg"] as const) {
      const file = await render({ document, annotations: [dot], format, options: { quality: 95 } });
      const pixels = decodePixels(file.bytes);
      expect([pixels.width, pixels.height]).toEqual([WIDTH, HEIGHT]);
      for (const [x, y] of [
        [8, 8],
        [56, 8],
        [8, 24],
        [56, 24],
      ] as const) {
        expect(colorDistance(pixels.at(x, y), upright(x, y)), `${format} ${x}, ${y}`).toBeLessThan(8);
      }
      expect(colorDistance(pixels.at(40, 8), [0, 0, 0, 255])).toBeLessThan(30);
    }
  });

  it.each(orientations)("%i of a WebP: as it is stored, which is what browsers show", async (orientation) => {
    const size = { width: WIDTH, height: HEIGHT };
    const plain = encodePixels(WIDTH, HEIGHT, upright);
    const document = await documentWithImage(extendWebp(plain, size, { tiff: exif(orientation, true) }));
    expect([document.width, document.height]).toEqual([WIDTH, HEIGHT]);
    const pixels = decodePixels((await render({ document })).bytes);
    for (const [x, y] of [
      [8, 8],
      [56, 24],
    ] as const) {
      expect(pixels.at(x, y)).toEqual(upright(x, y));
    }
  });
});
