import type { Annotation } from "../../../protocol/model/annotation.ts";
import type { Point } from "../../../protocol/model/geometry.ts";
import type { Bounds } from "../../../scene/bounds.ts";
import { distance, middle, nearestOnSegment } from "./coordinates.ts";
import { boundsOfFrame, cornersOf, type Frame } from "./frame.ts";

/** What a place, or the edges of what is moved, can snap to. */
export interface SnapTargets {
  points: Point[];
  segments: [from: Point, to: Point][];
  /** Upright lines, for edges and centres: their x, and how far they reach. */
  columns: Guide[];
  /** Level lines: their y. */
  rows: Guide[];
}

export interface Guide {
  at: number;
  from: number;
  to: number;
}

export interface SnappedPoint {
  point: Point;
  /** What it snapped to, to be shown. */
  segments: [from: Point, to: Point][];
}

/** More than anyone can aim at; a stroke's points are not aimed at. */
const TARGET_POINTS_MAX = 20_000;

/** The edges and the centre of the picture, and of each mark. */
export function collectTargets(
  marks: readonly { mark: Annotation; frame: Frame }[],
  size: { width: number; height: number },
): SnapTargets {
  const targets: SnapTargets = { points: [], segments: [], columns: [], rows: [] };
  const picture = { left: 0, top: 0, right: size.width, bottom: size.height };
  addLines(targets, picture);
  addOutline(targets, rectangle(picture), true);
  targets.points.push([size.width / 2, size.height / 2]);
  for (const { mark, frame } of marks) {
    if (targets.points.length > TARGET_POINTS_MAX) break;
    addLines(targets, boundsOfFrame(frame));
    addMark(targets, mark, frame);
  }
  return targets;
}

/** The nearest point within reach, otherwise the nearest place on an edge. */
export function snapPoint(point: Point, targets: SnapTargets, reach: number): SnappedPoint | null {
  let best: Point | null = null;
  let nearest = reach;
  for (const target of targets.points) {
    const away = distance(point, target);
    if (away > nearest) continue;
    nearest = away;
    best = target;
  }
  if (best) return { point: best, segments: [] };
  let edge: [Point, Point] | null = null;
  for (const segment of targets.segments) {
    const place = nearestOnSegment(point, ...segment);
    const away = distance(point, place);
    if (away > nearest) continue;
    nearest = away;
    best = place;
    edge = segment;
  }
  return best && edge ? { point: best, segments: [edge] } : null;
}

/** How far to move bounds so that an edge or the centre lines up with something. */
export function snapBounds(
  bounds: Bounds,
  targets: SnapTargets,
  reach: number,
): { dx: number; dy: number; segments: [Point, Point][] } {
  const { left, top, right, bottom } = bounds;
  const column = nearestGuide([left, (left + right) / 2, right], targets.columns, reach);
  const row = nearestGuide([top, (top + bottom) / 2, bottom], targets.rows, reach);
  const [dx, dy] = [column?.by ?? 0, row?.by ?? 0];
  const segments: [Point, Point][] = [];
  if (column) {
    const { at, from, to } = column.guide;
    segments.push([
      [at, Math.min(from, top + dy)],
      [at, Math.max(to, bottom + dy)],
    ]);
  }
  if (row) {
    const { at, from, to } = row.guide;
    segments.push([
      [Math.min(from, left + dx), at],
      [Math.max(to, right + dx), at],
    ]);
  }
  return { dx, dy, segments };
}

function nearestGuide(
  places: readonly number[],
  guides: readonly Guide[],
  reach: number,
): { guide: Guide; by: number } | undefined {
  let best: { guide: Guide; by: number } | undefined;
  for (const guide of guides) {
    for (const place of places) {
      const by = guide.at - place;
      if (Math.abs(by) <= reach && (!best || Math.abs(by) < Math.abs(best.by))) best = { guide, by };
    }
  }
  return best;
}

function addLines({ columns, rows }: SnapTargets, { left, top, right, bottom }: Bounds): void {
  for (const at of [left, (left + right) / 2, right]) columns.push({ at, from: top, to: bottom });
  for (const at of [top, (top + bottom) / 2, bottom]) rows.push({ at, from: left, to: right });
}

function addMark(targets: SnapTargets, mark: Annotation, frame: Frame): void {
  switch (mark.type) {
    case "box":
    case "text":
      return addOutline(targets, cornersOf(frame), true);
    case "ellipse": {
      const [a, b, c, d] = cornersOf(frame);
      targets.points.push([frame.cx, frame.cy], middle(a, b), middle(b, c), middle(c, d), middle(d, a));
      return;
    }
    case "point":
      targets.points.push([frame.cx, frame.cy]);
      return;
    case "freehand": {
      const { points } = mark.geometry;
      targets.points.push(...points.slice(0, 1), ...points.slice(-1));
      return;
    }
    case "line":
    case "arrow":
    case "polyline":
    case "polygon":
      return addOutline(targets, mark.geometry.points, mark.type === "polygon");
  }
}

function addOutline(targets: SnapTargets, points: readonly Point[], isClosed: boolean): void {
  targets.points.push(...points);
  for (const [at, point] of points.entries()) {
    const before = points[at - 1] ?? (isClosed ? points.at(-1) : undefined);
    if (before) targets.segments.push([before, point]);
  }
}

function rectangle({ left, top, right, bottom }: Bounds): Point[] {
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}
