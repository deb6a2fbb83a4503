import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";
import { JpegRows } from "../../src/raster/decode/jpeg/jpeg-rows.ts";
import { readSegments, type SegmentData } from "../../src/raster/decode/jpeg/segment-reader.ts";
import { readLayout } from "../../src/raster/decode/jpeg/layout.ts";
import { openImage } from "../../src/raster/decode/open-image.ts";
import { displayP3, jpegWithProfile } from "../support/export/colored-images.ts";
import { decodeImage, type DecodedPicture } from "../support/export/decode-image.ts";
import { jpegFixture, namesOfJpegFixtures } from "../support/export/jpeg-fixtures.ts";
import { memoryFile } from "../support/export/memory-file.ts";
import { concat } from "../support/export/sample-headers.ts";

const fixture = (name: string) => memoryFile(jpegFixture(name));

/** The largest difference in any sample. */
function largestDifference(a: DecodedPicture, b: DecodedPicture): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  return a.pixels.reduce((most, value, at) => Math.max(most, Math.abs(value - (b.pixels[at] ?? -1))), 0);
}

describe("a JPEG is decoded to the pixels that libjpeg-turbo makes of it", () => {
  const pictures = namesOfJpegFixtures("", ".jpg");
  const references = new Set(namesOfJpegFixtures("", ".png"));
  it.each(pictures.filter((name) => references.has(name)))("%s", async (name) => {
    const decoded = await decodeImage(fixture(`${name}.jpg`));
    const reference = await decodeImage(fixture(`${name}.png`));
    expect(largestDifference(decoded, reference)).toBe(0);
    const warning = /^cmyk|^ycck/.test(name) ? [expect.stringContaining("The picture is in CMYK.")] : [];
    expect(decoded.warnings).toEqual(warning);
  });

  it.each(namesOfJpegFixtures("scaled/", ".png"))(
    "smaller, where fewer pixels are enough: %s eighths",
    async (name) => {
      const reference = await decodeImage(fixture(`scaled/${name}.png`));
      const file = fixture(`${name.slice(0, -2)}.jpg`);
      expect(largestDifference(await decodeImage(file, { atLeast: reference }), reference)).toBe(0);
      const { width } = await decodeImage(file, { atLeast: { ...reference, width: reference.width + 1 } });
      expect(width).toBe(Math.ceil((45 * 2 * Number(name.at(-1))) / 8));
    },
  );
});

describe("a JPEG without Huffman tables, as frames of Motion JPEG are", () => {
  const HUFFMAN_TABLES = 0xc4;
  /** Leaves out the segments that define Huffman tables, but for the first `kept`. */
  const leaveOut = async (name: string, kept = 0): Promise<Uint8Array> => {
    const file = jpegFixture(`${name}.jpg`);
    const tables: SegmentData[] = [];
    for await (const segment of readSegments(memoryFile(file).read())) {
      if (segment.marker === HUFFMAN_TABLES) tables.push(segment);
    }
    expect(tables.length).toBeGreaterThan(kept);
    const left: Uint8Array[] = [];
    let from = 0;
    for (const { start, end } of tables.slice(kept)) {
      left.push(file.subarray(from, start));
      from = end;
    }
    return concat(...left, file.subarray(from));
  };

  it.each(["sampling-2x2", "gray", "scans-apart"])("is decoded with the usual ones: %s", async (name) => {
    const reference = await decodeImage(fixture(`${name}.png`));
    for (const kept of [0, 1]) {
      const decoded = await decodeImage(memoryFile(await leaveOut(name, kept)));
      expect(largestDifference(decoded, reference)).toBe(0);
      expect(decoded.warnings).toEqual([]);
    }
  });

  it("is damaged where there are no usual ones", async () => {
    const damaged = "is damaged: its tables make no sense";
    await expect(decodeImage(memoryFile(await leaveOut("progressive-2x2")))).rejects.toThrow(damaged);
    const file = jpegFixture("gray.jpg");
    const { scans } = await readLayout(memoryFile(file));
    // The component's tables, DC and AC: there are usual ones of numbers 0 and 1.
    for (const [numbers, outcome] of [
      [0x00, undefined],
      [0x02, damaged],
      [0x20, damaged],
    ] as const) {
      const changed = file.slice();
      // Three bytes about the band end the scan's header.
      changed[(scans[0]?.start ?? 0) - 4] = numbers;
      const decoding = decodeImage(memoryFile(changed));
      if (outcome === undefined) expect((await decoding).warnings).toEqual([]);
      else await expect(decoding).rejects.toThrow(outcome);
    }
  });
});

