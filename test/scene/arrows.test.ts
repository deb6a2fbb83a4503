import { describe, expect, it } from "vitest";
import type { Point } from "../../src/protocol/model/geometry.ts";
import { drawAnnotation, drawingElement } from "../../src/scene/draw-annotation.ts";
import type { Style } from "../../src/protocol/model/annotation.ts";
import { colorDistance, decodePixels, inkIn, type Pixels } from "../support/export/pixels.ts";
import { render, sampleAnnotation, sampleDocument } from "../support/export/sample-state.ts";
import { setText } from "../support/texts.ts";

const RED = [255, 0, 0, 255];
const WHITE = [255, 255, 255, 255];
const sheet = sampleDocument({ width: 200, height: 150 });

function arrow(points: Point[], style: Partial<Style> = {}) {
  return sampleAnnotation({ type: "arrow", geometry: { points }, style: { stroke: "#ff0000", ...style } });
}

async function draw(points: Point[], style: Partial<Style> = {}): Promise<Pixels> {
  return decodePixels((await render({ document: sheet, annotations: [arrow(points, style)] })).bytes);
}

function svg(points: Point[], style: Partial<Style> = {}): string {
  const canvas = {
    frame: { left: 0, top: 0, right: 200, bottom: 150 },
    layoutText: (words: string, size: number) => setText(words, size, 0, 0),
  };
  return drawingElement(drawAnnotation(arrow(points, style), canvas));
}

/** Along the middle of a row of pixels. */
function level(from: number, to: number): Point[] {
  return [
    [from, 70.5],
    [to, 70.5],
  ];
}

/** Nothing is drawn in the columns from `left` up to `right`. */
function isBlank(pixels: Pixels, left: number, right: number): boolean {
  return inkIn(pixels, WHITE, { left, top: 0, right, bottom: pixels.height }) === 0;
}

describe("the head of an arrow", () => {
  it("ends exactly at the last point, and the shaft begins at the first", async () => {
    const pixels = await draw(level(50, 150), { stroke_width: 10 });
    expect(isBlank(pixels, 0, 44)).toBe(true);
    expect(pixels.at(46, 70)).toEqual(RED);
    // The shaft is 10 high; the head begins 45 before the tip and is 36 high there.
    expect(pixels.at(80, 63)).toEqual(WHITE);
    expect(pixels.at(80, 67)).toEqual(RED);
    expect(pixels.at(103, 60)).toEqual(WHITE);
    expect(pixels.at(107, 56)).toEqual(RED);
    expect(pixels.at(107, 50)).toEqual(WHITE);
    expect(pixels.at(146, 70)).toEqual(RED);
    expect(isBlank(pixels, 150, 200)).toBe(true);
  });

  it.each([5, 20, 44, 46, 54])(
    "is all of an arrow %d pixels long, with nothing behind it",
    async (length) => {
      const pixels = await draw(level(100, 100 + length), { stroke_width: 10 });
      expect(isBlank(pixels, 0, 100)).toBe(true);
      expect(isBlank(pixels, 100 + length, 200)).toBe(true);
      // It is widest where it begins: 0.4 of its length on each side, at most 18.
      const half = 0.4 * Math.min(length, 45);
      expect(colorDistance(pixels.at(101, 70.5 - half * 0.6), RED)).toBeLessThan(64);
      expect(colorDistance(pixels.at(101, 70.5 - half - 1), WHITE)).toBe(0);
    },
  );

  it("has a shaft behind it that is at least as long as it is wide, cap and all", async () => {
    const pixels = await draw(level(100, 156), { stroke_width: 10 });
    expect(pixels.at(97, 70)).toEqual(RED);
    expect(pixels.at(108, 67)).toEqual(RED);
    expect(pixels.at(108, 60)).toEqual(WHITE);
    expect(pixels.at(113, 60)).toEqual(RED);
  });

  it("is 9 pixels long at least, and there is none without a stroke", async () => {
    const thin = await draw(level(50, 150), { stroke_width: 1 });
    expect(thin.at(100, 70)).toEqual(RED);
    expect(thin.at(100, 71)).toEqual(WHITE);
    expect(thin.at(139, 72)).toEqual(WHITE);
    expect(thin.at(142, 72)).toEqual(RED);
    const points: Point[] = [
      [50, 70],
      [150, 70],
    ];
    expect(svg(points, { stroke_width: 0 })).toBe("");
    expect(svg(points, { stroke_width: 2 })).toContain("M150 70L141 73.6L141 66.4Z");
    expect(svg(points, { stroke_width: 3 })).toContain("M150 70L136.5 75.4L136.5 64.6Z");
  });

  it("points from where the line comes in, over however many points that is", () => {
    const ending = (...points: Point[]): string => /<path d="(M150 70L[^"]*Z)"/.exec(svg(points))?.[1] ?? "";
    const head = "M150 70L136.5 75.4L136.5 64.6Z";
    expect(ending([50, 70], [150, 70])).toBe(head);
    // The last points are equal; they are many and close; they jitter inside the head.
    expect(ending([50, 70], [150, 70], [150, 70])).toBe(head);
    expect(ending(...Array.from({ length: 101 }, (_, i): Point => [50 + i, 70]))).toBe(head);
    expect(ending([50, 70], [140, 70], [143, 73], [145, 66], [150, 70])).toBe(head);
  });

  it("hides what the line does within it: no corner of the shaft looks out", async () => {
    const pixels = await draw(
      [
        [50, 70.5],
        [146, 70.5],
        [146, 80.5],
        [150, 70.5],
      ],
      { stroke_width: 8 },
    );
    expect(isBlank(pixels, 150, 200)).toBe(true);
    expect(pixels.at(144, 78)).toEqual(WHITE);
  });

  it("is where a line that comes back to its beginning ends", () => {
    const there = svg([
      [100, 70],
      [150, 70],
      [100, 70],
    ]);
    expect(there).toContain("M100 70L113.5 64.6L113.5 75.4Z");
  });
});

describe("the shaft of an arrow", () => {
  it("has a dash behind the head, never a gap", async () => {
    // If the dashes started at the tail, each of these would leave a different part of a gap there.
    for (const length of [100, 104, 108, 112, 116]) {
      const pixels = await draw(level(150 - length, 150), { stroke_width: 6, dash: [8, 12] });
      // The head is 27 long. Behind it come a dash of 8, 2 of which lie under the head, and a gap of 12.
      for (const x of [118, 121, 124]) expect(pixels.at(x, 67), `x ${x}`).toSatisfy(isRed);
      for (const x of [107, 110, 114]) expect(pixels.at(x, 70), `x ${x}`).toEqual(WHITE);
    }
  });

  it("and the head are as translucent together as each alone", async () => {
    const pixels = await draw(level(50, 150), { stroke_width: 10, stroke: "#ff000080" });
    const shaft = pixels.at(80, 70);
    expect(colorDistance(shaft, [255, 127, 127, 255])).toBeLessThan(2);
    for (const x of [103, 105, 107, 109, 111, 120, 140]) {
      expect(colorDistance(pixels.at(x, 70), shaft), `x ${x}`).toBeLessThan(2);
    }
  });
});

function isRed(color: number[]): boolean {
  return colorDistance(color, RED) < 130;
}
