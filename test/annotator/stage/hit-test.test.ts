import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hitsMark } from "../../../src/annotator/stage/hit-test.ts";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import type { Point } from "../../../src/protocol/model/geometry.ts";
import { turnPoints } from "../../../src/scene/turn-points.ts";
import { anyMark, markOf } from "./marks.ts";

/** Larger than any mark here: what is found, the shape says, and not its bounds. */
const everywhere = { left: -1_000, top: -1_000, right: 1_000, bottom: 1_000 };
/** Image pixels by which a place found may be off. */
const INEXACT = 0.5;

function hits(mark: Annotation, point: Point, tolerance = 2): boolean {
  return hitsMark(mark, point, tolerance, everywhere, () => ({ width: 70, height: 27 }));
}

/** The outline of a mark as short straight pieces. null: it has none that this can tell. */
function outlineOf(mark: Annotation): { points: readonly Point[]; isClosed: boolean } | null {
  switch (mark.type) {
    case "box": {
      const { x, y, width, height, rotation = 0 } = mark.geometry;
      const corners: Point[] = [
        [x, y],
        [x + width, y],
        [x + width, y + height],
        [x, y + height],
      ];
      return { points: turnPoints(corners, [x + width / 2, y + height / 2], rotation), isClosed: true };
    }
    case "ellipse": {
      const { cx, cy, rx, ry, rotation = 0 } = mark.geometry;
      const around = Array.from({ length: 360 }, (_, step): Point => {
        const angle = (step * Math.PI) / 180;
        return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
      });
      return { points: turnPoints(around, [cx, cy], rotation), isClosed: true };
    }
    case "polygon":
      return { points: mark.geometry.points, isClosed: true };
    case "line":
    case "polyline":
    case "freehand":
      return { points: mark.geometry.points, isClosed: false };
    default:
      return null;
  }
}

/** By looking at many places of each piece, in another way than the code does. */
function distanceTo(
  { points, isClosed }: { points: readonly Point[]; isClosed: boolean },
  at: Point,
): number {
  const [first] = points;
  const ends = isClosed && first ? [...points, first] : points;
  let least = Infinity;
  for (const [index, from] of ends.entries()) {
    const to = ends[index + 1] ?? from;
    const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) * 4));
    for (let step = 0; step <= steps; step++) {
      const part = step / steps;
      const x = from[0] + (to[0] - from[0]) * part;
      const y = from[1] + (to[1] - from[1]) * part;
      least = Math.min(least, Math.hypot(at[0] - x, at[1] - y));
    }
  }
  return least;
}

/** Whether an outline goes around a place, by the sum of the angles in which it sees the outline. */
function goesAround(points: readonly Point[], [x, y]: Point): boolean {
  let sum = 0;
  for (const [index, from] of points.entries()) {
    const to = points[(index + 1) % points.length] ?? from;
    const turn = Math.atan2(to[1] - y, to[0] - x) - Math.atan2(from[1] - y, from[0] - x);
    sum += Math.atan2(Math.sin(turn), Math.cos(turn));
  }
  return Math.abs(sum) > Math.PI;
}

it("finds a mark as far from its outline as its line and the tolerance reach, and inside where it is filled", () => {
  const place = fc.integer({ min: -60, max: 260 });
  let found = 0;
  let inside = 0;
  fc.assert(
    fc.property(anyMark, place, place, fc.integer({ min: 0, max: 14 }), (mark, x, y, tolerance) => {
      const outline = outlineOf(mark);
      fc.pre(outline !== null);
      const at: Point = [x, y];
      const distance = distanceTo(outline, at);
      const reach = mark.style.stroke_width / 2 + tolerance;
      fc.pre(Math.abs(distance - reach) > INEXACT);
      const isInside = mark.style.fill !== null && outline.isClosed && goesAround(outline.points, at);
      expect(hits(mark, at, tolerance)).toBe(distance < reach || isInside);
      if (distance < reach) found++;
      else if (isInside) inside++;
    }),
    { numRuns: 10_000 },
  );
  // Otherwise it would prove little.
  expect(found).toBeGreaterThan(200);
  expect(inside).toBeGreaterThan(50);
});

describe("an arrow", () => {
  const along: Point[] = [
    [20, 100],
    [180, 100],
  ];
  const arrow = markOf({ type: "arrow", geometry: { points: along } }, { stroke_width: 10 });

  it("has a head that gets narrow towards its tip, on both sides and up to the tolerance", () => {
    // As the scene draws it: 45 long, and 18 to each side where it begins.
    const widest = (x: number): number => {
      let reach = 0;
      while (hits(arrow, [x, 100 + reach + 1], 0) && hits(arrow, [x, 100 - reach - 1], 0)) reach++;
      return reach;
    };
    const widths = [130, 140, 150, 160, 170].map(widest);
    expect(widths[0]).toBe(5);
    for (const [index, width] of widths.entries())
      if (index > 1) expect(width).toBeLessThanOrEqual(widths[index - 1] ?? 0);
    expect(widths[1]).toBeGreaterThan(10);
    expect(hits(arrow, [185, 100], 0)).toBe(true);
    expect(hits(arrow, [186, 100], 0)).toBe(false);
    expect(hits(arrow, [191, 100], 6)).toBe(true);
    expect(hits(arrow, [192, 100], 6)).toBe(false);
  });

  it("points along its last part that has a length", () => {
    const bent = markOf(
      {
        type: "arrow",
        geometry: {
          points: [
            [100, 20],
            [20, 100],
            [180, 100],
            [180, 100],
          ],
        },
      },
      { stroke_width: 10 },
    );
    for (const at of [
      [140, 114],
      [140, 86],
      [175, 114],
      [100, 114],
    ] satisfies Point[])
      expect(hits(bent, at), String(at)).toBe(hits(arrow, at));
  });

  it("of no length has no head", () => {
    const points: Point[] = [
      [50, 50],
      [50, 50],
    ];
    const mark = markOf({ type: "arrow", geometry: { points } }, { stroke_width: 10 });
    expect(hits(mark, [56, 50])).toBe(true);
    expect(hits(mark, [60, 50])).toBe(false);
  });
});

it("finds a turned text in its box, and the tolerance around it", () => {
  const text = markOf({ type: "text", geometry: { x: 100, y: 100, rotation: 90 } });
  // 70 × 27 around (135, 113.5), upright after the turn.
  for (const [x, y, isHit] of [
    [135, 80, true],
    [135, 77, true],
    [135, 76, false],
    [135, 150, true],
    [135, 151, false],
    [120, 113, true],
    [119, 113, false],
    [150, 113, true],
    [151, 113, false],
  ] as const)
    expect(hits(text, [x, y]), `${x} ${y}`).toBe(isHit);
});
