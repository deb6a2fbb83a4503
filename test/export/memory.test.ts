import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";
import type { ExportFormat } from "../../src/protocol/export-job.ts";
import { encodePixels, encodePng } from "./support/pixels.ts";
import { documentWithPicture, render, sampleAnnotation } from "./support/sample-state.ts";

const MIB = 1024 * 1024;
/** What a render may hold, of the 128 MB that an isolate has. */
const BUDGET = 96 * MIB;
const WIDTH = 2000;
const HEIGHT = 1500;

/** The same noise each time: it compresses worst. */
function noise(x: number, y: number): readonly [number, number, number, number] {
  let n = Math.imul(x * 374_761_393 + y * 668_265_263, 2_246_822_519);
  n = Math.imul(n ^ (n >>> 13), 3_266_489_917);
  n ^= n >>> 16;
  return [n & 255, (n >>> 8) & 255, (n >>> 16) & 255, 255];
}

describe("the largest picture that is accepted", () => {
  it("is as large as the limit", () => {
    expect(WIDTH * HEIGHT).toBe(readConfig(env).MAX_IMAGE_PIXELS);
  });

  const annotations = [
    sampleAnnotation({
      type: "text",
      geometry: { x: 100, y: 100 },
      text: "Γειά, мир, world",
      style: { font_size: 200 },
    }),
    sampleAnnotation({
      type: "ellipse",
      geometry: { cx: 1000, cy: 800, rx: 900, ry: 600 },
      style: { fill: "#00ff0080", opacity: 0.5 },
    }),
  ];
  it.each([
    ["JPEG", () => encodePixels(WIDTH, HEIGHT, noise, 95)],
    ["PNG", () => encodePng(WIDTH, HEIGHT, noise)],
    ["WebP", () => encodePixels(WIDTH, HEIGHT, noise)],
  ] as const)(
    "a %s is rendered within the memory there is",
    async (_name, makePicture) => {
      const document = await documentWithPicture(await makePicture());
      for (const format of ["png", "jpg", "webp"] satisfies ExportFormat[]) {
        const file = await render({ document, annotations, format });
        console.log(_name, format, (file.peakBytes ?? 0) / MIB);
        expect(file.peakBytes).toBeLessThan(BUDGET);
      }
    },
    60_000,
  );
});
