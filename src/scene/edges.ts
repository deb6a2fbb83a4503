import type { Point } from "../protocol/model/geometry.ts";
import type { Bounds } from "./bounds.ts";

/**
 * How long a line through points is within `picture`, in image pixels. The time that it takes to draw follows from this, and not from how
 * far the line goes outside.
 */
export function lengthWithin(points: readonly Point[], picture: Bounds): number {
  let length = 0;
  let before: Point | undefined;
  for (const point of points) {
    if (before) length += segmentWithin(before[0], before[1], point[0], point[1], picture);
    before = point;
  }
  return length;
}

/** Liang–Barsky: the part of the way, 0–1, where it is inside of all four sides. */
function segmentWithin(ax: number, ay: number, bx: number, by: number, picture: Bounds): number {
  const { left, top, right, bottom } = picture;
  const dx = bx - ax;
  const dy = by - ay;
  const enters = Math.max(0, entersAt(ax, dx, left, right), entersAt(ay, dy, top, bottom));
  const leaves = Math.min(1, leavesAt(ax, dx, left, right), leavesAt(ay, dy, top, bottom));
  return leaves > enters ? (leaves - enters) * Math.hypot(dx, dy) : 0;
}

/** The part of the way at which one coordinate comes between `low` and `high`; infinite: it never does. */
function entersAt(from: number, way: number, low: number, high: number): number {
  if (way === 0) return from < low || from > high ? Infinity : 0;
  return Math.min((low - from) / way, (high - from) / way);
}

/** … and at which it leaves there, if it ever was. */
function leavesAt(from: number, way: number, low: number, high: number): number {
  return way === 0 ? 1 : Math.max((low - from) / way, (high - from) / way);
}

/** How much of the outline of a convex shape is within `picture`, at most: no more than goes around what is to be seen of its bounds. */
export function outlineWithin(length: number, bounds: Bounds, picture: Bounds): number {
  const [width, height] = sidesWithin(bounds, picture);
  return Math.min(length, 2 * (width + height));
}

/** The part of `bounds`, 0–1 of its area, that is within `picture`. */
export function partWithin(bounds: Bounds, picture: Bounds): number {
  const area = (bounds.right - bounds.left) * (bounds.bottom - bounds.top);
  return area > 0 ? areaWithin(bounds, picture) / area : 1;
}

/** Square pixels of `bounds` within `picture`. */
export function areaWithin(bounds: Bounds, picture: Bounds): number {
  const [width, height] = sidesWithin(bounds, picture);
  return width * height;
}

/** Width and height of what is within both; 0 and 0: nothing is. */
export function sidesWithin(bounds: Bounds, picture: Bounds): [width: number, height: number] {
  const width = Math.min(bounds.right, picture.right) - Math.max(bounds.left, picture.left);
  const height = Math.min(bounds.bottom, picture.bottom) - Math.max(bounds.top, picture.top);
  return width < 0 || height < 0 ? [0, 0] : [width, height];
}
