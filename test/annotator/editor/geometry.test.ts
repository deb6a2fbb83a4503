import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COORDINATE_MAX, POINTS_MAX } from "../../../src/protocol/limits.ts";
import type { Point } from "../../../src/protocol/model/geometry.ts";
import { boxBetween, lineBetween } from "../../../src/annotator/editor/geometry/between-points.ts";
import {
  nearestOnSegment,
  toCoordinate,
  toRotation,
} from "../../../src/annotator/editor/geometry/coordinates.ts";
import {
  cornersOf,
  frameAround,
  frameOf,
  pointInFrame,
} from "../../../src/annotator/editor/geometry/frame.ts";
import {
  frameHandles,
  resizeTransform,
  wrapTransform,
} from "../../../src/annotator/editor/geometry/resize.ts";
import { simplify, simplifyTo } from "../../../src/annotator/editor/geometry/simplify.ts";
import { collectTargets, snapBounds, snapPoint } from "../../../src/annotator/editor/geometry/snapping.ts";
import {
  type Transform,
  transformFrame,
  transformMark,
} from "../../../src/annotator/editor/geometry/transform-mark.ts";
import {
  hasEnoughPoints,
  hasVertices,
  insertVertex,
  minPoints,
  moveVertex,
  removeVertex,
  segmentsOf,
  takesVertices,
  type VertexMark,
} from "../../../src/annotator/editor/geometry/vertices.ts";
import { makeBox, makeMark } from "./marks.ts";

const coordinate = fc.integer({ min: -5_000, max: 5_000 });
const point = fc.tuple(coordinate, coordinate);
const length = fc.integer({ min: 1, max: 2_000 });
const frames = fc.record({
  cx: coordinate,
  cy: coordinate,
  width: length,
  height: length,
  rotation: fc.integer({ min: -179, max: 179 }),
});

describe("coordinates", () => {
  it("keeps to the protocol's limits and to hundredths", () => {
    expect(toCoordinate(COORDINATE_MAX + 1)).toBe(COORDINATE_MAX);
    expect(toCoordinate(-COORDINATE_MAX - 1)).toBe(-COORDINATE_MAX);
    expect(toCoordinate(1.2345)).toBe(1.23);
    expect(Object.is(toCoordinate(-0.001), 0)).toBe(true);
  });

  it("keeps a turn within half a one", () => {
    expect(toRotation(270)).toBe(-90);
    fc.assert(
      fc.property(fc.integer({ min: -2_000, max: 2_000 }), (degrees) => Math.abs(toRotation(degrees)) <= 180),
    );
  });
});

describe("what two places make", () => {
  const from: Point = [100, 100];

  it("makes a box in any direction", () => {
    const box = { x: 60, y: 70, width: 40, height: 30 };
    expect(boxBetween({ from, to: [60, 70], isConstrained: false, isCentred: false })).toEqual(box);
  });

  it("makes a square with Shift, and from the centre with Alt", () => {
    const square = { x: 100, y: 60, width: 40, height: 40 };
    expect(boxBetween({ from, to: [130, 60], isConstrained: true, isCentred: false })).toEqual(square);
    const centred = { x: 70, y: 80, width: 60, height: 40 };
    expect(boxBetween({ from, to: [130, 120], isConstrained: false, isCentred: true })).toEqual(centred);
  });

  it("makes a straight line with Shift", () => {
    const { points } = lineBetween({ from, to: [200, 104], isConstrained: true, isCentred: false });
    expect(points).toEqual([
      [100, 100],
      [200, 100],
    ]);
  });
});

