import {
  approximateAsPolygon,
  boundsFromPoints,
  type Ellipse,
  type Line,
  type MultiPolygon,
  type Polygon,
  type Polyline,
  type PolylinePoint,
  type Rectangle,
  type Shape,
  ShapeType,
} from "@annotorious/annotorious";
import type { Annotation } from "../../protocol/model/annotation.ts";

/** As the protocol has it: a type with its geometry. */
type Drawn = Annotation extends infer One
  ? One extends { type: infer Type; geometry: infer Geometry }
    ? { type: Type; geometry: Geometry }
    : never
  : never;
type Geometry = Drawn["geometry"];
type Point = [number, number];

const DEGREE = Math.PI / 180;

/** How Annotorious shows an annotation. null: it can't show texts, points and dots. */
export function toShape(annotation: Drawn): Shape | null {
  switch (annotation.type) {
    case "box": {
      const { x, y, width: w, height: h, rotation = 0 } = annotation.geometry;
      const rot = rotation * DEGREE;
      const bounds = boundsFromPoints(turn(cornersOf(x, y, w, h), [x + w / 2, y + h / 2], rot));
      return { type: ShapeType.RECTANGLE, geometry: { x, y, w, h, rot, bounds } } as Rectangle;
    }
    case "ellipse":
      return toEllipse(annotation.geometry);
    case "polygon": {
      const { points } = annotation.geometry;
      return { type: ShapeType.POLYGON, geometry: { points, bounds: boundsFromPoints(points) } } as Polygon;
    }
    case "line": {
      const { points } = annotation.geometry;
      return { type: ShapeType.LINE, geometry: { points, bounds: boundsFromPoints(points) } } as Line;
    }
    case "arrow":
    case "polyline":
    case "freehand": {
      const { points } = annotation.geometry;
      if (points.length < 2) return null;
      return toPolyline(
        points.map((point) => ({ type: "CORNER", point })),
        false,
        points,
      );
    }
    case "text":
    case "point":
      return null;
  }
}

/**
 * The geometry that an annotation has after somebody gave it another shape in Annotorious. null: an annotation of its
 * type can't have this shape. What Annotorious does not know of a geometry stays.
 */
export function toGeometry(annotation: Drawn, shape: Shape): Geometry | null {
  switch (annotation.type) {
    case "box": {
      if (!isRectangle(shape)) return null;
      const { x, y, w: width, h: height, rot = 0 } = shape.geometry;
      const { rotation, ...others } = annotation.geometry;
      // Degrees and radians back again are not the same number: what was not turned keeps its own.
      const turned = rot === (rotation ?? 0) * DEGREE ? rotation : rot / DEGREE;
      return { ...others, x, y, width, height, ...(turned !== undefined && { rotation: turned }) };
    }
    case "ellipse": {
      const { rotation = 0 } = annotation.geometry;
      if (!isEllipse(shape) || rotation % 90 !== 0) return null;
      const { cx, cy, rx, ry } = shape.geometry;
      const isUpright = rotation % 180 === 0;
      return { ...annotation.geometry, cx, cy, rx: isUpright ? rx : ry, ry: isUpright ? ry : rx };
    }
    case "polygon":
      return isPolygon(shape) && shape.geometry.points.length >= 3
        ? { ...annotation.geometry, points: shape.geometry.points.map(toPoint) }
        : null;
    case "line": {
      if (!isLine(shape)) return null;
      const [from, to] = shape.geometry.points;
      return { ...annotation.geometry, points: [toPoint(from), toPoint(to)] };
    }
    case "arrow":
    case "polyline":
    case "freehand":
      return isPolyline(shape) && !shape.geometry.closed && isStraight(shape.geometry.points)
        ? { ...annotation.geometry, points: shape.geometry.points.map(({ point }) => toPoint(point)) }
        : null;
    case "text":
    case "point":
      return null;
  }
}

/** What a new shape of Annotorious becomes. Curves become many short lines. null: Acetate has no such shape. */
export function toDrawn(shape: Shape): Drawn | null {
  if (isRectangle(shape)) {
    const { x, y, w: width, h: height, rot = 0 } = shape.geometry;
    return { type: "box", geometry: { x, y, width, height, ...(rot !== 0 && { rotation: rot / DEGREE }) } };
  }
  if (isEllipse(shape)) {
    const { cx, cy, rx, ry } = shape.geometry;
    return { type: "ellipse", geometry: { cx, cy, rx, ry } };
  }
  if (isLine(shape)) {
    const [from, to] = shape.geometry.points;
    return { type: "line", geometry: { points: [toPoint(from), toPoint(to)] } };
  }
  if (isPolygon(shape)) return toPolygonOf(shape.geometry.points);
  if (isPolyline(shape)) {
    const { points, closed = false } = shape.geometry;
    const straight = approximateAsPolygon(points, closed);
    return closed ? toPolygonOf(straight) : { type: "polyline", geometry: { points: straight.map(toPoint) } };
  }
  if (isMultiPolygon(shape)) {
    const [polygon, ...otherPolygons] = shape.geometry.polygons;
    const [ring, ...holes] = polygon?.rings ?? [];
    return ring && otherPolygons.length === 0 && holes.length === 0 ? toPolygonOf(ring.points) : null;
  }
  return null;
}

