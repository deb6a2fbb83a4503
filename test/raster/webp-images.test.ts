import { describe, expect, it } from "vitest";
import { readImageInfo } from "../../src/raster/decode/scan-image.ts";
import { toBytes } from "../support/export/fixture-photos.ts";
import { animateWebp } from "../support/export/animated-images.ts";
import { decodePixels, encodePixels, type Pixels } from "../support/export/pixels.ts";
import { concat, webp, webpLossless } from "../support/export/sample-headers.ts";
import { documentWithImage, render } from "../support/export/sample-state.ts";

const files = import.meta.glob("../fixtures/webp/*", { query: "?inline", import: "default", eager: true });

function fixture(name: string): Uint8Array {
  return toBytes(files[`../fixtures/webp/${name}`] ?? "");
}

function allPixels(pixels: Pixels): string[] {
  const { width, height } = pixels;
  return Array.from({ length: width * height }, (_, index) => {
    const [r, g, b, a] = pixels.at(index % width, Math.floor(index / width));
    // The colour of transparent pixels does not matter.
    return a === 0 ? "clear" : `${r} ${g} ${b} ${a}`;
  });
}

const names = Object.keys(files)
  .map((path) => path.slice(path.lastIndexOf("/") + 1))
  .filter((name) => name.endsWith(".webp"));

describe("a WebP has the pixels that libwebp's own dwebp gives it", () => {
  it.each(names)("%s", async (name) => {
    const wanted = decodePixels(fixture(name.replace(".webp", ".png")));
    const file = await render({ document: await documentWithImage(fixture(name)) });
    const shown = decodePixels(file.bytes);
    expect([shown.width, shown.height]).toEqual([wanted.width, wanted.height]);
    expect(allPixels(shown)).toEqual(allPixels(wanted));
  });

  it("there are some of each kind", () => {
    expect(names.length).toBe(14);
  });
});

describe("a WebP's frames", () => {
  it("the first one lies at its place, on a clear canvas", async () => {
    const frame = encodePixels(20, 10, () => [255, 0, 0, 255]);
    const animated = animateWebp([frame], { width: 20, height: 10 });
    // The canvas grows to 40 × 30, and the frame moves to (4, 6). The file stores half of these.
    const placed = animated.slice();
    placed.set([39, 0, 0, 29, 0, 0], 24);
    const start = 12 + 18 + 14 + 8;
    placed.set([2, 0, 0, 3, 0, 0], start);
    const pixels = decodePixels((await render({ document: await documentWithImage(placed) })).bytes);
    expect([pixels.width, pixels.height]).toEqual([40, 30]);
    for (const [x, y] of [
      [3, 6],
      [4, 5],
      [24, 15],
      [23, 16],
    ] as const) {
      expect(pixels.at(x, y)[3], `${x}, ${y}`).toBe(0);
    }
    expect(pixels.at(4, 6)).toEqual([255, 0, 0, 255]);
    expect(pixels.at(23, 15)).toEqual([255, 0, 0, 255]);
  });

  it("of 54 bytes that ask for a gigabyte of pixels are refused", async () => {
    const bomb = Uint8Array.fromHex(
      "524946462e00000057454250565038580a000000000000000900000900005650384c100000002ffebfff0f8888080000000000000000",
    );
    expect(await readImageInfo(bomb)).toMatchObject({
      error: {
        code: "invalid_image",
        message:
          "The WebP picture is damaged: a frame is 16383 × 16383 pixels, where the file promises 10 × 10",
      },
    });
  });

  it("other chunks cost the decoder no memory, whatever they hold", async () => {
    const frame = encodePixels(20, 10, () => [255, 0, 0, 255]);
    const junk = new Uint8Array(16 * 1024 * 1024);
    const vp8x: [string, Uint8Array] = ["VP8X", concat([0, 0, 0, 0, 19, 0, 0, 9, 0, 0])];
    const file = webp(vp8x, ["JUNK", junk], ["VP8L", frame.subarray(20)]);
    const { peakBytes } = await render({ document: await documentWithImage(file) });
    const plain = await render({ document: await documentWithImage(frame) });
    expect((peakBytes ?? 0) - (plain.peakBytes ?? 0)).toBeLessThan(17 * 1024 * 1024);
  });

  it("a frame without pixels behind its header fails with a reason", async () => {
    const document = await documentWithImage(webpLossless(60, 40));
    await expect(async () => render({ document })).rejects.toThrow("The picture can't be decoded");
  });
});
