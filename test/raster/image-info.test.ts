import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as scanning from "../../src/raster/decode/scan-image.ts";
import { sniffImageType } from "../../src/protocol/sniff-image.ts";
import { IMAGE_PARTS_MAX, JPEG_SCANS_MAX } from "../../src/protocol/limits.ts";
import { fixturePhotos, landscapePhoto } from "../support/export/fixture-photos.ts";
import { pngChunk } from "../support/export/png-maker.ts";
import {
  concat,
  exif,
  gif,
  jpeg,
  png,
  u16,
  u32,
  webp,
  webpExtended,
  webpLossless,
  webpLossy,
} from "../support/export/sample-headers.ts";

/** Every file that a test has read. */
const files: Uint8Array[] = [];

function readImageInfo(bytes: Uint8Array): ReturnType<typeof scanning.readImageInfo> {
  files.push(bytes);
  return scanning.readImageInfo(bytes);
}

async function refusal(bytes: Uint8Array): Promise<string | undefined> {
  const read = await readImageInfo(bytes);
  return read.ok ? undefined : `${read.error.code}: ${read.error.message}`;
}

const SIGNATURE = "\x89PNG\r\n\x1a\n";
const anim: [string, Uint8Array] = ["ANIM", new Uint8Array(6)];

function repeat(count: number, part: Uint8Array | readonly number[]): Uint8Array {
  const bytes = new Uint8Array(count * part.length);
  for (let at = 0; at < bytes.length; at += part.length) bytes.set(part, at);
  return bytes;
}

function pngOf(...chunks: Uint8Array[]): Uint8Array {
  return concat(SIGNATURE, ...chunks);
}

function header(depth: number, colorType: number, compression = 0, interlacing = 0): Uint8Array {
  return pngChunk("IHDR", concat(u32(5), u32(5), [depth, colorType, compression, 0, interlacing]));
}

function u24(value: number): number[] {
  return u32(value, true).slice(0, 3);
}

function vp8x(width: number, height: number, flags: number): [string, Uint8Array] {
  return ["VP8X", concat([flags, 0, 0, 0], u24(width - 1), u24(height - 1))];
}

function lossless(width: number, height: number): [string, Uint8Array] {
  return ["VP8L", webpLossless(width, height).subarray(20, 25)];
}

/** A frame at even coordinates that claims to be 4 × 5. */
function anmf(
  left: number,
  top: number,
  chunk: [string, Uint8Array],
  width = 4,
  height = 5,
): [string, Uint8Array] {
  const place = [left / 2, top / 2, width - 1, height - 1].flatMap(u24);
  return ["ANMF", concat(place, [100, 0, 0, 0], webp(chunk).subarray(12))];
}

/** A GIF of 5 × 5 with blocks before its frame. */
function withGifBlocks(...blocks: (Uint8Array | readonly number[])[]): Uint8Array {
  const plain = gif(5, 5);
  return concat(plain.subarray(0, 13), ...blocks, plain.subarray(13));
}

function doubleFrame(file: Uint8Array): Uint8Array {
  const at = file.findIndex((byte, index) => byte === 0xff && file[index + 1] === 0xc0);
  const frame = file.subarray(at, at + 13);
  return concat(file.subarray(0, at), frame, file.subarray(at));
}