/** Whether two shapes look the same. Annotorious computes bounds from a moment before, so they don't count. */
export function isSameShape(a: Shape, b: Shape): boolean {
  return a === b || (a.type === b.type && describe(a) === describe(b));
}

function describe(shape: Shape): string {
  const { bounds: _, ...geometry } = shape.geometry;
  const { rot = 0, closed = false, ...others }: { rot?: number; closed?: boolean } = geometry;
  return JSON.stringify([rot, closed, Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function toEllipse({ cx, cy, rx, ry, rotation = 0 }: Extract<Drawn, { type: "ellipse" }>["geometry"]): Shape {
  if (rotation % 90 !== 0) return toTurnedEllipse([cx, cy], rx, ry, rotation * DEGREE);
  const [across, down] = rotation % 180 === 0 ? [rx, ry] : [ry, rx];
  const bounds = { minX: cx - across, minY: cy - down, maxX: cx + across, maxY: cy + down };
  return { type: ShapeType.ELLIPSE, geometry: { cx, cy, rx: across, ry: down, bounds } } as Ellipse;
}

/** How far the handles of a quarter of a circle are from its ends, so that the curve is round. */
const ROUND = 0.5523;

/** Annotorious has no turned ellipses: a closed line of four curves. */
function toTurnedEllipse(center: Point, rx: number, ry: number, angle: number): Shape {
  const [cx, cy] = center;
  const at = (x: number, y: number): Point => {
    const [turned = center] = turn([[cx + x * rx, cy + y * ry]], center, angle);
    return turned;
  };
  const curve = (x: number, y: number): PolylinePoint => ({
    type: "CURVE",
    point: at(x, y),
    inHandle: at(x + y * ROUND, y - x * ROUND),
    outHandle: at(x - y * ROUND, y + x * ROUND),
  });
  const points = [curve(1, 0), curve(0, 1), curve(-1, 0), curve(0, -1)];
  const [across, down] = [
    Math.hypot(rx * Math.cos(angle), ry * Math.sin(angle)),
    Math.hypot(rx * Math.sin(angle), ry * Math.cos(angle)),
  ];
  return toPolyline(points, true, [
    [cx - across, cy - down],
    [cx + across, cy + down],
  ]);
}

function toPolyline(points: PolylinePoint[], closed: boolean, extent: Point[]): Polyline {
  return { type: ShapeType.POLYLINE, geometry: { points, closed, bounds: boundsFromPoints(extent) } };
}

function toPolygonOf(points: readonly number[][]): Drawn | null {
  return points.length < 3 ? null : { type: "polygon", geometry: { points: points.map(toPoint) } };
}

function toPoint([x = 0, y = 0]: readonly number[]): Point {
  return [x, y];
}

function isStraight(points: readonly PolylinePoint[]): boolean {
  return points.length > 1 && points.every(({ type }) => type === "CORNER");
}

function cornersOf(x: number, y: number, w: number, h: number): Point[] {
  return [
    [x, y],
    [x + w, y],
    [x + w, y + h],
    [x, y + h],
  ];
}

function turn(points: readonly Point[], [cx, cy]: Point, angle: number): Point[] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return points.map(([x, y]) => [cx + (x - cx) * cos - (y - cy) * sin, cy + (x - cx) * sin + (y - cy) * cos]);
}

function isRectangle(shape: Shape): shape is Rectangle {
  return shape.type === ShapeType.RECTANGLE;
}

function isEllipse(shape: Shape): shape is Ellipse {
  return shape.type === ShapeType.ELLIPSE;
}

function isPolygon(shape: Shape): shape is Polygon {
  return shape.type === ShapeType.POLYGON;
}

function isLine(shape: Shape): shape is Line {
  return shape.type === ShapeType.LINE;
}

function isPolyline(shape: Shape): shape is Polyline {
  return shape.type === ShapeType.POLYLINE;
}

function isMultiPolygon(shape: Shape): shape is MultiPolygon {
  return shape.type === ShapeType.MULTIPOLYGON;
}
