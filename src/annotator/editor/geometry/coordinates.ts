import { COORDINATE_MAX } from "../../../protocol/limits.ts";
import type { Point } from "../../../protocol/model/geometry.ts";

/** Parts of an image pixel that are kept: finer than anyone can see, and a stroke is half as many bytes. */
const PARTS = 100;

/** A coordinate as documents keep it: rounded, and within the protocol's limits. */
export function toCoordinate(value: number): number {
  const rounded = Math.round(value * PARTS) / PARTS;
  // Adding 0 makes 0 of -0, which JSON can't tell apart.
  return Math.min(COORDINATE_MAX, Math.max(-COORDINATE_MAX, rounded)) + 0;
}

export function toLength(value: number): number {
  return toCoordinate(Math.max(0, value));
}

export function toPoint([x, y]: Point): Point {
  return [toCoordinate(x), toCoordinate(y)];
}

/** Degrees within a turn, -180 to 180. */
export function toRotation(degrees: number): number {
  const turned = degrees - 360 * Math.round(degrees / 360);
  return Math.round(turned * PARTS) / PARTS + 0;
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

export function middle(a: Point, b: Point): Point {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

/** Turns a point clockwise about a centre. */
export function turnPoint([x, y]: Point, [cx, cy]: Point, degrees: number): Point {
  if (degrees === 0) return [x, y];
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  return [cx + (x - cx) * cos - (y - cy) * sin, cy + (x - cx) * sin + (y - cy) * cos];
}

/** The point of a segment that is nearest to a place. */
export function nearestOnSegment([px, py]: Point, [ax, ay]: Point, [bx, by]: Point): Point {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  if (square === 0) return [ax, ay];
  const part = Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / square));
  return [ax + part * dx, ay + part * dy];
}
