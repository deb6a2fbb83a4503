import type { Point } from "../protocol/model/geometry.ts";
import type { Bounds } from "./bounds.ts";

/** How far a line through points runs within `frame`, in image pixels. */
export function lengthWithin(points: readonly Point[], frame: Bounds): number {
  let length = 0;
  let before: Point | undefined;
  for (const point of points) {
    if (before) length += segmentWithin(before[0], before[1], point[0], point[1], frame);
    before = point;
  }
  return length;
}

/**
 * How far a segment runs within `frame`: Liang–Barsky finds the part of the way, 0–1, that is inside all four sides.
 */
export function segmentWithin(ax: number, ay: number, bx: number, by: number, frame: Bounds): number {
  const { left, top, right, bottom } = frame;
  const dx = bx - ax;
  const dy = by - ay;
  const enters = Math.max(0, entersAt(ax, dx, left, right), entersAt(ay, dy, top, bottom));
  const leaves = Math.min(1, leavesAt(ax, dx, left, right), leavesAt(ay, dy, top, bottom));
  return leaves > enters ? (leaves - enters) * Math.hypot(dx, dy) : 0;
}

/** The part of the way at which one coordinate enters the range from `low` to `high`; infinite: it never does. */
function entersAt(from: number, way: number, low: number, high: number): number {
  if (way === 0) return from < low || from > high ? Infinity : 0;
  return Math.min((low - from) / way, (high - from) / way);
}

/** The part of the way at which it leaves that range, if it ever was in it. */
function leavesAt(from: number, way: number, low: number, high: number): number {
  return way === 0 ? 1 : Math.max((low - from) / way, (high - from) / way);
}

/**
 * How much of a convex outline is within `frame`, at most: no more than the way around the visible part of its bounds.
 */
export function outlineWithin(length: number, bounds: Bounds, frame: Bounds): number {
  const [width, height] = sidesWithin(bounds, frame);
  return Math.min(length, 2 * (width + height));
}

/** The part of the area of `bounds` within `frame`, 0–1. */
export function partWithin(bounds: Bounds, frame: Bounds): number {
  const area = (bounds.right - bounds.left) * (bounds.bottom - bounds.top);
  return area > 0 ? areaWithin(bounds, frame) / area : 1;
}

/** Square pixels of `bounds` within `frame`. */
export function areaWithin(bounds: Bounds, frame: Bounds): number {
  const [width, height] = sidesWithin(bounds, frame);
  return width * height;
}

/** Width and height of the intersection; 0 and 0: there is none. */
export function sidesWithin(bounds: Bounds, frame: Bounds): [width: number, height: number] {
  const width = Math.min(bounds.right, frame.right) - Math.max(bounds.left, frame.left);
  const height = Math.min(bounds.bottom, frame.bottom) - Math.max(bounds.top, frame.top);
  return width < 0 || height < 0 ? [0, 0] : [width, height];
}
