import type { Style } from "../../protocol/model/annotation.ts";
import type { Geometries, Point, Shape } from "../../protocol/model/geometry.ts";
import {
  COORDINATE_MAX,
  DASH_MAX,
  FONT_SIZE_MAX,
  POINTS_MAX,
  ROTATION_MAX,
  STROKE_WIDTH_MAX,
} from "../../protocol/limits.ts";

/** Reads shapes and styles that other clients show, to the limits of the service. The page does without zod for it. */

/** undefined: it is no shape. */
export function readShape(type: unknown, value: unknown): Shape | undefined {
  if (!isRecord(value)) return undefined;
  switch (type) {
    case "box": {
      const read = readNumbers(value, ["x", "y"], ["width", "height"]);
      return read && { type, geometry: { ...read, ...readRotation(value) } };
    }
    case "ellipse": {
      const read = readNumbers(value, ["cx", "cy"], ["rx", "ry"]);
      return read && { type, geometry: { ...read, ...readRotation(value) } };
    }
    case "point": {
      const read = readNumbers(value, ["x", "y"], []);
      return read && { type, geometry: read };
    }
    case "text": {
      const read = readNumbers(value, ["x", "y"], []);
      const width = isLength(value["width"]) ? { width: value["width"] } : {};
      return read && { type, geometry: { ...read, ...width, ...readRotation(value) } };
    }
    case "line": {
      const points = readPoints(value["points"], 2, 2);
      return points && { type, geometry: { points } };
    }
    case "arrow":
    case "polyline": {
      const points = readPoints(value["points"], 2);
      return points && { type, geometry: { points } };
    }
    case "polygon": {
      // While it is drawn, it has fewer corners than a finished one.
      const points = readPoints(value["points"], 1);
      return points && { type, geometry: { points } };
    }
    case "freehand": {
      const points = readPoints(value["points"], 1);
      return points && { type, geometry: { points } };
    }
    default:
      return undefined;
  }
}

/** The members of a style that are as they should be. */
export function readStyle(value: unknown): Partial<Style> | undefined {
  if (!isRecord(value)) return undefined;
  const { stroke, fill, stroke_width: width, font_size: fontSize, opacity, dash } = value;
  const style: Partial<Style> = {};
  if (isColor(stroke)) style.stroke = stroke;
  if (isColor(fill)) style.fill = fill;
  if (isWithin(width, 0, STROKE_WIDTH_MAX)) style.stroke_width = width;
  if (isWithin(fontSize, 1, FONT_SIZE_MAX)) style.font_size = fontSize;
  if (isWithin(opacity, 0, 1)) style.opacity = opacity;
  if (Array.isArray(dash) && dash.length > 0 && dash.length <= DASH_MAX && dash.every(isDash))
    style.dash = dash;
  return style;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A number that a coordinate can be. */
export function isCoordinate(value: unknown): value is number {
  return isWithin(value, -COORDINATE_MAX, COORDINATE_MAX);
}

function isLength(value: unknown): value is number {
  return isWithin(value, 0, COORDINATE_MAX);
}

/** Not a number is not within. */
export function isWithin(value: unknown, low: number, high: number): value is number {
  return typeof value === "number" && value >= low && value <= high;
}

function isDash(value: unknown): value is number {
  return isWithin(value, Number.MIN_VALUE, STROKE_WIDTH_MAX);
}

function isColor(value: unknown): value is string | null {
  return value === null || (typeof value === "string" && /^#(?:[0-9a-f]{6}|[0-9a-f]{8})$/.test(value));
}

function readNumbers<Place extends string, Length extends string>(
  value: Readonly<Record<string, unknown>>,
  places: readonly Place[],
  lengths: readonly Length[],
): Record<Place | Length, number> | undefined {
  const read: Partial<Record<Place | Length, number>> = {};
  for (const name of places) {
    const number = value[name];
    if (!isCoordinate(number)) return undefined;
    read[name] = number;
  }
  for (const name of lengths) {
    const number = value[name];
    if (!isLength(number)) return undefined;
    read[name] = number;
  }
  // All of them are set now.
  return read as Record<Place | Length, number>;
}

function readRotation(value: Readonly<Record<string, unknown>>): Pick<Geometries["box"], "rotation"> {
  const { rotation } = value;
  return isWithin(rotation, -ROTATION_MAX, ROTATION_MAX) ? { rotation } : {};
}

function readPoints(value: unknown, min: number, max: number = POINTS_MAX): Point[] | undefined {
  if (!Array.isArray(value) || value.length < min || value.length > max) return undefined;
  const points: Point[] = [];
  for (const point of value as readonly unknown[]) {
    if (!Array.isArray(point) || point.length !== 2) return undefined;
    const [x, y] = point as readonly unknown[];
    if (!isCoordinate(x) || !isCoordinate(y)) return undefined;
    points.push([x, y]);
  }
  return points;
}
