import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readImageInfo } from "../../src/raster/decode/scan-image.ts";
import { makeGif } from "../support/export/animated-images.ts";
import { makePackedGif } from "../support/export/gif-maker.ts";
import { toBytes } from "../support/export/fixture-photos.ts";
import { mutateFile, seedRandom } from "../support/export/mutate-file.ts";
import { encodePixels } from "../support/export/pixels.ts";
import { makePng } from "../support/export/png-maker.ts";
import { documentWithImage, render } from "../support/export/sample-state.ts";

const webps = import.meta.glob("../fixtures/webp/*", { query: "?inline", import: "default", eager: true });
const webp = (name: string): Uint8Array => toBytes(webps[`../fixtures/webp/${name}.webp`] ?? "");
const gradient = (x: number, y: number) => [x * 9, y * 11, (x * y) & 255, 255] as const;
const sample = (x: number, y: number, channel: number): number => (x * 9 + y * 11 + channel * 50) & 255;
const index = (x: number, y: number): number => (x * 9 + y * 11) & 255;
const size = { width: 24, height: 17, depth: 8 };

const seeds: [string, Uint8Array][] = [
  ["JPEG", encodePixels(24, 17, gradient, 90)],
  ["PNG", makePng({ ...size, colorType: 6, sample })],
  ["PNG that is interlaced", makePng({ ...size, colorType: 2, interlaced: true, sample })],
  ["GIF", makeGif(24, 17, [1, 2])],
  ["GIF that is interlaced", makePackedGif({ width: 24, height: 17, bits: 8, interlaced: true, index })],
  ["WebP with loss", webp("segments-1")],
  ["WebP with loss and alpha", webp("alpha-lossy")],
  ["WebP without loss", webp("lossless")],
  ["WebP that is animated", webp("animated")],
];
/** Mutations of each file: enough to reach every check. Over five thousand were compared by hand with a browser. */
const RUNS = 40;
/** The most pixels of a mutated file, since size is not what is tested here. */
const PIXELS_MAX = 250_000;
const MEMORY_MAX_BYTES = 100 * 1024 * 1024;

/** Corrects the checksums of a PNG. Without this most mutations would fail there. */
function mendChecksums(png: Uint8Array): void {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let start = 8; start + 12 <= png.length;) {
    const end = start + 8 + view.getUint32(start);
    if (end + 4 > png.length) return;
    view.setUint32(end, crc32(png.subarray(start + 4, end)));
    start = end + 4;
  }
}

async function outcomeOf(file: Uint8Array): Promise<string> {
  const info = await readImageInfo(file);
  if (!info.ok) return `refused: ${info.error.message}`;
  if (info.value.width * info.value.height > PIXELS_MAX) return "too large";
  try {
    const { peakBytes, width, height } = await render({ document: await documentWithImage(file) });
    expect(peakBytes).toBeLessThan(MEMORY_MAX_BYTES);
    expect([width, height]).toEqual([info.value.width, info.value.height]);
    return "a picture";
  } catch (error) {
    return String(error);
  }
}

describe("R55 a mutated file is refused, fails with a reason, or is a picture of the size it says", () => {
  it.each(seeds)(
    "%s",
    async (name, seed) => {
      const random = seedRandom(crc32(name));
      for (let run = 0; run < RUNS; run++) {
        const file = mutateFile(seed, random);
        if (name.startsWith("PNG") && run % 4 > 0) mendChecksums(file);
        expect(await outcomeOf(file), `run ${run}`).toMatch(
          /^(?:refused: |too large$|a picture$|Error: The (?:\w+ )?picture (?:can't be decoded|is damaged): )/,
        );
      }
      expect(await outcomeOf(seed)).toBe("a picture");
    },
    60_000,
  );
});
