import {
  COORDINATE_MAX,
  DASH_MAX,
  FONT_SIZE_MAX,
  POINTS_MAX,
  ROTATION_MAX,
  STROKE_WIDTH_MAX,
} from "../../protocol/limits.ts";
import type { StyleInput } from "../../protocol/model/annotation.ts";
import type { AnnotationType, Point, Shape } from "../../protocol/model/geometry.ts";
import { minPoints } from "./geometry/vertices.ts";

/*
 * Shapes and styles that come from a clipboard or from another client: they may be anything. Each function returns what
 * is valid, in an object of its own, or null. The service checks the same with its schemas, which a page does without.
 */

export function readShape(type: unknown, geometry: unknown): Shape | null {
  if (!isRecord(geometry)) return null;
  const rotation = geometry["rotation"] ?? 0;
  if (!isNumber(rotation, -ROTATION_MAX, ROTATION_MAX)) return null;
  const turned = rotation === 0 ? {} : { rotation };
  switch (type) {
    case "box": {
      const { x, y, width, height } = geometry;
      if (!isPlace(x) || !isPlace(y) || !isLength(width) || !isLength(height)) return null;
      return { type, geometry: { x, y, width, height, ...turned } };
    }
    case "ellipse": {
      const { cx, cy, rx, ry } = geometry;
      if (!isPlace(cx) || !isPlace(cy) || !isLength(rx) || !isLength(ry)) return null;
      return { type, geometry: { cx, cy, rx, ry, ...turned } };
    }
    case "text": {
      const { x, y, width } = geometry;
      if (!isPlace(x) || !isPlace(y) || (width !== undefined && !isLength(width))) return null;
      return { type, geometry: { x, y, ...(width !== undefined && { width }), ...turned } };
    }
    case "point": {
      const { x, y } = geometry;
      return isPlace(x) && isPlace(y) ? { type, geometry: { x, y } } : null;
    }
    case "line":
    case "arrow":
    case "polyline":
    case "polygon":
    case "freehand": {
      const points = readPoints(geometry["points"], type);
      return points && { type, geometry: { points } };
    }
    default:
      return null;
  }
}

/** Members that are not valid are left out: the mark gets its default there. */
export function readStyleInput(style: unknown): StyleInput {
  if (!isRecord(style)) return {};
  const { stroke, fill, stroke_width, font_size, opacity, dash } = style;
  return {
    ...((stroke === null || isColor(stroke)) && { stroke }),
    ...((fill === null || isColor(fill)) && { fill }),
    ...(isNumber(stroke_width, 0, STROKE_WIDTH_MAX) && { stroke_width }),
    ...(isNumber(font_size, 1, FONT_SIZE_MAX) && { font_size }),
    ...(isNumber(opacity, 0, 1) && { opacity }),
    ...(isDash(dash) && { dash: [...dash] }),
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isNumber(value: unknown, min: number, max: number): value is number {
  return typeof value === "number" && value >= min && value <= max;
}

/** A text that can be stored: well-formed, without NUL. */
export function isText(value: unknown, max: number): value is string {
  return typeof value === "string" && value.length <= max && value.isWellFormed() && !value.includes("\0");
}

function readPoints(points: unknown, type: AnnotationType): Point[] | null {
  if (!Array.isArray(points)) return null;
  const max = type === "line" ? 2 : POINTS_MAX;
  if (points.length < (minPoints(type) ?? 1) || points.length > max) return null;
  const read: Point[] = [];
  for (const point of points as unknown[]) {
    if (!Array.isArray(point) || point.length !== 2) return null;
    const [x, y] = point as unknown[];
    if (!isPlace(x) || !isPlace(y)) return null;
    read.push([x, y]);
  }
  return read;
}

function isPlace(value: unknown): value is number {
  return isNumber(value, -COORDINATE_MAX, COORDINATE_MAX);
}

function isLength(value: unknown): value is number {
  return isNumber(value, 0, COORDINATE_MAX);
}

function isColor(value: unknown): value is string {
  return typeof value === "string" && /^#(?:[0-9a-f]{6}|[0-9a-f]{8})$/i.test(value);
}

function isDash(value: unknown): value is number[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > DASH_MAX) return false;
  return value.every((length) => isNumber(length, Number.MIN_VALUE, STROKE_WIDTH_MAX));
}