describe("readImageInfo", () => {
  it.each(fixturePhotos)(
    "reads the real photo with orientation $orientation",
    async ({ orientation, bytes }) => {
      expect(await readImageInfo(bytes)).toEqual({
        ok: true,
        value: {
          type: "image/jpeg",
          width: 1800,
          height: 1200,
          orientation,
          animated: false,
          interlaced: false,
        },
      });
    },
  );

  it.each([
    ["JPEG", "image/jpeg", jpeg(640, 480)],
    ["PNG", "image/png", png(640, 480)],
    ["lossy WebP", "image/webp", webpLossy(640, 480)],
    ["lossless WebP", "image/webp", webpLossless(640, 480)],
    ["extended WebP", "image/webp", webpExtended(640, 480)],
    ["GIF", "image/gif", gif(640, 480)],
  ])("reads the size of a %s", async (_name, type, bytes) => {
    expect(await readImageInfo(bytes)).toEqual({
      ok: true,
      value: { type, width: 640, height: 480, orientation: 1, animated: false, interlaced: false },
    });
  });

  it("reads a picture that starts inside its buffer", async () => {
    const bytes = concat([1, 2, 3], png(7, 9)).subarray(3);
    expect(await readImageInfo(bytes)).toMatchObject({ value: { width: 7, height: 9 } });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("makes the size upright for orientation %i", async (orientation) => {
    const upright = orientation >= 5 ? { width: 480, height: 640 } : { width: 640, height: 480 };
    for (const little of [true, false]) {
      const tiff = exif(orientation, little);
      for (const bytes of [jpeg(640, 480, { tiff }), png(640, 480, tiff)]) {
        expect(await readImageInfo(bytes)).toMatchObject({ ok: true, value: { ...upright, orientation } });
      }
    }
  });

  it("does as browsers do, who turn no WebP, and no PNG whose EXIF data is damaged or comes after its pixels", async () => {
    const tiff = exif(6, true);
    const plain = png(640, 480);
    const late = concat(plain.subarray(0, -12), pngChunk("eXIf", tiff), plain.subarray(-12));
    const damaged = png(640, 480, tiff).map((byte, at) => (at === 33 + 8 + tiff.length ? byte ^ 1 : byte));
    const prefixed = webpExtended(640, 480, concat("Exif\0\0", tiff));
    for (const bytes of [webpExtended(640, 480, tiff), prefixed, late, damaged]) {
      expect(await readImageInfo(bytes)).toMatchObject({
        ok: true,
        value: { width: 640, height: 480, orientation: 1 },
      });
    }
  });

  it.each([
    ["0", exif(0, true)],
    ["9", exif(9, true)],
    ["of a wrong type", exif(6, true, 7)],
    ["in a cut off directory", exif(6, true).subarray(0, 14)],
    ["beyond the data", concat("MM", u16(42), u32(0xfffffff0))],
    ["in something else", concat("XX", u16(42), u32(8))],
    ["in an unknown TIFF", concat("MM", u16(43), u32(8))],
    ["in no data", concat()],
  ])("takes an orientation %s as 1", async (_name, tiff) => {
    for (const bytes of [jpeg(640, 480, { tiff }), png(640, 480, tiff), webpExtended(640, 480, tiff)]) {
      expect(await readImageInfo(bytes)).toMatchObject({
        value: { width: 640, height: 480, orientation: 1 },
      });
    }
  });

  it("knows the kinds of JPEG frame that are decoded, and refuses the others", async () => {
    for (let frame = 0xc0; frame <= 0xcf; frame++) {
      if ([0xc4, 0xc8, 0xcc].includes(frame)) continue;
      const bytes = jpeg(31, 17, { frame });
      if (frame <= 0xc2)
        expect(await readImageInfo(bytes)).toMatchObject({ value: { width: 31, height: 17 } });
      else
        expect(await refusal(bytes)).toMatch(
          /^unsupported_media_type: The picture is a JPEG with (?:lossless|hierarchical|arithmetic) coding, which can't be drawn here: save it anew/,
        );
    }
  });

  it("names the formats it takes", async () => {
    for (const bytes of [concat(), concat("RIFF", u32(4), "WAVE"), new Uint8Array(100)]) {
      expect(await refusal(bytes)).toBe(
        "unsupported_media_type: The picture must be a JPEG, PNG, WebP or GIF file",
      );
    }
  });

  it("refuses a picture without size", async () => {
    for (const bytes of [jpeg(0, 5), jpeg(5, 0), png(0, 5), png(5, 0), webpLossy(0, 5)]) {
      expect(await refusal(bytes)).toMatch(/^invalid_image: The \w+ picture has no size/);
    }
  });

  it.each([
    ["a JPEG that ends at once", concat([0xff, 0xd8, 0xff, 0xd9]), "it ends before its pixels"],
    ["a JPEG without frame header", concat([0xff, 0xd8, 0xff, 0xda, 0, 2, 0]), "it has no frame header"],
    ["a JPEG with a wrong length", concat([0xff, 0xd8, 0xff, 0xe0, 0, 1]), "a segment's length is wrong"],
    ["a JPEG with two frame headers", doubleFrame(jpeg(5, 5)), "it has two frame headers"],
    ["a JPEG that starts twice", concat([0xff, 0xd8], jpeg(5, 5)), "it starts twice"],
    ["a JPEG of two components", jpeg(5, 5, { components: 2 }), "its frame header makes no sense"],
    ["a JPEG sampled five times", jpeg(5, 5, { sampling: 0x15 }), "its frame header makes no sense"],
    ["a JPEG that only starts", landscapePhoto.subarray(0, 40), "it is cut off"],
    ["a PNG without header", concat(SIGNATURE, png(5, 5).subarray(33)), "its header chunk is missing"],
    ["a PNG without pixels", pngOf(header(8, 2), pngChunk("IEND", [])), "it holds no pixels"],
    ["a PNG cut off in a chunk", png(5, 5).subarray(0, 44), "it is cut off"],
    [
      "a PNG with two headers",
      concat(png(5, 5).subarray(0, 33), png(5, 5).subarray(8)),
      "it has two header chunks",
    ],
    [
      "a PNG whose header is too short",
      pngOf(pngChunk("IHDR", new Uint8Array(12)), pngChunk("IDAT", [0])),
      "its header chunk has a wrong length",
    ],
    [
      "a PNG whose header is too long",
      pngOf(pngChunk("IHDR", new Uint8Array(14)), pngChunk("IDAT", [0])),
      "its header chunk is missing",
    ],
    ["a PNG of a wrong depth", pngOf(header(4, 2), pngChunk("IDAT", [0])), "its header chunk makes no sense"],
    [
      "a PNG of a wrong colour type",
      pngOf(header(8, 5), pngChunk("IDAT", [0])),
      "its header chunk makes no sense",
    ],
    [
      "a PNG of a wrong compression",
      pngOf(header(8, 2, 1), pngChunk("IDAT", [0])),
      "its header chunk makes no sense",
    ],
    [
      "a PNG of a wrong interlacing",
      pngOf(header(8, 2, 0, 2), pngChunk("IDAT", [0])),
      "its header chunk makes no sense",
    ],
    [
      "a PNG with a wrong checksum",
      png(5, 5).map((byte, at) => (at === 31 ? byte ^ 1 : byte)),
      "the checksum of its IHDR",
    ],
    [
      "a PNG without palette",
      pngOf(header(8, 3), pngChunk("IDAT", [0]), pngChunk("PLTE", [1, 2, 3])),
      "its palette is missing",
    ],
    ["a PNG with an empty palette", pngOf(header(8, 3), pngChunk("PLTE", [])), "its palette makes no sense"],
    [
      "a PNG with too many colours",
      pngOf(header(8, 3), pngChunk("PLTE", new Uint8Array(771))),
      "its palette makes no sense",
    ],
    [
      "a PNG with two palettes",
      pngOf(header(8, 3), pngChunk("PLTE", [1, 2, 3]), pngChunk("PLTE", [1, 2, 3])),
      "its palette makes",
    ],
    [
      "a PNG with an unknown critical chunk",
      pngOf(header(8, 2), pngChunk("ABCD", [])),
      "it has a chunk that is unknown here",
    ],
    ["a WebP cut off", webpExtended(5, 5).subarray(0, 30), "it is cut off"],
    ["a WebP with an unknown start", webp(["ALPH", concat([0])]), "its first chunk is unknown"],
    ["a lossy WebP without start code", webp(["VP8 ", new Uint8Array(10)]), "its frame does not start"],
    ["a lossless WebP without mark", webp(["VP8L", new Uint8Array(10)]), "its frame does not start"],
    [
      "a WebP whose frame fits not its canvas",
      webp(vp8x(5, 6, 0), lossless(5, 5)),
      "a frame is 5 × 5 pixels, where the file promises 5 × 6",
    ],
    [
      "a WebP whose frame moves beyond its canvas",
      webp(vp8x(5, 5, 2), anim, anmf(2, 0, lossless(4, 5))),
      "reaches beyond",
    ],
    [
      "a WebP with a moving frame of another size",
      webp(vp8x(9, 9, 2), anim, anmf(0, 0, lossless(4, 5), 5, 5)),
      "a frame is 4 × 5",
    ],
    [
      "a WebP with a second frame of another size",
      webp(vp8x(9, 9, 2), anim, anmf(0, 0, lossless(4, 5)), anmf(0, 0, lossless(4, 5), 5, 5)),
      "a frame is 4 × 5",
    ],
    [
      "a WebP that moves without header",
      webp(vp8x(5, 5, 2), anmf(0, 0, lossless(4, 5))),
      "its animation has no header",
    ],
    ["a WebP that moves without frames", webp(vp8x(5, 5, 2), anim, lossless(5, 5)), "it holds no pixels"],
    ["an extended WebP without pixels", webp(vp8x(5, 5, 0)), "it holds no pixels"],
    [
      "a WebP of a frame that is no key",
      webpLossy(5, 5).map((byte, at) => (at === 20 ? byte | 1 : byte)),
      "its frame does not start",
    ],
    [
      "a WebP of a frame that is not shown",
      webpLossy(5, 5).map((byte, at) => (at === 20 ? 0 : byte)),
      "its frame does not start",
    ],
    [
      "a WebP of a later version",
      webpLossless(5, 5).map((byte, at) => (at === 24 ? byte | 32 : byte)),
      "its frame does not start",
    ],
    [
      "a GIF whose frame has no pixels",
      gif(5, 5).map((byte, at) => (at === 18 ? 0 : byte)),
      "its frame has no pixels",
    ],
    [
      "a GIF with a long graphic control",
      withGifBlocks([0x21, 0xf9, 5, 0, 0, 0, 0, 0, 0]),
      "a graphic control block has a wrong length",
    ],
    ["a GIF that only starts", gif(5, 5).subarray(0, 9), "it is cut off"],
    ["a GIF without frames", concat(gif(5, 5).subarray(0, 13), [0x3b]), "it holds no pixels"],
    ["a GIF cut off in its first frame", gif(5, 5).subarray(0, -2), "it is cut off"],
  ])("says what is wrong with %s", async (_name, bytes, reason) => {
    expect(await refusal(bytes)).toContain("invalid_image");
    expect(await refusal(bytes)).toContain(reason);
  });

  it("takes what browsers take: odd blocks in a GIF, a PNG that is cut off behind its pixels", async () => {
    const odd = withGifBlocks(
      [0x21, 0xfe, 0],
      [0x21, 0x42, 2, 7, 7, 0],
      [0x21, 0xff, 3, 1, 2, 3, 0],
      [0x21, 0xf9, 4, 0, 0, 0, 0, 0],
    );
    const whole = png(5, 5);
    const text = pngChunk("tEXt", new Uint8Array(40));
    const cut = concat(whole.subarray(0, -12), text.subarray(0, 30));
    const endless = whole.subarray(0, -12);
    const badEnd = whole.map((byte, at) => (at === whole.length - 1 ? byte ^ 1 : byte));
    for (const bytes of [odd, cut, endless, badEnd, jpeg(5, 5).subarray(0, -2)]) {
      expect(await readImageInfo(bytes)).toMatchObject({ ok: true, value: { width: 5, height: 5 } });
    }
  });

  it("tells the size of a GIF as browsers show it: the screen, and what of the first frame reaches beyond", async () => {
    const placed = gif(5, 5).map((byte, at) => (at === 14 ? 7 : byte));
    expect(await readImageInfo(placed)).toMatchObject({ ok: true, value: { width: 8, height: 5 } });
    expect(await readImageInfo(gif(0, 0))).toMatchObject({ ok: true, value: { width: 1, height: 1 } });
  });

  it.each<[string, (count: number) => Uint8Array]>([
    [
      "a PNG",
      (count) => {
        const junk = repeat(count - 3, pngChunk("teXt", []));
        return pngOf(header(8, 2), junk, pngChunk("IDAT", [0]), pngChunk("IEND", []));
      },
    ],
    [
      "a WebP",
      (count) => {
        const chunks = [webp(vp8x(5, 5, 0)), webp(["JUNK", new Uint8Array()]), webp(lossless(5, 5))];
        const [head, junk, frame] = chunks.map((file) => file.subarray(12));
        const body = concat("WEBP", head ?? [], repeat(count - 2, junk ?? []), frame ?? []);
        return concat("RIFF", u32(body.length, true), body);
      },
    ],
    ["a GIF", (count) => withGifBlocks(repeat(count - 1, [0x21, 0xfe, 0]))],
    // In addition to its JFIF header, table, frame, scan and end.
    [
      "a JPEG",
      (count) => concat([0xff, 0xd8], repeat(count - 5, [0xff, 0xfe, 0, 2]), jpeg(5, 5).subarray(2)),
    ],
  ])("bounds the parts of %s", async (_name, make) => {
    expect(await refusal(make(IMAGE_PARTS_MAX))).toBeUndefined();
    expect(await refusal(make(IMAGE_PARTS_MAX + 1))).toContain(`it has more than ${IMAGE_PARTS_MAX} parts`);
  });

  it("R55 bounds the scans of a JPEG", async () => {
    const [head, scan] = [jpeg(5, 5).subarray(0, -12), jpeg(5, 5).subarray(-12, -2)];
    const make = (count: number): Uint8Array => concat(head, repeat(count, scan), [0xff, 0xd9]);
    expect(await refusal(make(JPEG_SCANS_MAX))).toBeUndefined();
    expect(await refusal(make(JPEG_SCANS_MAX + 1))).toContain(`it has more than ${JPEG_SCANS_MAX} scans`);
  });

  it("takes a GIF that is cut off after its first frame, which is the one that is shown", async () => {
    const [still, frame] = [gif(5, 5), gif(5, 5).subarray(13, -1)];
    expect(await readImageInfo(still.subarray(0, -1))).toMatchObject({
      ok: true,
      value: { animated: false },
    });
    expect(await readImageInfo(concat(still.subarray(0, -1), frame.subarray(0, 12)))).toMatchObject({
      ok: true,
      value: { animated: true },
    });
  });

  it("passes a header that claims 60,000 × 60,000 on, for the limit to refuse", async () => {
    expect(await readImageInfo(png(60_000, 60_000))).toMatchObject({
      value: { width: 60_000, height: 60_000 },
    });
  });

  it("never throws, and never tells a size of 0, whatever the bytes", async () => {
    const tiff = exif(6, false);
    const seeds = [
      landscapePhoto.subarray(0, 3000),
      jpeg(9, 9, { tiff }),
      png(9, 9, tiff),
      webpExtended(9, 9, tiff),
      webpLossy(9, 9),
      webpLossless(9, 9),
      gif(9, 9),
    ];
    const mutated = fc
      .record({
        seed: fc.constantFrom(...seeds),
        keep: fc.double({ min: 0, max: 1, noNaN: true }),
        changes: fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { maxLength: 12 }),
      })
      .map(({ seed, keep, changes }) => {
        const bytes = seed.slice(0, Math.ceil(seed.length * keep));
        for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
        return bytes;
      });
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated, fc.uint8Array({ maxLength: 64 })), async (bytes) => {
        const read = await readImageInfo(bytes);
        if (!read.ok) return ["invalid_image", "unsupported_media_type"].includes(read.error.code);
        const { width, height, orientation } = read.value;
        return width > 0 && height > 0 && orientation >= 1 && orientation <= 8;
      }),
      { numRuns: 3000 },
    );
  });
});

