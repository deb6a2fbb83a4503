import { describe, expect, it } from "vitest";
import type { Point } from "../../src/protocol/model/geometry.ts";
import { isLongLine, measureDrawing, type MeasuredDrawing } from "../../src/raster/draw/measure-drawing.ts";
import { drawAnnotation } from "../../src/scene/draw-annotation.ts";
import { sampleAnnotation } from "../support/export/sample-state.ts";
import { setText } from "../support/texts.ts";

const frame = { left: 0, top: 0, right: 1000, bottom: 1000 };

function measure(input: Parameters<typeof sampleAnnotation>[0], strokes = false): MeasuredDrawing {
  const drawing = drawAnnotation(sampleAnnotation(input), {
    frame,
    layoutText: (words, size) => setText(words, size, 5 * size, size),
    wantsStroke: strokes ? (points) => isLongLine(points, frame) : undefined,
  });
  return measureDrawing(drawing, frame);
}

const line = (from: Point, to: Point) => ({ type: "line" as const, geometry: { points: [from, to] } });

describe("the edges of a drawing", () => {
  it("run on both sides of a line, along all of it within the frame", () => {
    expect(measure(line([100, 500], [400, 500])).edges).toBeCloseTo(600);
    expect(measure(line([-5000, 500], [400, 500])).edges).toBeCloseTo(800);
    expect(measure(line([-5000, -5], [400, -5])).edges).toBe(0);
  });

  it("run once around a fill and twice around an outline, and a fill has an area", () => {
    const box = { type: "box" as const, geometry: { x: 100, y: 100, width: 200, height: 300 } };
    const outline = measure({ ...box, style: { stroke_width: 2 } });
    const fill = measure({ ...box, style: { stroke: null, fill: "#ff0000", stroke_width: 2 } });
    const both = measure({ ...box, style: { fill: "#ff0000", stroke_width: 2 } });
    expect([outline.edges, fill.edges, both.edges]).toEqual([2000, 1000, 3000]);
    expect(outline.area).toBe(0);
    expect(fill.area).toBeGreaterThanOrEqual(200 * 300);
  });

  it("count each dash and gap, wherever it is", () => {
    const dashed = { style: { dash: [10, 6] } };
    const plain = measure(line([0, 500], [320, 500])).edges;
    expect(measure({ ...line([0, 500], [320, 500]), ...dashed }).edges).toBeCloseTo(plain + 40 * 16);
    expect(measure({ ...line([0, -9], [320, -9]), ...dashed }).edges).toBeCloseTo(40 * 16);
  });

  it("grow with the letters of a text", () => {
    const text = { type: "text" as const, geometry: { x: 100, y: 100 }, text: "a" };
    const small = measure({ ...text, style: { font_size: 10 } }).letters;
    // Half of an em to the right, and half down.
    expect(small).toMatchObject({ points: 3, edges: 10 });
    const large = measure({ ...text, style: { font_size: 100 } }).letters;
    expect(large.edges).toBeCloseTo(100);
    // All around a line as wide as the halo: 1.5 and 7 pixels on each side.
    expect(large.haloArea / small.haloArea).toBeGreaterThan(20);
    expect(measure({ ...text, style: { fill: "#ffffff" } }).letters.haloArea).toBe(0);
  });
});

describe("a stroke", () => {
  const points = (count: number, length: number): Point[] =>
    Array.from({ length: count }, (_, index) => [10 + (index * length) / (count - 1), 10]);

  it("is a line of 64 points or 256 pixels within the frame, and no shorter one", () => {
    expect(isLongLine(points(64, 60), frame)).toBe(true);
    expect(isLongLine(points(63, 60), frame)).toBe(false);
    expect(isLongLine(points(2, 256), frame)).toBe(true);
    expect(isLongLine(points(2, 255.9), frame)).toBe(false);
    expect(
      isLongLine(
        [
          [-1e6, 10],
          [255, 10],
        ],
        frame,
      ),
    ).toBe(false);
  });

  it("has a length within the frame instead of edges, and figures are let go", () => {
    const drawing = measure(
      {
        type: "freehand",
        geometry: {
          points: [
            [-500, 10],
            [600, 10],
          ],
        },
      },
      true,
    );
    expect(drawing).toMatchObject({ svg: "", edges: 0, area: 0, strokeLength: 600 });
    expect(drawing).not.toHaveProperty("figures");
    expect(measure(line([0, 0], [1, 1]), true).strokeLength).toBe(0);
  });
});
