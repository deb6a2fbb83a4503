import { describe, expect, it } from "vitest";
import { readImageInfo } from "../../src/raster/decode/scan-image.ts";
import { animateWebp, makeGif } from "../support/export/animated-images.ts";
import { landscapePhoto } from "../support/export/fixture-photos.ts";
import { colorDistance, decodePixels, encodePixels } from "../support/export/pixels.ts";
import { concat } from "../support/export/sample-headers.ts";
import { documentWithImage, render } from "../support/export/sample-state.ts";

const ANIMATED = ["The picture is animated: the export shows its first frame"];
const red = () => [255, 0, 0, 255] as const;
const blue = () => [0, 0, 255, 255] as const;

describe("moving pictures show their first frame, and say so", () => {
  it("a GIF", async () => {
    const file = await render({ document: await documentWithImage(makeGif(30, 20, [1, 2, 3])) });
    expect(decodePixels(file.bytes).at(15, 10)).toEqual([255, 0, 0, 255]);
    expect(file.warnings).toEqual(ANIMATED);
  });

  it("a GIF that stands still says nothing", async () => {
    const file = await render({ document: await documentWithImage(makeGif(30, 20, [2])) });
    expect(decodePixels(file.bytes).at(15, 10)).toEqual([0, 255, 0, 255]);
    expect(file.warnings).toEqual([]);
  });

  it("a WebP", async () => {
    const frames = [encodePixels(30, 20, red), encodePixels(30, 20, blue)];
    const picture = animateWebp(frames, { width: 30, height: 20 });
    const file = await render({ document: await documentWithImage(picture) });
    expect(decodePixels(file.bytes).at(15, 10)).toEqual([255, 0, 0, 255]);
    expect(file.warnings).toEqual(ANIMATED);
  });
});

describe("a JPEG", () => {
  it("with something else behind its end, and before its pixels", async () => {
    const plain = encodePixels(32, 32, red, 95);
    const comment = concat([0xff, 0xfe, 0x10, 0x02], "PK\x03\x04<html>", new Uint8Array(0x1000 - 10));
    const polyglot = concat(plain.subarray(0, 2), comment, plain.subarray(2), "%PDF-1.7 GIF89a");
    const file = await render({ document: await documentWithImage(polyglot), format: "jpg" });
    expect(colorDistance(decodePixels(file.bytes).at(16, 16), [255, 0, 0, 255])).toBeLessThan(8);
    expect(new TextDecoder("latin1").decode(file.bytes)).not.toContain("PDF");
  });
});

describe("cut off and flipped anywhere", () => {
  const outcome = async (bytes: Uint8Array): Promise<string> => {
    if (!(await readImageInfo(bytes)).ok) return "refused";
    return render({ document: await documentWithImage(bytes) }).then(
      () => "a picture",
      (error: unknown) => String(error),
    );
  };
  const allowed = /^(?:refused|a picture|Error: The (?:\w+ )?picture (?:can't be decoded|is damaged): )/;
  const gradient = (x: number, y: number) => [x * 4, y * 6, (x * y) & 255, 255] as const;
  const makers: [string, () => Uint8Array][] = [
    ["JPEG", () => encodePixels(60, 40, gradient, 90)],
    ["WebP", () => encodePixels(60, 40, gradient)],
    ["GIF", () => makeGif(60, 40, [1, 2])],
  ];

  it.each(makers)(
    "a %s is a picture, or fails with a reason; and the next job works",
    async (_name, make) => {
      const whole = make();
      for (const part of [0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 0.999]) {
        expect(await outcome(whole.slice(0, Math.floor(whole.length * part)))).toMatch(allowed);
      }
      for (let seed = 1; seed <= 20; seed++) {
        const damaged = whole.slice();
        for (let flip = 0; flip < 5; flip++) {
          const at = 12 + ((seed * 7919 + flip * 104_729) % (damaged.length - 12));
          damaged[at] = (damaged[at] ?? 0) ^ (1 << ((seed + flip) % 8));
        }
        expect(await outcome(damaged)).toMatch(allowed);
      }
      expect(await outcome(whole)).toBe("a picture");
    },
  );

  it("a real photo too", async () => {
    for (const part of [0.01, 0.3, 0.7]) {
      expect(await outcome(landscapePhoto.slice(0, landscapePhoto.length * part))).toMatch(allowed);
    }
  });
});
