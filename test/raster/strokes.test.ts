import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { annotationInputSchema } from "../../src/protocol/model/annotation.ts";
import type { Point } from "../../src/protocol/model/geometry.ts";
import { blendLayer } from "../../src/raster/draw/blend.ts";
import { strideOf } from "../../src/raster/draw/coverage-buffer.ts";
import { coverStroke } from "../../src/raster/draw/stroke-coverage.ts";
import { decodePixels, rasterizeSvg } from "../support/export/pixels.ts";
import { render, sampleAnnotation, sampleDocument } from "../support/export/sample-state.ts";

const WIDTH = 240;
const HEIGHT = 180;
const sheet = sampleDocument({ width: WIDTH, height: HEIGHT });
const unmoved = { scaleX: 1, scaleY: 1, originX: 0, originY: 0 };

/** The same numbers in each run, 0–1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Points all over an area `beyond` times as large as the sheet. */
function scribble(count: number, beyond = 1, random = randomNumbers(count)): Point[] {
  return Array.from({ length: count }, () => [
    (0.5 + (random() - 0.5) * beyond) * WIDTH,
    (0.5 + (random() - 0.5) * beyond) * HEIGHT,
  ]);
}

/** A line as drawn by hand: its points are a pixel or two apart. */
function curve(count: number): Point[] {
  return Array.from({ length: count }, (_, n) => [
    120 + (20 + n / 6) * Math.cos(n / 20),
    90 + (20 + n / 9) * Math.sin(n / 20),
  ]);
}

function cover(points: readonly Point[], width: number, size = { width: WIDTH, height: HEIGHT }, top = 0) {
  const stride = strideOf(size.width);
  const coverage = { ...size, stride, bytes: new Uint8Array(stride * size.height) };
  const stroke = { points: Float32Array.from(points.flat()), width, length: 0, paint };
  coverStroke(stroke, { ...unmoved, originY: -top }, coverage);
  return { ...coverage, at: (x: number, y: number) => coverage.bytes[y * stride + x] };
}
const paint = { color: "#d81b60", alpha: 1 };

describe("a long line, which is drawn by its points, looks as its SVG does", () => {
  const styles: [string, object][] = [
    ["as it is", {}],
    ["a hair wide", { stroke_width: 0.3 }],
    ["wide", { stroke_width: 25 }],
    ["translucent", { stroke: "#1565c080" }],
    ["with an opacity", { opacity: 0.4 }],
  ];
  type Input = z.input<typeof annotationInputSchema>;
  const shapes: [string, (style: object) => Input][] = [
    ["a curve", (style) => ({ type: "freehand", geometry: { points: curve(400) }, style })],
    ["a scribble", (style) => ({ type: "polyline", geometry: { points: scribble(30) }, style })],
    [
      "one that goes far outside",
      (style) => ({ type: "freehand", geometry: { points: scribble(70, 30) }, style }),
    ],
    [
      "a line",
      (style) => ({
        type: "line",
        geometry: {
          points: [
            [-5, 2],
            [250, 178],
          ],
        },
        style,
      }),
    ],
    ["an arrow", (style) => ({ type: "arrow", geometry: { points: curve(300) }, style })],
    ["an outline", (style) => ({ type: "polygon", geometry: { points: scribble(70) }, style })],
    [
      "an area",
      (style) => ({
        type: "polygon",
        geometry: { points: curve(90) },
        style: { fill: "#ffb30080", ...style },
      }),
    ],
  ];
  for (const [shape, make] of shapes) {
    it.each(styles)(`${shape}, %s`, async (_look, style) => {
      const annotations = [
        sampleAnnotation(make({ stroke: paint.color, stroke_width: 4, ...style })),
        // What lies above the stroke stays above it.
        sampleAnnotation({
          type: "box",
          geometry: { x: 100, y: 70, width: 40, height: 40 },
          style: { fill: "#00c853" },
          z_index: 1,
        }),
      ];
      for (const scale of [0.5, 1, 2]) {
        const options = { scale };
        const drawn = decodePixels((await render({ document: sheet, annotations, options })).bytes);
        const svg = await render({ document: sheet, annotations, options, format: "svg" });
        const expected = decodePixels(await rasterizeSvg(svg.bytes));
        let sum = 0;
        let wrong = 0;
        let ink = 0;
        for (let y = 0; y < drawn.height; y++) {
          for (let x = 0; x < drawn.width; x++) {
            const one = drawn.at(x, y);
            const difference = expected
              .at(x, y)
              .map((value, channel) => Math.abs(value - (one[channel] ?? 0)));
            sum += difference.reduce((all, value) => all + value, 0);
            if (Math.max(...difference) > 64) wrong++;
            if ((x < 90 * scale || x > 150 * scale) && Math.min(...one) < 255) ink++;
          }
        }
        const pixels = drawn.width * drawn.height;
        expect(ink).toBeGreaterThan(0);
        // Differences are largest where a line crosses itself: there are dozens of crossings on 120 × 90 pixels.
        expect(sum / (pixels * 4 * 255)).toBeLessThan(0.008);
        expect(wrong / pixels).toBeLessThan(scale < 1 ? 0.008 : 0.002);
      }
    });
  }
});

