import { describe, expect, it } from "vitest";
import { frameOf } from "../../../src/annotator/editor/geometry/frame.ts";
import {
  collectTargets,
  snapBounds,
  snapPoint,
  type SnapTargets,
} from "../../../src/annotator/editor/geometry/snapping.ts";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import type { Point } from "../../../src/protocol/model/geometry.ts";
import { makeBox, makeMark } from "./marks.ts";

const SIZE = { width: 10_000, height: 10_000 };
const targetsOf = (...marks: Annotation[]): SnapTargets =>
  collectTargets(
    marks.map((mark) => ({ mark, frame: frameOf(mark, undefined) })),
    SIZE,
  );
const triangle: Point[] = [
  [1_000, 1_000],
  [1_400, 1_000],
  [1_400, 1_400],
];

describe("a place", () => {
  it("snaps up to the reach, and not beyond", () => {
    const targets = targetsOf(makeBox(1_000, 1_000, 100, 100));
    expect(snapPoint([992, 1_000], targets, 8)?.point).toEqual([1_000, 1_000]);
    expect(snapPoint([991.9, 1_000], targets, 8)).toBeNull();
    expect(snapPoint([1_050, 992], targets, 8)?.point).toEqual([1_050, 1_000]);
    expect(snapPoint([1_050, 991.9], targets, 8)).toBeNull();
  });

  it("snaps to the nearest of several corners and edges, whichever comes first", () => {
    const [near, far] = [makeBox(1_000, 1_000, 100, 100), makeBox(994, 994, 200, 200)];
    for (const targets of [targetsOf(near, far), targetsOf(far, near)]) {
      expect(snapPoint([1_001, 1_001], targets, 10)?.point).toEqual([1_000, 1_000]);
      expect(snapPoint([1_050, 1_001], targets, 10)).toEqual({
        point: [1_050, 1_000],
        segments: [
          [
            [1_000, 1_000],
            [1_100, 1_000],
          ],
        ],
      });
    }
  });

  it("snaps to a point, and to the ends of a stroke, but not to its middle", () => {
    const point = makeMark({ type: "point", geometry: { x: 500, y: 600 } });
    expect(snapPoint([502, 601], targetsOf(point), 8)?.point).toEqual([500, 600]);
    const targets = targetsOf(makeMark({ type: "freehand", geometry: { points: triangle } }));
    expect(snapPoint([1_001, 1_001], targets, 8)?.point).toEqual([1_000, 1_000]);
    expect(snapPoint([1_401, 1_401], targets, 8)?.point).toEqual([1_400, 1_400]);
    expect(snapPoint([1_401, 1_001], targets, 8)).toBeNull();
  });

  it("snaps to the side that closes a polygon, which a polyline lacks", () => {
    const polygon = makeMark({ type: "polygon", geometry: { points: triangle } });
    const polyline = makeMark({ type: "polyline", geometry: { points: triangle } });
    const onLastSide: Point = [1_200, 1_202];
    expect(snapPoint(onLastSide, targetsOf(polygon), 8)?.point).toEqual([1_201, 1_201]);
    expect(snapPoint(onLastSide, targetsOf(polyline), 8)).toBeNull();
  });

  it("snaps to as many points as one can aim at, and no more", () => {
    // The picture has five.
    const stroke = (count: number) => {
      const points = Array.from({ length: count }, (_, at): Point => [at % 100, at / 100]);
      return makeMark({ type: "polyline", geometry: { points } });
    };
    const box = makeBox(5_000, 7_000);
    const snapToBox = (count: number) => snapPoint([5_001, 7_001], targetsOf(stroke(count), box), 4);
    expect(snapToBox(19_995)?.point).toEqual([5_000, 7_000]);
    expect(snapToBox(19_996)).toBeNull();
  });
});

describe("what is moved", () => {
  it("lines up within the reach, with the nearest line", () => {
    const targets = targetsOf(makeBox(1_000, 1_000, 100, 100), makeBox(1_003, 3_000, 800, 800));
    const at = (left: number) =>
      snapBounds({ left, top: 6_000, right: left + 10, bottom: 6_010 }, targets, 4);
    expect(at(996).dx).toBe(-1);
    expect(at(986).dx).toBe(4);
    expect(at(985.9).dx).toBe(0);
    expect(at(1_002).dx).toBe(1);
  });

  it("shows an upright line from one end of what lines up to the other", () => {
    const targets = targetsOf(makeBox(1_000, 1_000, 100, 100));
    const lineOf = (top: number) =>
      snapBounds({ left: 1_001, top, right: 1_011, bottom: top + 10 }, targets, 2).segments;
    expect(lineOf(500)).toEqual([
      [
        [1_000, 500],
        [1_000, 1_100],
      ],
    ]);
    expect(lineOf(2_500)).toEqual([
      [
        [1_000, 1_000],
        [1_000, 2_510],
      ],
    ]);
  });
});
