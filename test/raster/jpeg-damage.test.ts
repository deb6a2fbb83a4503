import { crc32 } from "node:zlib";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { JPEG_SCANS_MAX } from "../../src/protocol/limits.ts";
import { JpegDecoder } from "../../src/raster/decode/jpeg/jpeg-decoder.ts";
import { readLayout } from "../../src/raster/decode/jpeg/layout.ts";
import { UndecodableImage, UnusableImage } from "../../src/raster/image-errors.ts";
import { decodeImage } from "../support/export/decode-image.ts";
import { jpegFixture, namesOfJpegFixtures } from "../support/export/jpeg-fixtures.ts";
import { memoryFile } from "../support/export/memory-file.ts";
import { mutateFile, seedRandom } from "../support/export/mutate-file.ts";
import { concat, u16 } from "../support/export/sample-headers.ts";

const MIB = 1024 * 1024;
const GAPS = expect.stringContaining("The picture's file is damaged or cut off.");
const sound = jpegFixture("progressive-2x2.jpg");

/** A segment with its marker. */
function segment(marker: number, ...data: (Uint8Array | number[])[]): Uint8Array {
  const body = concat(...data);
  return concat([0xff, marker], u16(body.length + 2), body);
}

/** "a picture", or why there is none. Throws what is no reason for a person. */
async function outcomeOf(file: Uint8Array): Promise<string> {
  try {
    // Few pixels: size is not what is tested here.
    const { memoryBytes } = await decodeImage(memoryFile(file, 300), {
      limits: { MAX_IMAGE_PIXELS: 100_000, MAX_WHOLE_IMAGE_PIXELS: 100_000 },
    });
    expect(memoryBytes).toBeLessThan(16 * MIB);
    return "a picture";
  } catch (error) {
    if (!(error instanceof UnusableImage)) throw error;
    return error.message;
  }
}

describe("R55 a JPEG that was mutated", () => {
  const seeds = namesOfJpegFixtures("", ".jpg").map(jpegFixtureOf);
  function jpegFixtureOf(name: string): Uint8Array {
    return jpegFixture(`${name}.jpg`);
  }

  it("is a picture, or fails with a reason, and the next one is as ever", async () => {
    const runs = Number(env.JPEG_FUZZ_RUNS);
    const random = seedRandom(crc32("JPEG"));
    const outcomes = new Map<string, number>();
    for (let run = 0; run < runs; run++) {
      const file = mutateFile(seeds[run % seeds.length] ?? sound, random);
      const outcome = await outcomeOf(file);
      expect(outcome, `run ${run}`).toMatch(
        /^(?:a picture|The JPEG picture is damaged: .+|The picture (?:is a JPEG (?:with|of) .+|is \d+ × \d+ pixels, .+|must be .+))$/,
      );
      const kind = outcome.replace(/\d+/g, "n");
      outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
    }
    console.log(Object.fromEntries(outcomes));
    expect(outcomes.get("a picture")).toBeGreaterThan(runs / 10);
    const reference = await decodeImage(memoryFile(jpegFixture("progressive-2x2.png")));
    expect((await decodeImage(memoryFile(sound))).pixels).toEqual(reference.pixels);
  }, 3_600_000);
});