it("R42 a scene of strokes gives the same bytes each time", async () => {
  const annotations = [scribble(300), curve(900)].map((points) =>
    sampleAnnotation({ type: "freehand", geometry: { points }, style: { stroke: "#1565c080" } }),
  );
  const first = await render({ document: sheet, annotations });
  const second = await render({ document: sheet, annotations: annotations.toReversed() });
  expect(second.bytes).toEqual(first.bytes);
});

describe("what a stroke covers of a pixel", () => {
  it("is all, half or none of it", () => {
    const coverage = cover(
      [
        [20, 50],
        [100, 50],
      ],
      5,
    );
    expect([46, 47, 48, 50, 51, 52, 53].map((y) => coverage.at(60, y))).toEqual([
      0, 128, 255, 255, 255, 128, 0,
    ]);
    const upright = cover(
      [
        [50, 20],
        [50, 100],
      ],
      5,
    );
    expect([46, 47, 48, 50, 51, 52, 53].map((x) => upright.at(x, 60))).toEqual([
      0, 128, 255, 255, 255, 128, 0,
    ]);
  });

  it("is its width where that is less than a pixel", () => {
    const coverage = cover(
      [
        [20, 50.5],
        [100, 50.5],
      ],
      0.25,
    );
    expect([49, 50, 51].map((y) => coverage.at(60, y))).toEqual([0, 64, 0]);
  });

  it("is within 1/20 of the area on a diagonal", () => {
    // The edge passes through the corners of these pixels, so half of each is covered.
    const coverage = cover(
      [
        [0, 0],
        [100, 100],
      ],
      10 * Math.SQRT2,
    );
    const half = coverage.at(60, 50) ?? 0;
    expect(Math.abs(half - 127.5)).toBeLessThan(255 / 20);
    // A corner of these pixels, an eighth of each, is covered.
    expect(Math.abs((coverage.at(61, 50) ?? 0) - 0)).toBeLessThan(255 / 20);
  });

  it("has round ends and round corners", () => {
    const coverage = cover(
      [
        [50, 50],
        [100, 50],
        [100, 100],
      ],
      20,
    );
    const inkAt = (x: number, y: number) => coverage.at(x, y) === 255;
    // Left of the start: half a disc of radius 10.
    expect([inkAt(42, 50), inkAt(38, 50), inkAt(42, 43)]).toEqual([true, false, false]);
    // Outside the corner: a quarter of a disc.
    expect([inkAt(106, 43), inkAt(108, 41)]).toEqual([true, false]);
  });

  it("does not depend on the parts in which it is drawn, or on their order", () => {
    const points = scribble(200, 3);
    const whole = cover(points, 6);
    for (const rows of [1, 7, 60]) {
      for (let top = 0; top < HEIGHT; top += rows) {
        const height = Math.min(rows, HEIGHT - top);
        const part = cover(points, 6, { width: WIDTH, height }, top);
        expect(part.bytes).toEqual(whole.bytes.subarray(top * whole.stride, (top + height) * whole.stride));
      }
    }
    expect(cover(points.toReversed(), 6).bytes).toEqual(whole.bytes);
  });

  it("is right however far away its points are", () => {
    const coverage = cover(
      [
        [-1e6, 50],
        [1e6, 50],
        [1e6, -1e6],
        [60, -1e6],
        [60, 1e6],
      ],
      4,
    );
    expect([47, 48, 49, 51, 52].map((y) => coverage.at(200, y))).toEqual([0, 255, 255, 255, 0]);
    expect([57, 58, 59, 61, 62].map((x) => coverage.at(x, 150))).toEqual([0, 255, 255, 255, 0]);
  });
});

describe("a stroke is blended", () => {
  const dot = (covered: number, alpha: number, below: number[]): number[] => {
    const rows = Uint8Array.from(below);
    const coverage = { width: 1, height: 1, stride: 4, bytes: Uint8Array.of(covered, 0, 0, 0) };
    blendLayer(rows, 1, {
      left: 0,
      top: 0,
      width: 1,
      height: 1,
      paint: { color: "#ff8000", alpha },
      coverage,
    });
    return [...rows];
  };

  it("over opaque pixels", () => {
    expect(dot(255, 1, [0, 0, 255, 255])).toEqual([255, 128, 0, 255]);
    expect(dot(0, 1, [1, 2, 3, 255])).toEqual([1, 2, 3, 255]);
    expect(dot(51, 1, [0, 0, 255, 255])).toEqual([51, 26, 204, 255]);
    expect(dot(255, 0.2, [0, 0, 255, 255])).toEqual([51, 26, 204, 255]);
  });

  it("over translucent and empty ones", () => {
    expect(dot(255, 1, [9, 9, 9, 9])).toEqual([255, 128, 0, 255]);
    expect(dot(51, 1, [0, 0, 0, 0])).toEqual([255, 128, 0, 51]);
    // 51 over what remains of 102: (255 · 51 + 0 · 81.6) / 132.6.
    expect(dot(51, 1, [0, 0, 255, 102])).toEqual([98, 49, 157, 133]);
  });
});
