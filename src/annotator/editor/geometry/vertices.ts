import type { Annotation, AnnotationPatch } from "../../../protocol/model/annotation.ts";
import { POINTS_MAX } from "../../../protocol/limits.ts";
import type { AnnotationType, Point, Shape } from "../../../protocol/model/geometry.ts";
import { toPoint } from "./coordinates.ts";

export type VertexMark = Extract<Annotation, { type: "line" | "arrow" | "polyline" | "polygon" }>;

/** Whether the points of a mark can be moved one by one. A freehand stroke has too many that mean nothing alone. */
export function hasVertices(mark: Annotation): mark is VertexMark {
  return minPoints(mark.type) !== undefined;
}

/** The points that a kind of mark has at least; undefined: none that can be moved one by one. */
export function minPoints(type: AnnotationType): number | undefined {
  if (type === "polygon") return 3;
  return type === "line" || type === "arrow" || type === "polyline" ? 2 : undefined;
}

/** While it is drawn, a shape may have fewer points than a mark. */
export function hasEnoughPoints({ type, geometry }: Shape): boolean {
  return !("points" in geometry) || geometry.points.length >= (minPoints(type) ?? 1);
}

/** A line always has two points: more of them would be another kind of mark. */
export function takesVertices(mark: VertexMark): boolean {
  return mark.type !== "line" && mark.geometry.points.length < POINTS_MAX;
}

/** Each returns no change where the mark has no such point any more: somebody else may have taken it out. */
export function moveVertex(mark: Annotation, at: number, to: Point): AnnotationPatch {
  if (!hasVertices(mark) || mark.geometry.points[at] === undefined) return {};
  return { geometry: { points: mark.geometry.points.with(at, toPoint(to)) } };
}

/** @param at the place in the list that the new point gets */
export function insertVertex(mark: Annotation, at: number, point: Point): AnnotationPatch {
  if (!hasVertices(mark) || !takesVertices(mark) || at > mark.geometry.points.length) return {};
  return { geometry: { points: mark.geometry.points.toSpliced(at, 0, toPoint(point)) } };
}

export function removeVertex(mark: Annotation, at: number): AnnotationPatch {
  if (!hasVertices(mark) || mark.geometry.points[at] === undefined) return {};
  if (mark.geometry.points.length <= (minPoints(mark.type) ?? 0)) return {};
  return { geometry: { points: mark.geometry.points.toSpliced(at, 1) } };
}

/** The lines between neighbouring points: each with the place that a point on it would get. */
export function segmentsOf(mark: VertexMark): { from: Point; to: Point; at: number }[] {
  const { points } = mark.geometry;
  const segments = points.flatMap((to, at) => {
    const from = points[at - 1];
    return from ? [{ from, to, at }] : [];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (mark.type === "polygon" && first && last) segments.push({ from: last, to: first, at: points.length });
  return segments;
}
