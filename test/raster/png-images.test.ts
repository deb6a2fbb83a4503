import { deflateSync as deflated } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { ImageFile } from "../../src/raster/decode/image-file.ts";
import { openImage } from "../../src/raster/decode/open-image.ts";
import { memoryFile } from "../support/export/memory-file.ts";
import { decodePixels } from "../support/export/pixels.ts";
import { makePng, pngChunk, type PngRecipe } from "../support/export/png-maker.ts";
import { concat, exif, u16 } from "../support/export/sample-headers.ts";
import { documentWithImage, render } from "../support/export/sample-state.ts";

type Rgba = readonly number[];

/** Renders a PNG without annotations, and compares every pixel. */
async function expectPixels(png: Uint8Array, expected: (x: number, y: number) => Rgba): Promise<void> {
  const document = await documentWithImage(png);
  const pixels = decodePixels((await render({ document })).bytes);
  expect([pixels.width, pixels.height]).toEqual([document.width, document.height]);
  for (let y = 0; y < pixels.height; y++) {
    for (let x = 0; x < pixels.width; x++) expect(pixels.at(x, y), `${x}, ${y}`).toEqual(expected(x, y));
  }
}

const size = { width: 37, height: 23 };
/** A value of `depth` bits. */
const value = (depth: number) => (x: number, y: number, channel: number) =>
  (x * 2_654_435 + y * 40_503 * 7 + channel * 77_777) % 2 ** depth;
const to8 = (sample: number, depth: number): number => Math.round((sample * 255) / (2 ** depth - 1));

const kinds = [
  ...[1, 2, 4, 8, 16].map((depth) => ({ colorType: 0 as const, depth })),
  ...[8, 16].map((depth) => ({ colorType: 2 as const, depth })),
  ...[1, 2, 4, 8].map((depth) => ({ colorType: 3 as const, depth })),
  ...[8, 16].map((depth) => ({ colorType: 4 as const, depth })),
  ...[8, 16].map((depth) => ({ colorType: 6 as const, depth })),
].flatMap((kind) => [
  { ...kind, interlaced: false },
  { ...kind, interlaced: true },
]);

function paletteColor(index: number): Rgba {
  return [(index * 37) & 255, (index * 91) & 255, 255 - index];
}