describe("simplify", () => {
  const lines = fc.array(point, { minLength: 1, maxLength: 60 });

  it("keeps the ends, and goes nowhere farther than the tolerance", () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 0, max: 200 }), (points, tolerance) => {
        const simple = simplify(points, tolerance);
        expect(simple[0]).toEqual(points[0]);
        expect(simple.at(-1)).toEqual(points.at(-1));
        for (const each of points) {
          const away = simple.map((at, index) => {
            const [x, y] = nearestOnSegment(each, simple[index - 1] ?? at, at);
            return Math.hypot(each[0] - x, each[1] - y);
          });
          expect(Math.min(...away)).toBeLessThanOrEqual(tolerance + 1e-6);
        }
      }),
    );
  });

  it("keeps to a number of points", () => {
    const points = Array.from({ length: 5_000 }, (_, at): Point => [at, Math.sin(at) * 50]);
    expect(simplifyTo(points, 0, 100).length).toBeLessThanOrEqual(100);
    expect(simplifyTo(points, 0, 10_000)).toHaveLength(5_000);
  });

  it("does not run out of stack with a very long stroke", () => {
    const points = Array.from({ length: 100_000 }, (_, at): Point => [at, at * at]);
    expect(simplify(points, 0).length).toBeGreaterThan(1_000);
  });
});

describe("transforms", () => {
  it("brings each handle to where it is dragged, and leaves the opposite one", () => {
    fc.assert(
      fc.property(frames, fc.constantFrom(...frameHandles), point, (frame, handle, to) => {
        const transform = resizeTransform({ frame, handle, to, isEven: false, isCentred: false });
        if (transform.kind !== "scale") throw new Error("it scales");
        fc.pre(transform.sx > 0.01 && transform.sy > 0.01);
        const after = transformFrame(frame, transform);
        const [fixedX, fixedY] = pointInFrame(frame, -handle.across, -handle.down);
        const [stillX, stillY] = pointInFrame(after, -handle.across, -handle.down);
        expect(stillX).toBeCloseTo(fixedX, 4);
        expect(stillY).toBeCloseTo(fixedY, 4);
        expect(after.rotation).toBe(frame.rotation);
        if (handle.across === 0 || handle.down === 0) return;
        const [x, y] = pointInFrame(after, handle.across, handle.down);
        expect(x).toBeCloseTo(to[0], 4);
        expect(y).toBeCloseTo(to[1], 4);
      }),
    );
  });

  it("keeps the proportions with Shift", () => {
    fc.assert(
      fc.property(frames, fc.constantFrom(...frameHandles), point, (frame, handle, to) => {
        const transform = resizeTransform({ frame, handle, to, isEven: true, isCentred: false });
        const after = transformFrame(frame, transform);
        expect(after.width * frame.height).toBeCloseTo(after.height * frame.width, 2);
      }),
    );
  });

  it("keeps the geometry valid when a box is turned inside out", () => {
    const box = makeBox(0, 0, 100, 50);
    const frame = frameOf(box, undefined);
    const handle = { across: 1, down: 1 } as const;
    const transform = resizeTransform({ frame, handle, to: [-20, -30], isEven: false, isCentred: false });
    expect(transformMark(box, frame, transform).geometry).toEqual({ x: -20, y: -30, width: 20, height: 30 });
  });

  it("turns points about the centre, and a box by its rotation", () => {
    const line = makeMark({
      type: "line",
      geometry: {
        points: [
          [0, 0],
          [10, 0],
        ],
      },
    });
    const turn: Transform = { kind: "turn", center: [0, 0], degrees: 90 };
    expect(transformMark(line, frameOf(line, undefined), turn).geometry).toEqual({
      points: [
        [0, 0],
        [0, 10],
      ],
    });
    const box = makeBox(0, 0, 10, 20);
    const about: Transform = { kind: "turn", center: [5, 10], degrees: 90 };
    const turned = { x: 0, y: 0, width: 10, height: 20, rotation: 90 };
    expect(transformMark(box, frameOf(box, undefined), about).geometry).toEqual(turned);
    const back = transformMark(box, frameOf(box, undefined), { ...about, degrees: 360 });
    expect(back.geometry).toEqual({ x: 0, y: 0, width: 10, height: 20 });
  });

  it("scales the letters of a text at its corners, and its lines at its sides", () => {
    const text = makeMark({
      type: "text",
      text: "Mind the step",
      geometry: { x: 0, y: 0 },
      style: { font_size: 20 },
    });
    const frame = { cx: 50, cy: 10, width: 100, height: 20, rotation: 0 };
    const grown: Transform = { kind: "scale", anchor: [0, 0], angle: 0, sx: 2, sy: 2 };
    expect(transformMark(text, frame, grown)).toEqual({ geometry: { x: 0, y: 0 }, style: { font_size: 40 } });
    const handle = { across: 1, down: 0 } as const;
    const wrap = wrapTransform({ frame, handle, to: [60, 90], isEven: false, isCentred: false }, 20);
    expect(transformMark(text, frame, wrap)).toEqual({ geometry: { x: 0, y: 0, width: 60 } });
  });

  it("puts one frame around several, and leaves one as it is", () => {
    const one = { cx: 0, cy: 0, width: 10, height: 10, rotation: 45 };
    expect(frameAround([one])).toBe(one);
    const around = frameAround([one, { cx: 100, cy: 0, width: 10, height: 10, rotation: 0 }]);
    expect(around?.rotation).toBe(0);
    expect(around?.width).toBeCloseTo(105 + 5 * Math.SQRT2);
    expect(cornersOf(one)[0][0]).toBeCloseTo(0);
  });
});