describe("R55 a JPEG that is cut off", () => {
  it.each(["sampling-2x2", "progressive-2x2", "restart-mcu", "scans-apart", "dnl"])(
    "%s: at any byte of its pixels it is a picture, whole or with a warning",
    async (name) => {
      const file = jpegFixture(`${name}.jpg`);
      const reference = await decodeImage(memoryFile(jpegFixture(`${name}.png`)));
      const { scans } = await readLayout(memoryFile(file));
      const pixelsAt = scans[0]?.start ?? 0;
      for (let length = 0; length < file.length; length++) {
        const cut = file.subarray(0, length);
        if (length <= pixelsAt || name === "dnl") {
          expect(await outcomeOf(cut)).toMatch(
            /^(?:a picture|The JPEG picture is damaged: |The picture must be )/,
          );
          continue;
        }
        const { width, height, pixels, warnings } = await decodeImage(memoryFile(cut));
        expect([width, height]).toEqual([45, 35]);
        // A progressive file may lack a whole scan: it is then less sharp, but has no gaps.
        if (name === "sampling-2x2" && crc32(pixels) !== crc32(reference.pixels))
          expect(warnings).toEqual([GAPS]);
      }
    },
    60_000,
  );

  it("is gray where there is nothing, and right above", async () => {
    const file = jpegFixture("sampling-1x1.jpg");
    const reference = await decodeImage(memoryFile(jpegFixture("sampling-1x1.png")));
    const { pixels, warnings } = await decodeImage(memoryFile(file.subarray(0, file.length * 0.7)));
    expect(warnings).toEqual([GAPS]);
    const rowBytes = 45 * 4;
    expect(pixels.subarray(0, 8 * rowBytes)).toEqual(reference.pixels.subarray(0, 8 * rowBytes));
    expect(pixels.subarray(-rowBytes).every((value, at) => value === (at % 4 === 3 ? 255 : 128))).toBe(true);
  });

  it("or lost a restart interval: only that is gray, as the markers are numbered", async () => {
    const file = jpegFixture("restart-mcu.jpg");
    const reference = await decodeImage(memoryFile(jpegFixture("restart-mcu.png")));
    const marker = (number: number): number => {
      for (let at = 0; ; at++) if (file[at] === 0xff && file[at + 1] === 0xd0 + number) return at;
    };
    // Between RST0 and RST1 is the second MCU: columns 16 to 31.
    const lost = concat(file.subarray(0, marker(0)), file.subarray(marker(1)));
    const { pixels, warnings } = await decodeImage(memoryFile(lost));
    expect(warnings).toEqual([GAPS]);
    const differing = new Set<string>();
    for (let at = 0; at < pixels.length; at += 4) {
      if (pixels[at] === reference.pixels[at]) continue;
      differing.add(`${Math.floor(((at / 4) % 45) / 16)}, ${Math.floor(at / 4 / 45 / 16)}`);
    }
    // Chrominance is blended with that of the neighbours.
    expect(differing).toContain("1, 0");
    expect(differing).not.toContain("2, 2");
  });
});