describe("every kind of PNG comes out as it is", () => {
  it.each(kinds)("colour type $colorType, $depth bits, interlaced: $interlaced", async (kind) => {
    const { colorType, depth } = kind;
    const sample = value(depth);
    const palette = pngChunk("PLTE", Array.from({ length: 2 ** depth }, (_, n) => paletteColor(n)).flat());
    const png = makePng({ ...size, ...kind, sample, before: colorType === 3 ? [palette] : [] });
    await expectPixels(png, (x, y) => {
      const at = (channel: number): number => to8(sample(x, y, channel), depth);
      switch (colorType) {
        case 0:
          return [at(0), at(0), at(0), 255];
        case 2:
          return [at(0), at(1), at(2), 255];
        case 3:
          return [...paletteColor(sample(x, y, 0)), 255];
        case 4:
          return [at(0), at(0), at(0), at(1)];
        case 6:
          return [at(0), at(1), at(2), at(3)];
      }
    });
  });

  it.each([
    ["a gray", { colorType: 0, depth: 8 }, [...u16(7)], [7]],
    ["a gray of 2 bits", { colorType: 0, depth: 2 }, [...u16(2)], [2]],
    ["a gray of 16 bits, of which only one is it", { colorType: 0, depth: 16 }, [...u16(0x0701)], [0x0701]],
    ["a colour", { colorType: 2, depth: 8 }, [...u16(1), ...u16(2), ...u16(3)], [1, 2, 3]],
    [
      "a colour of 16 bits",
      { colorType: 2, depth: 16 },
      [...u16(0x0102), ...u16(0x0304), ...u16(0x0506)],
      [0x0102, 0x0304, 0x0506],
    ],
  ] as const)("%s is the transparent one", async (_name, kind, transparent, key) => {
    const recipe: PngRecipe = {
      width: 4,
      height: 2,
      ...kind,
      // The key, and next to it a colour that differs in the last bit.
      sample: (x, _y, channel) => (x % 2 === 0 ? (key[channel] ?? 0) : (key[channel] ?? 0) ^ 1),
      before: [pngChunk("tRNS", transparent)],
    };
    const pixels = decodePixels((await render({ document: await documentWithImage(makePng(recipe)) })).bytes);
    expect([0, 1, 2, 3].map((x) => pixels.at(x, 1)[3])).toEqual([0, 255, 0, 255]);
  });

  it("a palette's colours have their alpha; a colour past its end is black", async () => {
    const before = [pngChunk("PLTE", [255, 0, 0, 0, 255, 0]), pngChunk("tRNS", [51])];
    const png = makePng({ width: 3, height: 1, depth: 8, colorType: 3, sample: (x) => x, before });
    await expectPixels(
      png,
      (x) =>
        [
          [255, 0, 0, 51],
          [0, 255, 0, 255],
          [0, 0, 0, 255],
        ][x] ?? [],
    );
  });

  it.each([1, 2, 3, 4])(
    "there are zeros above the first row of each pass, for filter %i too",
    async (type) => {
      const sample = value(8);
      for (const interlaced of [true, false]) {
        const png = makePng({
          width: 20,
          height: 20,
          depth: 8,
          colorType: 6,
          interlaced,
          sample,
          filter: () => type,
        });
        await expectPixels(png, (x, y) => [0, 1, 2, 3].map((channel) => sample(x, y, channel)));
      }
    },
  );

  it.each([1, 2, 3, 4, 5, 8, 9])("interlaced, %i pixels wide: some passes have none", async (side) => {
    const sample = value(8);
    for (const [width, height] of [
      [side, 3],
      [3, side],
    ] as const) {
      const png = makePng({ width, height, depth: 8, colorType: 2, interlaced: true, sample });
      await expectPixels(png, (x, y) => [sample(x, y, 0), sample(x, y, 1), sample(x, y, 2), 255]);
    }
  });

  it.each([
    [1, 1],
    [30_000, 10],
    [10, 30_000],
  ])("of %i × %i pixels", async (width, height) => {
    const png = makePng({ width, height, depth: 8, colorType: 0, sample: value(8), filter: () => 0 });
    const file = await render({ document: await documentWithImage(png) });
    const pixels = decodePixels(file.bytes);
    expect([pixels.width, pixels.height]).toEqual([width, height]);
    const gray = value(8)(width - 1, height - 1, 0);
    expect(pixels.at(width - 1, height - 1)).toEqual([gray, gray, gray, 255]);
  });
});

describe("opening a PNG", () => {
  const noise = (x: number, y: number): number => Math.imul(x * 7919 + y, 0x9e37_79b1) >>> 24;
  const limits = { MAX_IMAGE_PIXELS: 1_000_000, MAX_WHOLE_IMAGE_PIXELS: 1_000_000 };
  const recipe = { width: 300, height: 300, depth: 8, colorType: 2, sample: noise } as const;

  it("reads no further than to its pixels", async () => {
    const file = memoryFile(makePng(recipe), 100);
    let parts = 0;
    const counted: ImageFile = {
      ...file,
      async *read(offset) {
        for await (const part of file.read(offset)) {
          parts++;
          yield part;
        }
      },
    };
    const image = await openImage(counted, limits);
    expect(parts).toBe(1);
    expect(image.memoryBytes()).toBeGreaterThan(64 * 1024);
    await image.close();
  });

  it("takes nothing that comes behind them", async () => {
    const after = [
      pngChunk("tRNS", [0, noise(0, 0), 0, noise(0, 0), 0, noise(0, 0)]),
      pngChunk("acTL", [0, 0, 0, 2, 0, 0, 0, 0]),
      pngChunk("gAMA", [0, 0, 0, 1]),
    ];
    const image = await openImage(memoryFile(makePng({ ...recipe, after })), limits);
    expect([image.opaque, image.warnings]).toEqual([true, []]);
    const row = new Uint8Array(300 * 4);
    await image.readRows(0, 1, row);
    expect([...row.subarray(0, 8)]).toEqual(
      [0, 1].flatMap((x) => [noise(x, 0), noise(x, 0), noise(x, 0), 255]),
    );
    await image.close();
  });
});

