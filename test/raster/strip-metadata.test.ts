import { describe, expect, it } from "vitest";
import { readImageInfo } from "../../src/raster/headers/image-info.ts";
import { stripMetadata } from "../../src/raster/strip-metadata.ts";
import { fixturePhotos } from "../support/export/fixture-photos.ts";
import { decodePixels, encodePixels, encodePng, withOrientation } from "../support/export/pixels.ts";
import { concat, exif, gif, webp, webpExtended } from "../support/export/sample-headers.ts";

function strip(file: Uint8Array, type: Parameters<typeof stripMetadata>[1]): Uint8Array {
  return concat(...stripMetadata(file, type));
}

describe("stripMetadata", () => {
  it.each(fixturePhotos)(
    "a JPEG of orientation $orientation: the same pixels, as they are stored",
    ({ bytes }) => {
      const stripped = strip(bytes, "image/jpeg");
      expect(stripped.length).toBeLessThan(bytes.length);
      expect(readImageInfo(stripped)).toMatchObject({ value: { orientation: 1 } });
      const [before, after] = [decodePixels(bytes), decodePixels(stripped)];
      expect([after.width, after.height]).toEqual([before.width, before.height]);
      expect(after.at(600, 600)).toEqual(before.at(600, 600));
    },
  );

  it("a PNG", async () => {
    const plain = await encodePng(5, 4, () => [1, 2, 3, 255]);
    expect(strip(withOrientation(plain, 6), "image/png")).toEqual(plain);
  });

  it("a WebP: its length and its flags say so", () => {
    const stripped = strip(webpExtended(60, 40, exif(6, true)), "image/webp");
    expect(stripped).toEqual(webpExtended(60, 40));
  });

  it("a WebP without an extended header stays as it is", () => {
    const plain = encodePixels(5, 4, () => [1, 2, 3, 255]);
    expect(strip(plain, "image/webp")).toEqual(plain);
    const odd = webp(["VP8L", concat([0x2f, 0, 0, 0, 0])]);
    expect(strip(odd, "image/webp")).toEqual(odd);
  });

  it("a GIF stays as it is", () => {
    expect(strip(gif(3, 4), "image/gif")).toEqual(gif(3, 4));
  });
});
