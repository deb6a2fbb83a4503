import type { Geometries, Point } from "../../../protocol/model/geometry.ts";
import { distance, toCoordinate, toLength } from "./coordinates.ts";

/** What two places make: those where a drag began and ended, or two clicks. */
export interface TwoPoints {
  from: Point;
  to: Point;
  /** Shift: a square, a circle, or a line in a straight direction. */
  isConstrained: boolean;
  /** Alt: `from` is the centre. */
  isCentred: boolean;
}

/** Degrees between the directions of a constrained line or turn. */
export const ANGLE_STEP = 15;

export function boxBetween({ from, to, isConstrained, isCentred }: TwoPoints): Geometries["box"] {
  let [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  if (isConstrained) {
    const side = Math.max(Math.abs(dx), Math.abs(dy));
    [dx, dy] = [side * (dx < 0 ? -1 : 1), side * (dy < 0 ? -1 : 1)];
  }
  const [x1, y1] = isCentred ? [from[0] - dx, from[1] - dy] : from;
  const [x2, y2] = [from[0] + dx, from[1] + dy];
  const [x, y] = [toCoordinate(Math.min(x1, x2)), toCoordinate(Math.min(y1, y2))];
  return { x, y, width: toLength(Math.abs(x2 - x1)), height: toLength(Math.abs(y2 - y1)) };
}

export function ellipseBetween(points: TwoPoints): Geometries["ellipse"] {
  const { x, y, width, height } = boxBetween(points);
  const [rx, ry] = [width / 2, height / 2];
  return {
    cx: toCoordinate(x + rx),
    cy: toCoordinate(y + ry),
    rx: toLength(rx),
    ry: toLength(ry),
  };
}

export function lineBetween({ from, to, isConstrained, isCentred }: TwoPoints): Geometries["line"] {
  const end = isConstrained ? straighten(from, to) : to;
  const start: Point = isCentred ? [2 * from[0] - end[0], 2 * from[1] - end[1]] : from;
  return {
    points: [
      [toCoordinate(start[0]), toCoordinate(start[1])],
      [toCoordinate(end[0]), toCoordinate(end[1])],
    ],
  };
}

/** The end of a line in the nearest of the straight directions. */
export function straighten(from: Point, to: Point): Point {
  const step = (ANGLE_STEP * Math.PI) / 180;
  const angle = Math.round(Math.atan2(to[1] - from[1], to[0] - from[0]) / step) * step;
  const [ux, uy] = [Math.cos(angle), Math.sin(angle)];
  const along = distance(from, to) === 0 ? 0 : (to[0] - from[0]) * ux + (to[1] - from[1]) * uy;
  return [from[0] + along * ux, from[1] + along * uy];
}