describe("a JPEG that makes no sense", () => {
  const head = concat([0xff, 0xd8]);
  const gray = (marker: number, width: number, height: number): Uint8Array =>
    segment(marker, [8, ...u16(height), ...u16(width), 1, 1, 0x11, 0]);
  const quantization = segment(0xdb, [0], new Uint8Array(64).fill(1));
  /** One code of one bit, for a size or run of 0. */
  const huffman = (kind: number): Uint8Array => segment(0xc4, [kind << 4, 1, ...new Uint8Array(15), 0]);
  const tables = concat(quantization, huffman(0), huffman(1));
  const scan = (...band: number[]): Uint8Array => segment(0xda, [1, 1, 0, ...band]);
  const baseline = scan(0, 63, 0);

  it("is fine in the form that the cases change", async () => {
    expect(await outcomeOf(concat(head, tables, gray(0xc0, 16, 16), baseline, [0]))).toBe("a picture");
    expect(await outcomeOf(concat(head, tables, gray(0xc2, 16, 16), scan(0, 0, 0), [0]))).toBe("a picture");
  });

  it.each<[string, Uint8Array, string]>([
    ["no pixels", concat(head, tables, gray(0xc0, 16, 16), baseline, [0xff, 0xd9]), "it holds no pixels"],
    ["no scan", concat(head, tables, gray(0xc0, 16, 16), [0xff, 0xd9]), "it ends before its pixels"],
    ["no frame", concat(head, tables, baseline, [0]), "it has no frame header"],
    ["no width", concat(head, tables, gray(0xc0, 0, 16), baseline, [0]), "it has no size"],
    ["no height, nor a DNL", concat(head, tables, gray(0xc0, 16, 0), baseline, [0]), "it has no size"],
    [
      "no quantization",
      concat(head, huffman(0), huffman(1), gray(0xc0, 16, 16), baseline, [0]),
      "its tables",
    ],
    [
      "more codes than there can be",
      concat(
        head,
        tables,
        segment(0xc4, [0, 3, ...new Uint8Array(15), 0, 1, 2]),
        gray(0xc0, 16, 16),
        baseline,
        [0],
      ),
      "its tables make no sense",
    ],
    [
      "a table number of 4",
      concat(head, tables, segment(0xdb, [4], new Uint8Array(64))),
      "its tables make no sense",
    ],
    ["a table cut off", concat(head, segment(0xdb, [0, 1, 2])), "a segment is too short"],
    [
      "an unknown component",
      concat(head, tables, gray(0xc0, 16, 16), segment(0xda, [1, 2, 0, 0, 63, 0]), [0]),
      "a scan's header makes no sense",
    ],
    [
      "a component twice",
      concat(head, tables, gray(0xc0, 16, 16), segment(0xda, [2, 1, 0, 1, 0, 0, 63, 0]), [0]),
      "a scan's header makes no sense",
    ],
    ...[
      [1, 0, 0],
      [0, 1, 0],
      [5, 64, 0],
      [6, 5, 0],
      [0, 0, 0x31],
      [0, 0, 14],
    ].map((band): [string, Uint8Array, string] => [
      `a band of ${band.join(", ")}`,
      concat(head, tables, gray(0xc2, 16, 16), scan(...band), [0]),
      "a scan's header makes no sense",
    ]),
    [
      "an MCU of twelve blocks",
      concat(
        head,
        tables,
        segment(0xc0, [8, 0, 16, 0, 16, 3, 1, 0x22, 0, 2, 0x22, 0, 3, 0x22, 0]),
        segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
        [0],
      ),
      "a scan's header makes no sense",
    ],
  ])("%s: says so", async (_name, file, reason) => {
    expect(await outcomeOf(file)).toContain(`The JPEG picture is damaged: ${reason}`);
  });

  it("more scans than there may be", async () => {
    const scans = (count: number): Uint8Array =>
      concat(...Array.from({ length: count }, () => concat(scan(0, 0, 0), [0])));
    const file = (count: number): Uint8Array => concat(head, tables, gray(0xc2, 16, 16), scans(count));
    expect(await outcomeOf(file(JPEG_SCANS_MAX))).toBe("a picture");
    expect(await outcomeOf(file(JPEG_SCANS_MAX + 1))).toContain(`it has more than ${JPEG_SCANS_MAX} scans`);
  });

  it("a bomb, 12 million pixels in 64 scans of a few bytes, takes little memory and ends", async () => {
    // Each scan says of all blocks that there is nothing more: a run of 32,767 of them, again and again.
    const endOfBand = segment(0xc4, [0x10, 1, ...new Uint8Array(15), 0xe0]);
    const scans = Array.from({ length: JPEG_SCANS_MAX - 1 }, () =>
      concat(scan(1, 63, 0), new Uint8Array(64)),
    );
    const file = concat(head, tables, endOfBand, gray(0xc2, 4000, 3000), scan(0, 0, 0), [0, 0], ...scans);
    const { memoryBytes, warnings } = await decodeImage(memoryFile(file));
    expect(memoryBytes).toBeLessThan(8 * MIB);
    expect(warnings).toEqual([GAPS]);
  });
});

describe("a decoder that traps", () => {
  it("is not used again: the next picture gets another instance", async () => {
    const layout = await readLayout(memoryFile(sound));
    // No file can say this. Its rows are more than the memory may grow to.
    const wide = { ...layout, frame: { ...layout.frame, width: 10_000_000 } };
    const view = { blockSamples: 8, firstColumn: 0, columnCount: 10_000_000 };
    expect(() => new JpegDecoder(wide, view)).toThrow(UndecodableImage);
    const reference = await decodeImage(memoryFile(jpegFixture("progressive-2x2.png")));
    const { pixels, memoryBytes } = await decodeImage(memoryFile(sound));
    expect(pixels).toEqual(reference.pixels);
    expect(memoryBytes).toBeLessThan(8 * MIB);
  });
});
