import type { Point } from "../protocol/model/geometry.ts";

/** A rectangle with sides along the axes, in image pixels. */
export interface Bounds {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The smallest bounds around points; without points, the origin. */
export function boundsOf(points: readonly Point[]): Bounds {
  const [first] = points;
  if (!first) return { left: 0, top: 0, right: 0, bottom: 0 };
  const bounds = { left: first[0], top: first[1], right: first[0], bottom: first[1] };
  for (const point of points) {
    bounds.left = Math.min(bounds.left, point[0]);
    bounds.top = Math.min(bounds.top, point[1]);
    bounds.right = Math.max(bounds.right, point[0]);
    bounds.bottom = Math.max(bounds.bottom, point[1]);
  }
  return bounds;
}

export function growBounds(bounds: Bounds, by: number): Bounds {
  return {
    left: bounds.left - by,
    top: bounds.top - by,
    right: bounds.right + by,
    bottom: bounds.bottom + by,
  };
}

export function uniteBounds(a: Bounds, b: Bounds): Bounds {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

/** What both have. null: nothing, or only an edge. */
export function intersectBounds(a: Bounds, b: Bounds): Bounds | null {
  const both = {
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  };
  return both.left < both.right && both.top < both.bottom ? both : null;
}

export function boundsCenter(bounds: Bounds): Point {
  return [(bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2];
}

/** The bounds of `bounds` rotated by `degrees` clockwise about its centre. */
export function rotateBounds(bounds: Bounds, degrees: number): Bounds {
  if (degrees === 0) return bounds;
  const [cx, cy] = boundsCenter(bounds);
  const cos = Math.abs(Math.cos((degrees * Math.PI) / 180));
  const sin = Math.abs(Math.sin((degrees * Math.PI) / 180));
  const halfWidth = (bounds.right - bounds.left) / 2;
  const halfHeight = (bounds.bottom - bounds.top) / 2;
  const dx = halfWidth * cos + halfHeight * sin;
  const dy = halfWidth * sin + halfHeight * cos;
  return { left: cx - dx, top: cy - dy, right: cx + dx, bottom: cy + dy };
}

/** Whether `inner` lies within `outer`. It may touch the edge. */
export function containsBounds(outer: Bounds, inner: Bounds): boolean {
  return (
    inner.left >= outer.left &&
    inner.top >= outer.top &&
    inner.right <= outer.right &&
    inner.bottom <= outer.bottom
  );
}