describe("a PNG that is not what it says", () => {
  const recipe: PngRecipe = { width: 60, height: 40, depth: 8, colorType: 6, sample: value(8) };
  const sound = makePng(recipe);
  const find = (file: Uint8Array, type: string): number =>
    new TextDecoder("latin1").decode(file).indexOf(type);
  const flip = (at: number): Uint8Array => sound.map((byte, index) => (index === at ? byte ^ 1 : byte));
  const good = async (): Promise<void> => {
    const pixels = decodePixels((await render({ document: await documentWithImage(sound) })).bytes);
    expect(pixels.at(59, 39)).toEqual([0, 1, 2, 3].map((channel) => recipe.sample(59, 39, channel)));
  };
  const failure = async (png: Uint8Array): Promise<string> =>
    documentWithImage(png)
      .then((document) => render({ document }))
      .then(
        () => "no failure",
        (error: unknown) => String(error),
      );

  it.each<[string, () => Uint8Array, string]>([
    [
      "a wrong checksum of the header",
      () => flip(find(sound, "IHDR") + 17),
      "the checksum of its IHDR chunk is wrong",
    ],
    [
      "a flipped bit in the pixels",
      () => flip(find(sound, "IDAT") + 300),
      "the checksum of its IDAT chunk is wrong",
    ],
    [
      "pixels that end too early",
      () => makePng({ ...recipe, alter: (rows) => rows.subarray(0, -1) }),
      "its pixels end too early",
    ],
    ["an unknown filter", () => makePng({ ...recipe, filter: () => 5 }), "a row has an unknown filter"],
    [
      "rubbish in place of packed pixels",
      () => concat(sound.subarray(0, 33), pngChunk("IDAT", [1, 2, 3, 4, 5, 6, 7, 8]), pngChunk("IEND", [])),
      "its pixels can't be unpacked",
    ],
    [
      "a palette that is missing",
      () => makePng({ ...recipe, colorType: 3, depth: 4 }),
      "its palette is missing",
    ],
    [
      "a depth that there is not",
      () => makePng({ ...recipe, colorType: 0, depth: 3 }),
      "its header chunk makes no sense",
    ],
    [
      "a colour type that there is not",
      () =>
        concat(
          sound.subarray(0, 8),
          pngChunk("IHDR", [0, 0, 0, 60, 0, 0, 0, 40, 8, 5, 0, 0, 0]),
          sound.subarray(33),
        ),
      "its header chunk makes no sense",
    ],
    ["an end within its pixels", () => sound.subarray(0, -20), "it is cut off"],
  ])("%s: a reason, and the next job works", async (_name, make, reason) => {
    const png = make();
    expect(await failure(png)).toContain(`The PNG picture is damaged: ${reason}`);
    await good();
  });

  it("what comes after the pixels is no trouble, be it gigabytes", async () => {
    // 64 MiB of zeros deflate to 64 KiB. The image's own rows come first.
    const bomb = makePng({ ...recipe, alter: (rows) => concat(rows, new Uint8Array(64 * 1024 * 1024)) });
    expect(bomb.length).toBeLessThan(200_000);
    const file = await render({ document: await documentWithImage(bomb) });
    expect(decodePixels(file.bytes).at(59, 39)).toEqual(
      [0, 1, 2, 3].map((channel) => recipe.sample(59, 39, channel)),
    );
    expect(file.peakBytes).toBeLessThan(32 * 1024 * 1024);
    await good();
  });

  it("a profile that inflates to gigabytes is no trouble", async () => {
    const before = [
      pngChunk("iCCP", concat("name\0\0", deflated(new Uint8Array(64 * 1024 * 1024).fill(255)))),
    ];
    const file = await render({ document: await documentWithImage(makePng({ ...recipe, before })) });
    expect(file.warnings).toEqual([expect.stringContaining("colour profile")]);
  });

  it("a wrong checksum of what the pixels don't need is passed over", async () => {
    const before = [pngChunk("gAMA", [0, 0, 0, 1]).map((byte, at) => (at === 11 ? byte ^ 1 : byte))];
    await expectPixels(makePng({ ...recipe, before }), (x, y) =>
      [0, 1, 2, 3].map((channel) => recipe.sample(x, y, channel)),
    );
  });

  it("a PNG with something else behind its end, and one inside a text of its own", async () => {
    const zip = concat(sound, "PK\x03\x04 and <script>alert(1)</script>");
    await expectPixels(zip, (x, y) => [0, 1, 2, 3].map((channel) => recipe.sample(x, y, channel)));
    const before = [pngChunk("tEXt", concat("GIF89a\0", new Uint8Array(300_000)))];
    const file = await render({ document: await documentWithImage(makePng({ ...recipe, before })) });
    expect(new TextDecoder("latin1").decode(file.bytes)).not.toContain("GIF89a");
  });

  it("an animated one shows its first frame, and says so", async () => {
    const before = [pngChunk("acTL", [0, 0, 0, 2, 0, 0, 0, 0])];
    const file = await render({ document: await documentWithImage(makePng({ ...recipe, before })) });
    expect(file.warnings).toEqual(["The picture is animated: the export shows its first frame"]);
  });

  it("one whose EXIF data comes after its pixels is not turned: browsers don't turn it either", async () => {
    const after = [pngChunk("eXIf", exif(6, false))];
    const document = await documentWithImage(makePng({ ...recipe, after }));
    expect([document.width, document.height]).toEqual([60, 40]);
    const pixels = decodePixels((await render({ document })).bytes);
    expect(pixels.at(59, 39)).toEqual([0, 1, 2, 3].map((channel) => recipe.sample(59, 39, channel)));
  });

  it.each<[string, (packed: Uint8Array) => Uint8Array | readonly Uint8Array[]]>([
    ["more bytes behind its packed pixels", (packed) => concat(packed, new Uint8Array(100_000).fill(7))],
    ["more chunks behind its packed pixels", (packed) => [packed, new Uint8Array(100_000).fill(7)]],
    ["a wrong checksum of the unpacked pixels", (packed) => concat(packed.subarray(0, -1), [0])],
    ["no checksum of the unpacked pixels", (packed) => packed.subarray(0, -4)],
  ])("is shown as browsers show it with %s", async (_name, alter) => {
    const rows = new Uint8Array(40 * (1 + 60 * 4));
    for (let y = 0; y < 40; y++) {
      for (let at = 0; at < 60 * 4; at++) rows[y * 241 + 1 + at] = recipe.sample(at >> 2, y, at & 3);
    }
    const parts = [alter(deflated(rows))].flat();
    const png = concat(
      sound.subarray(0, 33),
      ...parts.map((part) => pngChunk("IDAT", part)),
      pngChunk("IEND", []),
    );
    await expectPixels(png, (x, y) => [0, 1, 2, 3].map((channel) => recipe.sample(x, y, channel)));
  });

  it("is shown without its end", async () => {
    await expectPixels(sound.subarray(0, -12), (x, y) =>
      [0, 1, 2, 3].map((channel) => recipe.sample(x, y, channel)),
    );
  });
});
