import { describe, expect, it } from "vitest";
import type { ImageType } from "../../src/protocol/model/document.ts";
import { readImageInfo } from "../../src/raster/decode/scan-image.ts";
import { stripMetadata } from "../../src/raster/strip-metadata.ts";
import { collectFile } from "../support/export/collect-file.ts";
import { fixturePhotos } from "../support/export/fixture-photos.ts";
import { decodePixels, encodePixels, encodePng, withOrientation } from "../support/export/pixels.ts";
import { memoryFile } from "../support/export/memory-file.ts";
import { pngChunk } from "../support/export/png-maker.ts";
import { concat, exif, gif, jpeg, webp, webpExtended } from "../support/export/sample-headers.ts";

async function strip(file: Uint8Array, type: ImageType): Promise<Uint8Array> {
  const stripped: Uint8Array[] = [];
  // Parts of any size, also such that end within a segment or a chunk.
  for (const partBytes of [100_000, 64, 7]) {
    const { write, join } = collectFile();
    for await (const part of stripMetadata(memoryFile(file, partBytes), type)) await write(part);
    stripped.push(join());
    if (file.byteLength > 100_000) break;
  }
  const [first = new Uint8Array(), ...others] = stripped;
  for (const other of others) expect(other).toEqual(first);
  return first;
}

describe("stripMetadata", () => {
  it.each(fixturePhotos)(
    "a JPEG of orientation $orientation: the same pixels, as they are stored",
    async ({ bytes }) => {
      const stripped = await strip(bytes, "image/jpeg");
      expect(stripped.length).toBeLessThan(bytes.length);
      expect(await readImageInfo(stripped)).toMatchObject({ value: { orientation: 1 } });
      const [before, after] = [decodePixels(bytes), decodePixels(stripped)];
      expect([after.width, after.height]).toEqual([before.width, before.height]);
      expect(after.at(600, 600)).toEqual(before.at(600, 600));
    },
  );

  it("a PNG", async () => {
    const plain = await encodePng(5, 4, () => [1, 2, 3, 255]);
    expect(await strip(withOrientation(plain, 6), "image/png")).toEqual(plain);
  });

  it("a PNG with metadata between and behind its pixels, and with bytes behind its end", async () => {
    const plain = await encodePng(5, 4, () => [1, 2, 3, 255]);
    const end = plain.length - 12;
    const texts = concat(pngChunk("tEXt", [1]), pngChunk("tIME", new Uint8Array(7)));
    const file = concat(
      plain.subarray(0, 33),
      texts,
      plain.subarray(33, end),
      texts,
      plain.subarray(end),
      [1, 2],
    );
    expect(await strip(file, "image/png")).toEqual(plain);
  });

  it("a progressive JPEG: its scans are there once", async () => {
    const scan = concat([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0], [1, 2, 3]);
    const tables = concat([0xff, 0xc4, 0, 3, 0]);
    const plain = concat(jpeg(9, 9).subarray(0, -2), tables, scan, tables, scan, [0xff, 0xd9]);
    const file = concat(plain.subarray(0, 2), [0xff, 0xfe, 0, 5, 1, 2, 3], plain.subarray(2));
    expect(await strip(file, "image/jpeg")).toEqual(plain);
  });

  it("a WebP: its length and its flags say so", async () => {
    const stripped = await strip(webpExtended(60, 40, exif(6, true)), "image/webp");
    expect(stripped).toEqual(webpExtended(60, 40));
  });

  it("a WebP without an extended header stays as it is", async () => {
    const plain = encodePixels(5, 4, () => [1, 2, 3, 255]);
    expect(await strip(plain, "image/webp")).toEqual(plain);
    const odd = webp(["VP8L", concat([0x2f, 0, 0, 0, 0])]);
    expect(await strip(odd, "image/webp")).toEqual(odd);
  });

  it("a GIF stays as it is", async () => {
    expect(await strip(gif(3, 4), "image/gif")).toEqual(gif(3, 4));
  });
});