describe("corners", () => {
  const points: Point[] = [
    [0, 0],
    [10, 0],
    [10, 10],
  ];
  const polygon = makeMark({ type: "polygon", geometry: { points } }) as VertexMark;

  it("never takes one that a mark needs", () => {
    expect(removeVertex(polygon, 1)).toEqual({});
    const more = { ...polygon, ...insertVertex(polygon, 1, [5, 5]) } as VertexMark;
    expect(more.geometry.points).toHaveLength(4);
    expect(removeVertex(more, 1).geometry).toEqual({ points });
  });

  it("changes nothing where somebody else has taken it out", () => {
    expect(moveVertex(polygon, 7, [1, 1])).toEqual({});
    expect(insertVertex(polygon, 9, [1, 1])).toEqual({});
    expect(removeVertex(makeBox(0, 0), 0)).toEqual({});
  });

  it("has lines between all corners, and a line has no room for more", () => {
    expect(segmentsOf(polygon).map(({ at }) => at)).toEqual([1, 2, 3]);
    const line = makeMark({ type: "line", geometry: { points: points.slice(0, 2) } });
    expect(insertVertex(line, 1, [5, 0])).toEqual({});
  });
});

describe("snapping", () => {
  const box = makeBox(100, 100, 50, 50);
  const targets = collectTargets([{ mark: box, frame: frameOf(box, undefined) }], {
    width: 1_000,
    height: 800,
  });

  it("prefers a corner to an edge, and reaches no farther than it may", () => {
    expect(snapPoint([103, 98], targets, 8)?.point).toEqual([100, 100]);
    expect(snapPoint([103, 120], targets, 8)?.point).toEqual([100, 120]);
    expect(snapPoint([120, 120], targets, 8)).toBeNull();
    expect(snapPoint([497, 402], targets, 8)?.point).toEqual([500, 400]);
    expect(snapPoint([3, 700], targets, 8)?.point).toEqual([0, 700]);
  });

  it("lines up edges and centres, and says with what", () => {
    const snapped = snapBounds({ left: 153, top: 300, right: 253, bottom: 400 }, targets, 8);
    expect(snapped.dx).toBe(-3);
    expect(snapped.dy).toBe(0);
    // Its lower edge is at the centre of the picture already.
    expect(snapped.segments).toHaveLength(2);
  });
});

