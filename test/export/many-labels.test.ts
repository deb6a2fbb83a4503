import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { collectScene } from "../../src/export/collect-scene.ts";
import type { ExportScene } from "../../src/export/export-scene.ts";
import { checkTime, renderRaster } from "../../src/export/render-raster.ts";
import { renderSvg } from "../../src/export/render-svg.ts";
import { createTextPlatform } from "../../src/export/text-platform.ts";
import type { Annotation } from "../../src/protocol/model/annotation.ts";
import { drawOverlay } from "../../src/raster/draw/overlay.ts";
import { initRasterizer } from "../../src/raster/draw/rasterize.ts";
import { blendLayer } from "../../src/raster/draw/blend.ts";
import { TextLayout } from "../../src/text/text-layout.ts";
import { colorDistance, decodePixels, rasterizeSvg } from "../support/export/pixels.ts";
import { render, sampleAnnotation, sampleDocument } from "../support/export/sample-state.ts";

const sheet = { width: 4_000, height: 3_000 };
const words = "Riss im Putz, 3 mm breit, neu seit Mai: Wand prüfen".split(" ");

/** Labels of 25 letters, all over the sheet. No two are the same. */
function label(index: number, text?: string): Annotation {
  const chosen = Array.from({ length: 8 }, (_, word) => words[(index * 7 + word * word) % words.length]);
  return sampleAnnotation({
    type: "text",
    geometry: { x: (index * 397) % 3_600, y: (index * 61) % 2_950 },
    text: text ?? `${index} ${chosen.join(" ")}`.slice(0, 25),
    style: { font_size: 24 },
  });
}

async function* pagesOf(count: number, text?: string): AsyncGenerator<Annotation[]> {
  for (let from = 0; from < count; from += 500) {
    yield Array.from({ length: Math.min(500, count - from) }, (_, index) => label(from + index, text));
  }
}

function collect(pages: AsyncIterable<Annotation[]>, strokes = true): Promise<ExportScene> {
  const options = { strokes, ground: "#ffffff", legend: null, notes: undefined, comments: null };
  return collectScene(sampleDocument(sheet), pages, new TextLayout(createTextPlatform(env.ASSETS)), options);
}

describe("10,000 labels of 25 letters on 12 megapixels", () => {
  let scene: ExportScene;
  beforeAll(async () => {
    scene = await collect(pagesOf(10_000));
  });

  it("R51 are drawn well within the time there is, and need little memory beside the picture", async () => {
    expect(scene.drawings).toHaveLength(10_000);
    expect(() => checkTime({ scene, size: sheet, frameSize: sheet })).not.toThrow();
    const size = { width: 400, height: 300 };
    const options = { scale: 0.1, quality: 85, background: "#ffffff" };
    const job = { scene, format: "png" as const, options, size, frameSize: size };
    const { peakBytes } = await renderRaster(
      { ...job, scene: { ...scene, drawings: [...scene.drawings] } },
      undefined,
      async () => {},
      async () => {},
    );
    expect(peakBytes).toBeLessThan(32 * 1024 * 1024);
  });

  it("are an SVG that has each outline once", async () => {
    let bytes = 0;
    let file = "";
    const decoder = new TextDecoder();
    await renderSvg(scene, { size: sheet, frameSize: sheet }, undefined, "#ffffff", async (part) => {
      bytes += part.byteLength;
      if (file.length < 100_000) file += decoder.decode(part);
    });
    expect(bytes).toBeLessThan(16 * 1024 * 1024);
    const defined = Array.from(file.matchAll(/<path id="([^"]+)"/g), ([, id]) => id);
    expect(defined.length).toBeGreaterThan(20);
    expect(new Set(defined).size).toBe(defined.length);
  });
});

it("R51 texts are drawn up to 24 MiB of them", async () => {
  let pages = 0;
  async function* endless(): AsyncGenerator<Annotation[]> {
    for await (const page of pagesOf(100_000, "a")) {
      pages++;
      yield page;
    }
  }
  await expect(collect(endless())).rejects.toThrow("their lines and letters take more than 24 MiB");
  // A text of one letter takes about 620 bytes: 40,000 fit, 41,000 do not.
  expect(pages).toBeGreaterThan(80);
  expect(pages).toBeLessThanOrEqual(82);
});

const text = (text: string, style: object, more: object = {}): Annotation =>
  sampleAnnotation({
    type: "text",
    text,
    geometry: { x: 20, y: 20, ...more },
    style: { font_size: 28, stroke: "#c2185b", ...style },
  });

