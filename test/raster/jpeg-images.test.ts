import { readConfig } from "../../src/config.ts";
import { describe, expect, it } from "vitest";
import type { ImageFile } from "../../src/raster/decode/image-file.ts";
import type { OpenOptions } from "../../src/raster/decode/image-source.ts";
import { openImage } from "../../src/raster/decode/open-image.ts";
import { toBytes } from "../support/export/fixture-photos.ts";
import { memoryFile } from "../support/export/memory-file.ts";

const fixtures = import.meta.glob("../fixtures/jpeg/**/*", {
  query: "?inline",
  import: "default",
  eager: true,
});
const fixture = (name: string): Uint8Array => toBytes(fixtures[`../fixtures/jpeg/${name}`] ?? "");
const names = Object.keys(fixtures)
  .filter((path) => path.endsWith(".jpg") && path.replace(".jpg", ".png") in fixtures)
  .map((path) => path.slice("../fixtures/jpeg/".length, -".jpg".length));

interface Picture {
  width: number;
  height: number;
  pixels: Uint8Array;
  warnings: readonly string[];
}

async function decode(file: ImageFile, options?: OpenOptions, rowsAtOnce = 7): Promise<Picture> {
  const image = await openImage(file, readConfig({}), options);
  const { width, height } = image;
  const pixels = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += rowsAtOnce) {
    await image.readRows(y, Math.min(rowsAtOnce, height - y), pixels.subarray(y * width * 4));
  }
  await image.close();
  return { width, height, pixels, warnings: image.warnings };
}

/** The largest difference in any sample. */
function largestDifference(a: Picture, b: Picture): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  return a.pixels.reduce((most, value, at) => Math.max(most, Math.abs(value - (b.pixels[at] ?? -1))), 0);
}

describe("a JPEG is decoded to the pixels that libjpeg-turbo makes of it", () => {
  it.each(names)("%s", async (name) => {
    const decoded = await decode(memoryFile(fixture(`${name}.jpg`)));
    const reference = await decode(memoryFile(fixture(`${name}.png`)));
    expect(largestDifference(decoded, reference)).toBe(0);
    const warning = /^cmyk|^ycck/.test(name) ? [expect.stringContaining("The picture is in CMYK.")] : [];
    expect(decoded.warnings).toEqual(warning);
  });

  const scaled = Object.keys(fixtures)
    .filter((path) => path.includes("/scaled/"))
    .map((path) => path.slice("../fixtures/jpeg/scaled/".length, -".png".length));
  it.each(scaled)("smaller, where fewer pixels are enough: %s eighths", async (name) => {
    const reference = await decode(memoryFile(fixture(`scaled/${name}.png`)));
    const file = memoryFile(fixture(`${name.slice(0, -2)}.jpg`));
    expect(largestDifference(await decode(file, { atLeast: reference }), reference)).toBe(0);
    const { width } = await decode(file, { atLeast: { ...reference, width: reference.width + 1 } });
    expect(width).toBe(Math.ceil((45 * 2 * Number(name.at(-1))) / 8));
  });
});

describe("a JPEG comes in parts of any size", () => {
  it.each([1, 2, 3, 17, 100_000])("of %i bytes", async (partBytes) => {
    for (const name of ["restart-mcu", "scans-apart", "progressive-2x2"]) {
      const decoded = await decode(memoryFile(fixture(`${name}.jpg`), partBytes), {}, 1);
      const reference = await decode(memoryFile(fixture(`${name}.png`)));
      expect(largestDifference(decoded, reference)).toBe(0);
    }
  });

  it("and is read once, where one scan has it all: its header, then its pixels", async () => {
    const file = memoryFile(fixture("sampling-2x2.jpg"));
    await decode(file);
    expect(file.reads.streams).toBe(2);
    expect(file.reads.ranges).toBe(2);
  });
});