describe("what a kind of mark allows", () => {
  const pointsOf = (count: number): Point[] => Array.from({ length: count }, (_, at) => [at, at]);

  it("has as many points as its kind needs", () => {
    const kinds = ["line", "arrow", "polyline", "polygon", "freehand", "box"] as const;
    expect(kinds.map(minPoints)).toEqual([2, 2, 2, 3, undefined, undefined]);
    const draw = (type: "polyline" | "polygon" | "freehand", count: number): boolean =>
      hasEnoughPoints({ type, geometry: { points: pointsOf(count) } });
    expect([draw("polygon", 2), draw("polygon", 3)]).toEqual([false, true]);
    expect([draw("polyline", 1), draw("polyline", 2)]).toEqual([false, true]);
    expect([draw("freehand", 0), draw("freehand", 1)]).toEqual([false, true]);
  });

  it("keeps the points that its kind needs, and takes no more than there may be", () => {
    for (const type of ["arrow", "polyline", "polygon"] as const) {
      const least = minPoints(type) ?? 0;
      const mark = (count: number) => makeMark({ type, geometry: { points: pointsOf(count) } });
      expect(removeVertex(mark(least), 0)).toEqual({});
      expect(removeVertex(mark(least + 1), 0).geometry).toHaveProperty("points.length", least);
      const [nearlyFull, full] = [mark(POINTS_MAX - 1), mark(POINTS_MAX)];
      if (!hasVertices(nearlyFull) || !hasVertices(full)) throw new Error("they have vertices");
      expect([takesVertices(nearlyFull), takesVertices(full)]).toEqual([true, false]);
    }
  });

  it("closes a polygon, and no polyline", () => {
    const segments = (type: "polyline" | "polygon"): number => {
      const mark = makeMark({ type, geometry: { points: pointsOf(4) } });
      return hasVertices(mark) ? segmentsOf(mark).length : 0;
    };
    expect([segments("polyline"), segments("polygon")]).toEqual([3, 4]);
  });
});

describe("examples of what is dragged", () => {
  it("takes the other direction along when an edge is dragged with Shift", () => {
    const frame = { cx: 50, cy: 50, width: 100, height: 40, rotation: 0 };
    const scale = (across: -1 | 0 | 1, down: -1 | 0 | 1, to: Point): unknown =>
      resizeTransform({ frame, handle: { across, down }, to, isEven: true, isCentred: false });
    expect(scale(1, 0, [200, 50])).toMatchObject({ sx: 2, sy: 2 });
    expect(scale(0, 1, [50, 150])).toMatchObject({ sx: 3, sy: 3 });
  });

  it("keeps the opposite corner of a text that grows", () => {
    const text = makeMark({
      type: "text",
      geometry: { x: 100, y: 100 },
      text: "Exit",
      style: { font_size: 20 },
    });
    const frame = { cx: 140, cy: 115, width: 80, height: 30, rotation: 0 };
    const grown = transformMark(text, frame, { kind: "scale", anchor: [100, 100], angle: 0, sx: 2, sy: 2 });
    expect(grown).toEqual({ geometry: { x: 100, y: 100 }, style: { font_size: 40 } });
  });

  it("snaps to the four sides of an ellipse and to its centre", () => {
    const ellipse = makeMark({ type: "ellipse", geometry: { cx: 300, cy: 200, rx: 60, ry: 40 } });
    const targets = collectTargets([{ mark: ellipse, frame: frameOf(ellipse, undefined) }], {
      width: 1_000,
      height: 1_000,
    });
    for (const place of [
      [300, 200],
      [240, 200],
      [360, 200],
      [300, 160],
      [300, 240],
    ] satisfies Point[])
      expect(snapPoint([place[0] + 2, place[1] - 2], targets, 5)?.point).toEqual(place);
  });

  it("shows a guide from one end of what lines up to the other", () => {
    const box = makeBox(400, 100, 50, 50);
    const targets = collectTargets([{ mark: box, frame: frameOf(box, undefined) }], {
      width: 2_000,
      height: 2_000,
    });
    const moved = { left: 100, top: 102, right: 130, bottom: 132 };
    const { dx, dy, segments } = snapBounds(moved, targets, 4);
    expect([dx, dy]).toEqual([0, -2]);
    expect(segments).toEqual([
      [
        [100, 100],
        [450, 100],
      ],
    ]);
  });
});
