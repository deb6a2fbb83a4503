import { describe, expect, it } from "vitest";
import {
  boxBetween,
  lineBetween,
  straighten,
} from "../../../src/annotator/editor/geometry/between-points.ts";
import { frameOf } from "../../../src/annotator/editor/geometry/frame.ts";
import { resizeTransform } from "../../../src/annotator/editor/geometry/resize.ts";
import { simplify, simplifyTo } from "../../../src/annotator/editor/geometry/simplify.ts";
import { transformFrame, transformMark } from "../../../src/annotator/editor/geometry/transform-mark.ts";
import type { Point } from "../../../src/protocol/model/geometry.ts";
import { makeBox, makeMark } from "./marks.ts";

const frame = { cx: 50, cy: 20, width: 100, height: 40, rotation: 0 };
const corner = { across: 1, down: 1 } as const;

describe("a handle that is dragged", () => {
  it("follows the longer way with Shift, and mirrors only where the hand crosses over", () => {
    const to = (x: number, y: number) =>
      resizeTransform({ frame, handle: corner, to: [x, y], isEven: true, isCentred: false });
    expect(to(300, 40)).toMatchObject({ sx: 3, sy: 3 });
    expect(to(100, 160)).toMatchObject({ sx: 4, sy: 4 });
    expect(to(-200, 40)).toMatchObject({ sx: -2, sy: 2 });
    expect(to(100, -120)).toMatchObject({ sx: 3, sy: -3 });
    expect(to(0, 80)).toMatchObject({ sx: 2, sy: 2 });
  });

  it("mirrors all of it with Shift where an edge crosses over", () => {
    const edge = (across: -1 | 0 | 1, down: -1 | 0 | 1, to: Point) =>
      resizeTransform({ frame, handle: { across, down }, to, isEven: true, isCentred: false });
    expect(edge(0, 1, [50, -80])).toMatchObject({ sx: -2, sy: -2 });
    expect(edge(1, 0, [-200, 20])).toMatchObject({ sx: -2, sy: -2 });
  });

  it("leaves the centre where it is with Alt, and moves both sides", () => {
    const transform = resizeTransform({
      frame,
      handle: corner,
      to: [150, 50],
      isEven: false,
      isCentred: true,
    });
    expect(transformFrame(frame, transform)).toEqual({ ...frame, width: 200, height: 60 });
  });

  it("leaves flat what is flat", () => {
    const flat = { ...frame, width: 0 };
    const transform = resizeTransform({
      frame: flat,
      handle: corner,
      to: [90, 80],
      isEven: false,
      isCentred: false,
    });
    expect(transform).toMatchObject({ sx: 1, sy: 2 });
    expect(transformFrame(flat, transform)).toMatchObject({ width: 0, height: 80 });
  });

  it("keeps the direction of what is squeezed to nothing, and mirrors it only beyond", () => {
    const turned = { ...frame, rotation: 30 };
    const scale = (sx: number) =>
      transformFrame(turned, { kind: "scale", anchor: [0, 0], angle: 0, sx, sy: 1 }).rotation;
    expect([scale(1), scale(0), scale(-1)]).toEqual([30, 30, -30]);
  });
});

describe("a text", () => {
  const text = makeMark({
    type: "text",
    text: "Exit",
    geometry: { x: 0, y: 0, width: 100 },
    style: { font_size: 20 },
  });

  it("grows evenly when it is pulled in one direction, about what stays, and is never mirrored", () => {
    const pulled = transformMark(text, frame, { kind: "scale", anchor: [0, 0], angle: 0, sx: 4, sy: 1 });
    // Twice as large; its centre goes where the pull puts it.
    expect(pulled).toEqual({ geometry: { x: 100, y: -20, width: 200 }, style: { font_size: 40 } });
    const turned = { ...frame, rotation: 30 };
    const mirrored = transformMark(text, turned, { kind: "scale", anchor: [0, 0], angle: 0, sx: -1, sy: 1 });
    expect(mirrored.geometry).toMatchObject({ rotation: 30 });
    expect(mirrored.style).toBeUndefined();
  });

  it("has no frame of less than nothing, whatever its letters reach over", () => {
    const drawn = { left: -20, top: -10, right: 10, bottom: 4 };
    expect(frameOf(text, drawn)).toMatchObject({ cx: -5, cy: -3, width: 0, height: 0 });
    expect(frameOf(text, { left: 0, top: 0, right: 80, bottom: 30 })).toMatchObject({
      width: 80,
      height: 30,
    });
  });
});

describe("what two places make", () => {
  const two = (from: Point, to: Point, more: object = {}) => ({
    from,
    to,
    isConstrained: false,
    isCentred: false,
    ...more,
  });

  it("is a square to the right and down where the hand says nothing else", () => {
    const square = { isConstrained: true };
    expect(boxBetween(two([100, 100], [100, 150], square))).toEqual({
      x: 100,
      y: 100,
      width: 50,
      height: 50,
    });
    expect(boxBetween(two([100, 100], [150, 100], square))).toEqual({
      x: 100,
      y: 100,
      width: 50,
      height: 50,
    });
    expect(boxBetween(two([100, 100], [90, 50], square))).toEqual({ x: 50, y: 50, width: 50, height: 50 });
  });

  it("is a line about its middle with Alt", () => {
    expect(lineBetween(two([100, 100], [150, 120], { isCentred: true })).points).toEqual([
      [50, 80],
      [150, 120],
    ]);
  });

  it("stays a place where both are the same, also with Shift", () => {
    expect(straighten([7, 8], [7, 8])).toEqual([7, 8]);
  });
});

describe("a line that is simplified", () => {
  const zigzag = (count: number): Point[] =>
    Array.from({ length: count }, (_, at) => [at * 10, (at % 2) * 10]);

  it("has as many points as it may have, and loses none before", () => {
    expect(simplifyTo(zigzag(10), 0.5, 10)).toEqual(zigzag(10));
    expect(simplifyTo(zigzag(11), 0.5, 10).length).toBeLessThanOrEqual(10);
  });

  it("keeps a way that comes back to where it began", () => {
    const back: Point[] = [
      [100, 100],
      [200, 100],
      [100, 100],
    ];
    expect(simplify(back, 1)).toEqual(back);
  });

  it("loses what lies on its way exactly as far as it may, and keeps what is farther", () => {
    const bent = (by: number): Point[] => [
      [0, 0],
      [50, by],
      [100, 0],
    ];
    expect(simplify(bent(2), 2)).toHaveLength(2);
    expect(simplify(bent(2.01), 2)).toHaveLength(3);
  });

  it("is as it was without or with one point", () => {
    expect(simplify([], 1)).toEqual([]);
    expect(simplify([[3, 4]], 1)).toEqual([[3, 4]]);
  });
});

it("moves a box by nothing but the way of the hand", () => {
  const box = makeBox(10, 20, 30, 40);
  const moved = transformMark(box, frameOf(box, undefined), { kind: "move", dx: 1.5, dy: -2 });
  expect(moved).toEqual({ geometry: { x: 11.5, y: 18, width: 30, height: 40 } });
});
