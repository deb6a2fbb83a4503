import fc from "fast-check";
import { expect, it } from "vitest";
import { MarkFinder } from "../../../src/annotator/stage/mark-finder.ts";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import type { Point } from "../../../src/protocol/model/geometry.ts";
import { turnPoints } from "../../../src/scene/turn-points.ts";
import { anyMark, markOf } from "./marks.ts";

const picture = { width: 200, height: 200 };
const finder = new MarkFinder(() => ({ width: 70, height: 27 }));

function find(
  marks: readonly Annotation[],
  x: number,
  y: number,
  tolerance = 2,
  hidden: string[] = [],
): string[] {
  return finder.find(marks, { x, y }, tolerance, picture, new Set(hidden));
}

/** Places on the line of a mark, as its definition says: what must be found. */
function placesOn(mark: Annotation): Point[] {
  switch (mark.type) {
    case "box": {
      const { x, y, width, height, rotation = 0 } = mark.geometry;
      const sides: Point[] = [
        [x, y + height / 3],
        [x + width, y + height / 2],
        [x + width / 4, y],
        [x + width / 2, y + height],
      ];
      return turnPoints(sides, [x + width / 2, y + height / 2], rotation);
    }
    case "ellipse": {
      const { cx, cy, rx, ry, rotation = 0 } = mark.geometry;
      const around = Array.from({ length: 16 }, (_, step): Point => {
        const angle = (step * Math.PI) / 8 + 0.1;
        return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
      });
      return turnPoints(around, [cx, cy], rotation);
    }
    case "line":
    case "arrow":
    case "polyline":
    case "freehand":
    case "polygon": {
      const { points } = mark.geometry;
      const ends = mark.type === "polygon" ? [...points, points[0] ?? [0, 0]] : points;
      return ends.flatMap((point, index) => {
        const [x, y] = ends[index + 1] ?? point;
        return [point, [(point[0] + x) / 2, (point[1] + y) / 2] satisfies Point];
      });
    }
    case "text":
      return turnPoints(
        [[mark.geometry.x + 60, mark.geometry.y + 5]],
        [mark.geometry.x + 35, mark.geometry.y + 13.5],
        mark.geometry.rotation ?? 0,
      );
    case "point":
      return [[mark.geometry.x, mark.geometry.y]];
  }
}

it("finds each mark on its line", () => {
  fc.assert(
    fc.property(anyMark, (mark) => {
      for (const [x, y] of placesOn(mark)) expect(find([mark], x, y), `${x} ${y}`).toEqual([mark.id]);
    }),
  );
});

it("finds a mark nowhere outside of its bounds", () => {
  fc.assert(
    fc.property(
      anyMark,
      fc.integer({ min: -400, max: 600 }),
      fc.integer({ min: -400, max: 600 }),
      (mark, x, y) => {
        const { left, top, right, bottom } = finder.boundsOf(mark, picture);
        fc.pre(x < left - 2 || x > right + 2 || y < top - 2 || y > bottom + 2);
        expect(find([mark], x, y)).toEqual([]);
      },
    ),
  );
});

it("finds the inside of a shape only where it is filled", () => {
  const box = { type: "box" as const, geometry: { x: 20, y: 20, width: 100, height: 60, rotation: 90 } };
  const ellipse = { type: "ellipse" as const, geometry: { cx: 70, cy: 50, rx: 50, ry: 20, rotation: 90 } };
  const corners: Point[] = [
    [20, 20],
    [120, 20],
    [120, 80],
    [20, 80],
  ];
  const polygon = { type: "polygon" as const, geometry: { points: corners } };
  for (const shape of [box, ellipse, polygon]) {
    expect(find([markOf(shape, { fill: null })], 70, 50)).toEqual([]);
    expect(find([markOf(shape, { fill: "#ff0000" })], 70, 50)).toHaveLength(1);
  }
  // The box is upright after its turn: 40–100 wide.
  expect(find([markOf(box, { fill: "#ff0000" })], 30, 50)).toEqual([]);
  expect(find([markOf(ellipse, { fill: "#ff0000" })], 70, 95)).toHaveLength(1);
  expect(find([markOf(ellipse, { fill: "#ff0000" })], 110, 50)).toEqual([]);
});

it("fills a polygon that crosses itself as it is drawn", () => {
  const star: Point[] = [
    [100, 10],
    [160, 190],
    [10, 80],
    [190, 80],
    [40, 190],
  ];
  const mark = markOf({ type: "polygon", geometry: { points: star } }, { fill: "#ff0000", stroke_width: 1 });
  expect(find([mark], 100, 100)).toEqual([mark.id]);
});

it("finds the head of an arrow beside its line", () => {
  const mark = markOf(
    {
      type: "arrow",
      geometry: {
        points: [
          [20, 100],
          [180, 100],
        ],
      },
    },
    { stroke_width: 10 },
  );
  expect(find([mark], 140, 114)).toEqual([mark.id]);
  expect(find([mark], 175, 114)).toEqual([]);
  expect(find([mark], 100, 114)).toEqual([]);
});

it("gives the smallest mark first, and of two alike the upper one", () => {
  const large = markOf(
    { type: "box", geometry: { x: 0, y: 0, width: 200, height: 200 } },
    { fill: "#ff0000" },
  );
  const small = markOf(
    { type: "box", geometry: { x: 90, y: 90, width: 20, height: 20 } },
    { fill: "#ff0000" },
  );
  const twin = markOf(
    { type: "box", geometry: { x: 90, y: 90, width: 20, height: 20 } },
    { fill: "#ff0000" },
  );
  expect(find([small, twin, large], 100, 100)).toEqual([twin.id, small.id, large.id]);
});

it("skips what is hidden, locked or invisible", () => {
  const shape = { type: "point" as const, geometry: { x: 100, y: 100 } };
  const hidden = markOf(shape);
  const locked = markOf(shape, {}, { properties: { locked: true } });
  const invisible = markOf(shape, { opacity: 0 });
  const plain = markOf(shape);
  expect(find([hidden, locked, invisible, plain], 100, 95, 2, [hidden.id])).toEqual([plain.id]);
});
