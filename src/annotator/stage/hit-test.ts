import type { Annotation } from "../../protocol/model/annotation.ts";
import type { Point } from "../../protocol/model/geometry.ts";
import { boundsCenter, type Bounds } from "../../scene/bounds.ts";
import { arrowHeadLength, arrowHeadHalfWidth } from "../../scene/draw-lines.ts";
import { textBox } from "../../scene/draw-text.ts";
import { turnPoints } from "../../scene/turn-points.ts";
import type { MeasureText } from "./mark-bounds.ts";

/** Whether a mark is at a place. Everything is in image pixels. */

/** @param tolerance how far beside a line still counts @param bounds those of the mark, found before */
export function hitsMark(
  mark: Annotation,
  point: Point,
  tolerance: number,
  bounds: Bounds,
  measureText: MeasureText,
): boolean {
  if (!isWithin(bounds, point, tolerance)) return false;
  const reach = mark.style.stroke_width / 2 + tolerance;
  const isFilled = mark.style.fill !== null;
  switch (mark.type) {
    case "box": {
      const { x, y, width, height, rotation = 0 } = mark.geometry;
      const [px, py] = turnBack(point, [x + width / 2, y + height / 2], rotation);
      const distance = distanceToBox(px - x - width / 2, py - y - height / 2, width / 2, height / 2);
      return isFilled ? distance <= reach : Math.abs(distance) <= reach;
    }
    case "ellipse": {
      const { cx, cy, rx, ry, rotation = 0 } = mark.geometry;
      const [px, py] = turnBack(point, [cx, cy], rotation);
      if (isFilled && isInEllipse(px - cx, py - cy, rx, ry)) return true;
      return distanceToEllipse(px - cx, py - cy, rx, ry) <= reach;
    }
    case "polygon": {
      const { points } = mark.geometry;
      return (isFilled && winds(points, point)) || isNearLine(points, point, reach, true);
    }
    case "arrow":
      return (
        isNearLine(mark.geometry.points, point, reach, false) ||
        isInHead(mark.geometry.points, point, mark.style.stroke_width, tolerance)
      );
    case "line":
    case "polyline":
    case "freehand":
      return isNearLine(mark.geometry.points, point, reach, false);
    case "text": {
      const box = textBox(mark.geometry, measureText(mark));
      return isWithin(box, turnBack(point, boundsCenter(box), mark.geometry.rotation ?? 0), tolerance);
    }
    case "point":
      // Its bounds are as small as the pin.
      return true;
  }
}

/** Orders marks under the pointer: the smallest first, and among equals the upper one. */
export function bySize(a: { bounds: Bounds; order: number }, b: { bounds: Bounds; order: number }): number {
  return areaOf(a.bounds) - areaOf(b.bounds) || b.order - a.order;
}

function areaOf({ left, top, right, bottom }: Bounds): number {
  return (right - left) * (bottom - top);
}

function isWithin({ left, top, right, bottom }: Bounds, [x, y]: Point, by: number): boolean {
  return x >= left - by && x <= right + by && y >= top - by && y <= bottom + by;
}

/** The place in a shape's own axes. */
function turnBack(point: Point, center: Point, degrees: number): Point {
  return degrees === 0 ? point : (turnPoints([point], center, -degrees)[0] ?? point);
}

/** Negative inside. (x, y) is from the centre. */
function distanceToBox(x: number, y: number, halfWidth: number, halfHeight: number): number {
  const dx = Math.abs(x) - halfWidth;
  const dy = Math.abs(y) - halfHeight;
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0);
}

function isInEllipse(x: number, y: number, rx: number, ry: number): boolean {
  return rx > 0 && ry > 0 && (x / rx) ** 2 + (y / ry) ** 2 <= 1;
}

/** How often the nearest place of an ellipse is made better: three times are exact to a thousandth of its size. */
const ELLIPSE_STEPS = 4;

/** The distance from a place to an ellipse around the origin, by approaching the nearest place along its evolute. */
function distanceToEllipse(x: number, y: number, rx: number, ry: number): number {
  const [px, py] = [Math.abs(x), Math.abs(y)];
  // It is drawn as a line.
  if (rx === 0 || ry === 0) return Math.hypot(Math.max(0, px - rx), Math.max(0, py - ry));
  let [tx, ty] = [Math.SQRT1_2, Math.SQRT1_2];
  for (let step = 0; step < ELLIPSE_STEPS; step++) {
    // The centre of the curve's circle at (rx·tx, ry·ty).
    const ex = ((rx * rx - ry * ry) * tx ** 3) / rx;
    const ey = ((ry * ry - rx * rx) * ty ** 3) / ry;
    const r = Math.hypot(rx * tx - ex, ry * ty - ey);
    const q = Math.hypot(px - ex, py - ey);
    if (q === 0) break;
    tx = Math.min(1, Math.max(0, (((px - ex) * r) / q + ex) / rx));
    ty = Math.min(1, Math.max(0, (((py - ey) * r) / q + ey) / ry));
    const length = Math.hypot(tx, ty);
    if (length === 0) break;
    tx /= length;
    ty /= length;
  }
  return Math.hypot(px - rx * tx, py - ry * ty);
}

function isNearLine(points: readonly Point[], point: Point, reach: number, isClosed: boolean): boolean {
  let before = isClosed ? points.at(-1) : points[0];
  for (const at of points) {
    if (before && squaredDistance(point, before, at) <= reach * reach) return true;
    before = at;
  }
  return false;
}

/** From a place to a segment. */
function squaredDistance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
  return (x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2;
}

/** Whether an outline winds around a place: SVG's nonzero rule, as it is filled. */
function winds(points: readonly Point[], [x, y]: Point): boolean {
  let winding = 0;
  let before = points.at(-1);
  for (const at of points) {
    if (before) {
      const side = (at[0] - before[0]) * (y - before[1]) - (x - before[0]) * (at[1] - before[1]);
      if (before[1] <= y && at[1] > y && side > 0) winding++;
      else if (before[1] > y && at[1] <= y && side < 0) winding--;
    }
    before = at;
  }
  return winding !== 0;
}

/** Whether a place is in an arrow's head, which is taken to point along the last segment. */
function isInHead(points: readonly Point[], point: Point, width: number, tolerance: number): boolean {
  const tip = points.at(-1);
  const from = points.findLast((each) => each[0] !== tip?.[0] || each[1] !== tip[1]);
  if (!tip || !from) return false;
  const length = Math.hypot(tip[0] - from[0], tip[1] - from[1]);
  const [ux, uy] = [(tip[0] - from[0]) / length, (tip[1] - from[1]) / length];
  const along = (tip[0] - point[0]) * ux + (tip[1] - point[1]) * uy;
  const beside = Math.abs((point[0] - tip[0]) * uy - (point[1] - tip[1]) * ux);
  const head = arrowHeadLength(width);
  if (along < -tolerance || along > head + tolerance) return false;
  return beside <= (Math.max(0, along) / head) * arrowHeadHalfWidth(width) + tolerance;
}
