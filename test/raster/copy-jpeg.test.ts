import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { ChromaSampling, ExportOptions } from "../../src/protocol/model/export-job.ts";
import { copyJpeg, findCopiedChroma } from "../../src/raster/copy-jpeg.ts";
import { openImage } from "../../src/raster/decode/open-image.ts";
import { readLayout } from "../../src/raster/decode/jpeg/layout.ts";
import { createJpegSink } from "../../src/raster/encode/jpeg-sink.ts";
import { UnusableImage } from "../../src/raster/image-errors.ts";
import { collectFile } from "../support/export/collect-file.ts";
import { decodeImage, type DecodedPicture } from "../support/export/decode-image.ts";
import { jpegFixture, namesOfJpegFixtures } from "../support/export/jpeg-fixtures.ts";
import { memoryFile } from "../support/export/memory-file.ts";
import { mutateFile, seedRandom } from "../support/export/mutate-file.ts";
import { documentWithImage, render, sampleAnnotation } from "../support/export/sample-state.ts";
import { photoLike } from "../support/export/test-picture.ts";

const limits = { MAX_IMAGE_PIXELS: 1_000_000, MAX_WHOLE_IMAGE_PIXELS: 1_000_000 };
const samplings: readonly ChromaSampling[] = ["4:2:0", "4:4:4"];

/** RGBA of `photoLike`. */
function photo(width: number, height: number): Uint8Array {
  const rows = new Uint8Array(width * height * 4);
  for (let at = 0; at < width * height; at++) {
    rows.set([...photoLike(at % width, Math.floor(at / width)), 255], at * 4);
  }
  return rows;
}

interface EncodeOptions {
  quality: number;
  chroma?: ChromaSampling;
  orientation?: number;
}

async function encode(
  rows: Uint8Array,
  width: number,
  { quality, chroma = "4:2:0", orientation = 1 }: EncodeOptions,
): Promise<Uint8Array> {
  const file = collectFile();
  const options = { quality, chroma, orientation };
  const sink = createJpegSink(file.write, width, rows.length / 4 / width, options);
  await sink.writeRows(rows.slice());
  await sink.finish();
  return file.join();
}

async function copy(jpeg: Uint8Array, quality: number, partBytes = 1000): Promise<Uint8Array> {
  const source = memoryFile(jpeg, partBytes);
  const file = collectFile();
  await copyJpeg(source, await readLayout(source), file.write, quality, async () => {});
  return file.join();
}

const decode = (jpeg: Uint8Array): Promise<DecodedPicture> => decodeImage(memoryFile(jpeg));

/** The peak signal-to-noise ratio in dB. */
function compare(found: Uint8Array, wanted: Uint8Array): number {
  const squares = found.reduce((sum, value, at) => sum + (value - (wanted[at] ?? 0)) ** 2, 0);
  return 10 * Math.log10((255 ** 2 * found.length) / squares);
}

describe("a JPEG is copied", () => {
  it.each(samplings)("at its own quality byte by byte, at every size, with %s", async (chroma) => {
    for (const [width, height] of [
      [1, 1],
      [7, 9],
      [16, 16],
      [17, 33],
      [150, 40],
    ] as const) {
      for (const quality of [30, 85, 100]) {
        const jpeg = await encode(photo(width, height), width, { quality, chroma });
        expect(await copy(jpeg, quality)).toEqual(jpeg);
      }
    }
  });

  it("with its orientation, by which its rows stay as they are stored", async () => {
    const jpeg = await encode(photo(40, 24), 40, { quality: 85, orientation: 6 });
    expect(await copy(jpeg, 85)).toEqual(jpeg);
  });

  const copied = namesOfJpegFixtures("", ".jpg").filter((name) =>
    /^(?:progressive-(?:1x1|2x2)|restart-mcu|restart-progressive|scans-apart|dnl|no-end|sampling-(?:1x1|2x2)|width-\d-2x2|width-3-progressive)/.test(
      name,
    ),
  );
  it.each(copied)("of any kind, in parts of any size, without loss at the best quality: %s", async (name) => {
    const jpeg = jpegFixture(`${name}.jpg`);
    const { pixels } = await decode(jpeg);
    for (const partBytes of [1, 100_000]) {
      expect((await decode(await copy(jpeg, 100, partBytes))).pixels).toEqual(pixels);
    }
  });

  it.each(samplings)(
    "as near to what was photographed as if pixels were made of it, or nearer, with %s",
    async (chroma) => {
      const wanted = photo(256, 192);
      const jpeg = await encode(wanted, 256, { quality: 92, chroma });
      const { pixels } = await decode(jpeg);
      for (const quality of [40, 75, 85, 90]) {
        const ours = await copy(jpeg, quality);
        const byPixels = await encode(pixels, 256, { quality, chroma });
        const lost =
          compare((await decode(byPixels)).pixels, wanted) - compare((await decode(ours)).pixels, wanted);
        expect(lost).toBeLessThan(0.1);
        expect(ours.length / byPixels.length).toBeLessThan(1.03);
      }
    },
  );

  it("only if the encoder would write blocks like the file's", async () => {
    const chromaOf = async (name: string) =>
      findCopiedChroma(await readLayout(memoryFile(jpegFixture(`${name}.jpg`))));
    expect(await chromaOf("sampling-2x2")).toBe("4:2:0");
    expect(await chromaOf("sampling-1x1")).toBe("4:4:4");
    for (const name of [
      "sampling-2x1",
      "sampling-1x2",
      "sampling-4x2",
      "gray",
      "rgb-ids",
      "ycck",
      "cmyk-plain",
    ]) {
      expect(await chromaOf(name)).toBeUndefined();
    }
    const [colors, frame] = [{ color: "ycbcr" }, { h: 2, v: 2 }] as const;
    const layout = await readLayout(memoryFile(jpegFixture("sampling-2x2.jpg")));
    const [y, other] = [
      { ...frame, id: 1, table: 0 },
      { h: 1, v: 1, id: 2, table: 0 },
    ];
    for (const components of [
      [y, y, other],
      [y, other, y],
    ]) {
      expect(
        findCopiedChroma({ ...layout, ...colors, frame: { ...layout.frame, components } }),
      ).toBeUndefined();
    }
  });
});