describe("the colours of a JPEG", () => {
  it("are not those of JFIF because another segment is like it", async () => {
    const file = jpegFixture("rgb-adobe.jpg");
    const reference = await decodeImage(fixture("rgb-adobe.png"));
    // APP0 of Motion JPEG, and a comment that starts as JFIF does.
    for (const segment of [concat([0xff, 0xe0, 0, 7], "AVI1\0"), concat([0xff, 0xfe, 0, 7], "JFIF\0")]) {
      const decoded = await decodeImage(memoryFile(concat(file.subarray(0, 2), segment, file.subarray(2))));
      expect(largestDifference(decoded, reference)).toBe(0);
    }
  });
});

describe("a JPEG comes in parts of any size", () => {
  it.each([1, 2, 3, 17, 100_000])("of %i bytes", async (partBytes) => {
    for (const name of ["restart-mcu", "scans-apart", "progressive-2x2"]) {
      const decoded = await decodeImage(memoryFile(jpegFixture(`${name}.jpg`), partBytes), { rowsAtOnce: 1 });
      const reference = await decodeImage(fixture(`${name}.png`));
      expect(largestDifference(decoded, reference)).toBe(0);
    }
  });

  it("and is read once, where one scan has it all: its header, then its pixels", async () => {
    const file = fixture("sampling-2x2.jpg");
    await decodeImage(file);
    expect(file.reads.streams).toBe(2);
    expect(file.reads.ranges).toBe(1);
  });
});

describe("a window of a JPEG's columns has the pixels that the whole picture has there", () => {
  it.each(["sampling-1x1", "sampling-2x1", "sampling-2x2", "sampling-4x2", "progressive-2x2", "gray"])(
    "%s",
    async (name) => {
      const file = fixture(`${name}.jpg`);
      const whole = await decodeImage(fixture(`${name}.png`));
      const layout = await readLayout(file);
      for (const [firstColumn, columnCount] of [
        [0, 1],
        [0, 16],
        [15, 2],
        [16, 16],
        [30, 15],
        [44, 1],
      ] as const) {
        const rows = new JpegRows(file, layout, { blockSamples: 8, firstColumn, columnCount });
        const row = new Uint8Array(columnCount * 4);
        for (let y = 0; y < whole.height; y++) {
          await rows.readRow(row);
          const start = (y * whole.width + firstColumn) * 4;
          expect(row).toEqual(whole.pixels.subarray(start, start + columnCount * 4));
        }
        await rows.close();
      }
    },
  );
});

describe("of an opened JPEG only the columns that are selected are made", () => {
  it.each([false, true])("from the next first row on (another colour space: %s)", async (isP3) => {
    const plain = jpegFixture("sampling-2x2.jpg");
    const bytes = isP3 ? jpegWithProfile(plain, displayP3) : plain;
    const whole = await decodeImage(memoryFile(bytes));
    const file = memoryFile(bytes);
    const image = await openImage(file, readConfig({}));
    const { width, height } = image;
    for (const [first, count] of [
      [0, width],
      [5, 9],
      [20, 25],
    ] as const) {
      const { streams } = file.reads;
      for (let run = 0; run < 2; run++) image.selectColumns?.(first, count);
      const rows = new Uint8Array(width * height * 4).fill(7);
      for (let y = 0; y < height; y += 5) await image.readRows(y, 5, rows.subarray(y * width * 4));
      for (let x = 0; x < width; x++) {
        const isMade = x >= first && x < first + count;
        for (let y = 0; y < height; y++) {
          const at = (y * width + x) * 4;
          const expected = isMade ? whole.pixels.subarray(at, at + 4) : [7, 7, 7, 7];
          expect([...rows.subarray(at, at + 4)]).toEqual([...expected]);
        }
      }
      // One pass each.
      expect(file.reads.streams).toBe(streams + 1);
    }
    await image.close();
  });
});