describe("what paints texts", () => {
  beforeAll(initRasterizer);

  it.each<[string, Annotation]>([
    ["in a halo", text("eagle, Ärger & WAVE", {})],
    ["on a ground", text("on a ground", { fill: "#ffe082c0" })],
    ["turned", text("turned by 33°", {}, { rotation: 33 })],
    ["turned on a ground", text("turned", { fill: "#80cbc4" }, { rotation: -70 })],
    ["translucent", text("translucent eagle", { opacity: 0.4 })],
    ["translucent letters on a ground", text("مرحبا بالعالم", { fill: "#ffffff", stroke: "#00000060" })],
    ["joined and right to left", text("مرحبا بالعالم الجميل", {}, { width: 240 })],
    ["with marks", text("नमस्ते क्षेत्र สวัสดีน้ำใจ", {})],
    ["of Chinese characters", text("人人生而自由，在尊严", {})],
    ["with emoji", text("a 🚀 b 👍🏽 c", {})],
    ["with translucent emoji", text("a 🚀 b", { opacity: 0.5, fill: "#ffffff" })],
    ["with turned emoji", text("a 🚀 b", {}, { rotation: 45 })],
    ["in boxes", text("\u{16a0}\u{16a1} H₂O ⅓", { fill: "#ffffff" })],
    ["of many lines", text("one\ntwo three\nfour", { font_size: 20 }, { width: 90 })],
  ])("draws them %s as resvg draws them", async (_name, annotation) => {
    const document = sampleDocument({ width: 400, height: 240 });
    const below = sampleAnnotation({
      type: "box",
      geometry: { x: 0, y: 30, width: 400, height: 60 },
      style: { fill: "#37474f", stroke: null },
    });
    const options = { background: "#b0bec5" };
    const request = { document, annotations: [below, annotation], options };
    const png = decodePixels((await render({ ...request, format: "png" })).bytes);
    const svg = decodePixels(await rasterizeSvg((await render({ ...request, format: "svg" })).bytes));
    let sum = 0;
    let wrong = 0;
    for (let y = 0; y < 240; y++) {
      for (let x = 0; x < 400; x++) {
        const apart = colorDistance(png.at(x, y), svg.at(x, y));
        sum += apart;
        if (apart > 80) wrong++;
      }
    }
    const pixels = 400 * 240;
    expect(sum / pixels / 255).toBeLessThan(0.006);
    expect(wrong / pixels).toBeLessThan(0.0005);
  });

  it("keeps the order: what is above a text hides it, what is below does not", async () => {
    const box = (x: number, fill: string): Annotation =>
      sampleAnnotation({
        type: "box",
        geometry: { x, y: 0, width: 60, height: 100 },
        style: { fill, stroke: null },
      });
    const annotations = [
      box(0, "#ff0000"),
      text("█", { font_size: 80, fill: "#00ff00" }, { x: 30, y: 10 }),
      box(90, "#0000ff"),
    ];
    const { bytes } = await render({ document: sampleDocument({ width: 200, height: 100 }), annotations });
    const pixels = decodePixels(bytes);
    expect(pixels.at(10, 50)).toEqual([255, 0, 0, 255]);
    // The left and the right end of the ground: the text is 52 pixels wide or more.
    expect(pixels.at(25, 50)).toEqual([0, 255, 0, 255]);
    expect(pixels.at(92, 50)).toEqual([0, 0, 255, 255]);
  });

  it("draws the same in small windows as in one", async () => {
    const annotations = [
      text("in a halo, eagle", {}, { rotation: 12 }),
      text("ground", { fill: "#ffe082" }, { y: 60 }),
    ];
    async function* pages(): AsyncGenerator<Annotation[]> {
      yield annotations;
    }
    const { drawings } = await collect(pages());
    const [width, height] = [400, 240];
    const draw = (columns: number, rows: number): Uint8Array => {
      const pixels = new Uint8Array(width * height * 4).fill(255);
      for (let top = 0; top < height; top += rows) {
        for (let left = 0; left < width; left += columns) {
          const view = { scaleX: 1, scaleY: 1, originX: -left, originY: -top };
          const window = {
            ...view,
            width: Math.min(columns, width - left),
            height: Math.min(rows, height - top),
          };
          for (const layer of drawOverlay(drawings, window)) {
            blendLayer(pixels, width, { ...layer, left: layer.left + left, top: layer.top + top });
          }
        }
      }
      return pixels;
    };
    const whole = draw(width, height);
    for (const [columns, rows] of [
      [width, 1],
      [width, 7],
      [13, height],
      [50, 50],
    ] as const) {
      const apart = draw(columns, rows).map((value, at) => Math.abs(value - (whole[at] ?? 0)));
      expect(apart.reduce((most, each) => Math.max(most, each), 0)).toBeLessThanOrEqual(1);
    }
  });
});