describe("a damaged JPEG", () => {
  it("is copied as far as it goes, and the export says so", async () => {
    const jpeg = await encode(photo(64, 64), 64, { quality: 85 });
    const image = await openImage(memoryFile(jpeg.subarray(0, -300)), limits);
    await image.copy?.write(collectFile().write, 85, async () => {});
    expect(image.warnings).toEqual([expect.stringContaining("The picture's file is damaged or cut off.")]);
  });

  it("is refused where it has no pixels at all", async () => {
    const jpeg = await encode(photo(8, 8), 8, { quality: 85 });
    const scan = jpeg.findLastIndex((byte, at) => byte === 0xff && jpeg[at + 1] === 0xda);
    const image = await openImage(memoryFile(jpeg.subarray(0, scan + 14)), limits);
    await expect(image.copy?.write(collectFile().write, 85, async () => {})).rejects.toThrow(
      "it holds no pixels",
    );
  });

  it("with coefficients beyond all bounds becomes a JPEG that is whole", async () => {
    const jpeg = await encode(photo(64, 64), 64, { quality: 100 });
    // Every quantization table with the largest divisors.
    for (let at = 0; at < jpeg.length; at++) {
      if (jpeg[at] === 0xff && jpeg[at + 1] === 0xdb)
        jpeg.fill(255, at + 5, at + 69).fill(255, at + 70, at + 134);
    }
    const decoded = await decode(await copy(jpeg, 100));
    expect(decoded.warnings).toEqual([]);
  });

  it("ends in a file or a reason, whatever was changed", async () => {
    const random = seedRandom(crc32("copies"));
    let files = 0;
    for (let run = 0; run < 150; run++) {
      const file = mutateFile(jpegFixture(run % 2 ? "progressive-2x2.jpg" : "restart-mcu.jpg"), random);
      try {
        const image = await openImage(memoryFile(file, 300), limits);
        if (!image.copy) continue;
        const written = collectFile();
        await image.copy.write(written.write, 100, async () => {});
        files++;
        expect((await decode(written.join())).warnings).toEqual([]);
      } catch (error) {
        if (!(error instanceof UnusableImage)) throw error;
      }
    }
    expect(files).toBeGreaterThan(30);
  });

  it("stops where it is told to", async () => {
    const jpeg = await encode(photo(64, 64), 64, { quality: 85 });
    const image = await openImage(memoryFile(jpeg), limits);
    const rows: number[] = [];
    const copying = image.copy?.write(collectFile().write, 85, async (count) => {
      rows.push(count);
      if (count === 32) throw new Error("cancelled");
    });
    await expect(copying).rejects.toThrow(new Error("cancelled"));
    expect(rows).toEqual([16, 32]);
  });
});

describe("an export to JPG", () => {
  const options = { quality: 85, chroma: "4:2:0" } as const;

  async function exportAgain(
    jpeg: Uint8Array,
    more: { options?: Partial<ExportOptions>; annotated?: boolean } = {},
  ): Promise<Uint8Array> {
    const annotation = sampleAnnotation({ type: "box", geometry: { x: 2, y: 2, width: 5, height: 5 } });
    const { bytes } = await render({
      document: await documentWithImage(jpeg),
      annotations: more.annotated === true ? [annotation] : [],
      format: "jpg",
      options: { ...options, ...more.options },
    });
    return bytes;
  }

  it("copies the picture where nothing is drawn, and nothing else is done to it", async () => {
    const jpeg = await encode(photo(64, 48), 64, options);
    expect(await exportAgain(jpeg)).toEqual(jpeg);
    const whole = await encode(photo(64, 48), 64, { quality: 85, chroma: "4:4:4" });
    expect(await exportAgain(whole, { options: { chroma: "4:4:4" } })).toEqual(whole);
  });

  it("makes pixels of it otherwise", async () => {
    const jpeg = await encode(photo(64, 48), 64, options);
    const sizeOf = async (bytes: Uint8Array) => {
      const { width, height } = await decode(bytes);
      return [width, height];
    };
    expect(await sizeOf(await exportAgain(jpeg, { options: { scale: 0.5 } }))).toEqual([32, 24]);
    expect(await exportAgain(jpeg, { annotated: true })).not.toEqual(jpeg);
    expect((await sizeOf(await exportAgain(jpeg, { options: { legend: true }, annotated: true })))[0]).toBe(
      64,
    );
    const whole = await exportAgain(jpeg, { options: { chroma: "4:4:4" } });
    expect(findCopiedChroma(await readLayout(memoryFile(whole)))).toBe("4:4:4");
  });

  it("reports progress up to the end, and counts its memory", async () => {
    const jpeg = await encode(photo(1200, 1000), 1200, options);
    const { peakBytes } = await render({ document: await documentWithImage(jpeg), format: "jpg", options });
    expect(peakBytes).toBeGreaterThan(512 * 1024);
    expect(peakBytes).toBeLessThan(8 * 1024 * 1024);
  });
});