describe("R55 scanImage", () => {
  /** The file in pieces, each of which is gone when the next one is asked for. */
  async function* stream(file: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < file.length; at += pieceBytes) {
      const piece = file.slice(at, at + pieceBytes);
      yield piece;
      piece.fill(0xff);
    }
  }

  it("says the same of a stream of each of these JPEGs, PNGs and GIFs, whatever its pieces", async () => {
    let compared = 0;
    for (const file of files) {
      const type = sniffImageType(file);
      if (type === undefined || type === "image/webp") continue;
      const pieceBytes = [1, 7, 64, Infinity][compared++ % 4] ?? 0;
      if (file.length > 100_000 && pieceBytes < 64) continue;
      const expected = await scanning.readImageInfo(file);
      expect(await scanning.scanImage(type, stream(file, pieceBytes))).toEqual(expected);
    }
    expect(compared).toBeGreaterThan(100);
  });

  it.each([
    ["JPEG", "image/jpeg", jpeg(640, 480, { tiff: exif(6, true) })],
    ["PNG", "image/png", png(640, 480, exif(6, true))],
    ["GIF", "image/gif", gif(480, 640)],
  ] as const)(
    "tells the size of a %s before its pixels, and stops if that is refused",
    async (_name, type, file) => {
      const pixels = {
        "image/jpeg": file.findIndex((byte, at) => byte === 0xff && file[at + 1] === 0xda),
        "image/png": file.length - 12 - 10,
        "image/gif": file.length - 5,
      }[type];
      let read = 0;
      let released = false;
      async function* bytes() {
        try {
          for (const byte of file) {
            read++;
            yield Uint8Array.of(byte);
          }
        } finally {
          released = true;
        }
      }
      const seen: object[] = [];
      const scan = scanning.scanImage(type, bytes(), (info) => {
        seen.push(info);
        throw new Error("too large");
      });
      await expect(scan).rejects.toThrow("too large");
      expect(seen).toEqual([expect.objectContaining({ width: 480, height: 640 })]);
      expect(read).toBeLessThan(pixels + (type === "image/gif" ? 1 : 20));
      expect(released).toBe(true);
    },
  );

  it("passes 8 MiB of what looks like markers", async () => {
    for (const filler of [
      [0xff, 0],
      [0xff, 0xff],
      [0xff, 0xd0],
      [0, 0],
    ]) {
      const file = concat(jpeg(9, 9).subarray(0, -2), repeat(4 * 1024 * 1024, filler), [0xff, 0xd9]);
      expect(await scanning.scanImage("image/jpeg", stream(file, 256 * 1024))).toMatchObject({ ok: true });
    }
  });
});
