import type { Point } from "../protocol/model/geometry.ts";

/** Rotates points clockwise about a centre. */
export function turnPoints(points: readonly Point[], [cx, cy]: Point, degrees: number): Point[] {
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  return points.map(([x, y]) => [cx + (x - cx) * cos - (y - cy) * sin, cy + (x - cx) * sin + (y - cy) * cos]);
}
