import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readImageInfo } from "../../src/export/image-info.ts";
import { fixturePhotos, landscapePhoto } from "./support/fixture-photos.ts";
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
} from "./support/sample-headers.ts";

function refusal(bytes: Uint8Array): string | undefined {
  const read = readImageInfo(bytes);
  return read.ok ? undefined : `${read.error.code}: ${read.error.message}`;
}

describe("readImageInfo", () => {
  it.each(fixturePhotos)("reads the real photo with orientation $orientation", ({ orientation, bytes }) => {
    expect(readImageInfo(bytes)).toEqual({
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
  });

  it.each([
    ["JPEG", "image/jpeg", jpeg(640, 480)],
    ["PNG", "image/png", png(640, 480)],
    ["lossy WebP", "image/webp", webpLossy(640, 480)],
    ["lossless WebP", "image/webp", webpLossless(640, 480)],
    ["extended WebP", "image/webp", webpExtended(640, 480)],
    ["GIF", "image/gif", gif(640, 480)],
  ])("reads the size of a %s", (_name, type, bytes) => {
    expect(readImageInfo(bytes)).toEqual({
      ok: true,
      value: { type, width: 640, height: 480, orientation: 1, animated: false, interlaced: false },
    });
  });

  it("reads a picture that starts inside its buffer", () => {
    const bytes = concat([1, 2, 3], png(7, 9)).subarray(3);
    expect(readImageInfo(bytes)).toMatchObject({ value: { width: 7, height: 9 } });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("makes the size upright for orientation %i", (orientation) => {
    const upright = orientation >= 5 ? { width: 480, height: 640 } : { width: 640, height: 480 };
    for (const little of [true, false]) {
      const tiff = exif(orientation, little);
      for (const bytes of [
        jpeg(640, 480, { tiff }),
        png(640, 480, tiff),
        webpExtended(640, 480, tiff),
        webpExtended(640, 480, concat("Exif\0\0", tiff)),
      ]) {
        expect(readImageInfo(bytes)).toMatchObject({ ok: true, value: { ...upright, orientation } });
      }
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
  ])("takes an orientation %s as 1", (_name, tiff) => {
    for (const bytes of [jpeg(640, 480, { tiff }), png(640, 480, tiff), webpExtended(640, 480, tiff)]) {
      expect(readImageInfo(bytes)).toMatchObject({
        value: { width: 640, height: 480, orientation: 1 },
      });
    }
  });

  it("knows every kind of JPEG frame", () => {
    for (let frame = 0xc0; frame <= 0xcf; frame++) {
      if ([0xc4, 0xc8, 0xcc].includes(frame)) continue;
      expect(readImageInfo(jpeg(31, 17, { frame }))).toMatchObject({ value: { width: 31, height: 17 } });
    }
  });

  it("names the formats it takes", () => {
    for (const bytes of [concat(), concat("<svg/>"), concat("RIFF", u32(4), "WAVE"), new Uint8Array(100)]) {
      expect(refusal(bytes)).toBe(
        "unsupported_media_type: The picture must be a JPEG, PNG, WebP or GIF file",
      );
    }
  });

  it("refuses a picture without size", () => {
    for (const bytes of [jpeg(0, 5), jpeg(5, 0), png(0, 5), png(5, 0), webpLossy(0, 5), gif(5, 0)]) {
      expect(refusal(bytes)).toMatch(/^invalid_image: The \w+ picture has no size/);
    }
  });

  it.each([
    ["a JPEG that ends at once", concat([0xff, 0xd8, 0xff, 0xd9]), "it ends before its pixels"],
    ["a JPEG without frame header", concat([0xff, 0xd8, 0xff, 0xda, 0, 2, 0]), "it has no frame header"],
    ["a JPEG with a wrong length", concat([0xff, 0xd8, 0xff, 0xe0, 0, 1]), "a segment's length is wrong"],
    ["a JPEG that only starts", landscapePhoto.subarray(0, 40), "it is cut off"],
    ["a PNG without header", concat("\x89PNG\r\n\x1a\n", u32(13), "IDAT", new Uint8Array(20)), "its header"],
    ["a PNG without pixels", png(5, 5).subarray(0, 33), "it holds no pixels"],
    ["a PNG cut off in a chunk", png(5, 5).subarray(0, 44), "it is cut off"],
    ["a WebP cut off", webpExtended(5, 5).subarray(0, 30), "it is cut off"],
    ["a WebP with an unknown start", webp(["ALPH", concat([0])]), "its first chunk is unknown"],
    ["a lossy WebP without start code", webp(["VP8 ", new Uint8Array(10)]), "its frame does not start"],
    ["a lossless WebP without mark", webp(["VP8L", new Uint8Array(10)]), "its frame does not start"],
    ["a GIF that only starts", gif(5, 5).subarray(0, 9), "it is cut off"],
    ["a GIF without frames", concat(gif(5, 5).subarray(0, 13), [0x3b]), "it holds no pixels"],
    ["a GIF cut off in its first frame", gif(5, 5).subarray(0, -2), "it is cut off"],
  ])("says what is wrong with %s", (_name, bytes, reason) => {
    expect(refusal(bytes)).toContain("invalid_image");
    expect(refusal(bytes)).toContain(reason);
  });

  it("takes a GIF that is cut off after its first frame, which is the one that is shown", () => {
    const [still, frame] = [gif(5, 5), gif(5, 5).subarray(13, -1)];
    expect(readImageInfo(still.subarray(0, -1))).toMatchObject({ ok: true, value: { animated: false } });
    expect(readImageInfo(concat(still.subarray(0, -1), frame.subarray(0, 12)))).toMatchObject({
      ok: true,
      value: { animated: true },
    });
  });

  it("passes a header that claims 60,000 × 60,000 on, for the limit to refuse", () => {
    expect(readImageInfo(png(60_000, 60_000))).toMatchObject({
      value: { width: 60_000, height: 60_000 },
    });
  });

  it("never throws, and never tells a size of 0, whatever the bytes", () => {
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
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 64 })), (bytes) => {
        const read = readImageInfo(bytes);
        if (!read.ok) return ["invalid_image", "unsupported_media_type"].includes(read.error.code);
        const { width, height, orientation } = read.value;
        return width > 0 && height > 0 && orientation >= 1 && orientation <= 8;
      }),
      { numRuns: 3000 },
    );
  });
});
