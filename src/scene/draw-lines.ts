import type { Style } from "../protocol/model/annotation.ts";
import type { Point } from "../protocol/model/geometry.ts";
import { boundsOf, growBounds } from "./bounds.ts";
import type { Figure } from "./figure.ts";
import { dashArray, fillAttributes, strokeAttributes, toPaint, type Paint } from "./paint.ts";
import type { Canvas, Shape, Stroke } from "./shape.ts";
import { attributes, linePath } from "./svg-text.ts";

/** Open lines: they have no inside, so `fill` does not apply. */

interface Line {
  points: Point[];
}

/** Draws a line, polyline or freehand with round joins and caps. A line without length is a dot. */
export function drawLine({ points }: Line, style: Style, canvas: Canvas): Shape {
  const bounds = growBounds(boundsOf(points), style.stroke_width / 2);
  const paint = toPaint(style.stroke);
  const [first] = points;
  if (!paint || !first || style.stroke_width === 0) return { svg: "", bounds, figures: [] };
  const length = lineLength(points);
  if (length === 0) {
    const [cx, cy] = first;
    const dot = { cx, cy, r: style.stroke_width / 2, ...fillAttributes(paint) };
    const rim: Figure = { kind: "ring", length: Math.PI * style.stroke_width, bounds, edges: 1 };
    return { svg: `<circle${attributes(dot)}/>`, bounds, figures: [rim] };
  }
  const dash = dashArray(style, length);
  const stroke = dash === undefined ? toStroke(points, paint, style, canvas) : undefined;
  if (stroke) return { svg: "", bounds, stroke, figures: [] };
  const line = {
    d: linePath(points, false),
    fill: "none",
    ...strokeAttributes(paint, style.stroke_width),
    "stroke-linejoin": "round",
    // Round caps would close the gaps of a fine dash.
    "stroke-linecap": dash === undefined ? "round" : "butt",
    "stroke-dasharray": dash,
  };
  const figure: Figure = { kind: "path", points, edges: 2, dashes: countDashes(style, length) };
  return { svg: `<path${attributes(line)}/>`, bounds, figures: [figure] };
}

/** A solid line as a stroke; undefined if the renderer does not want it as one. */
export function toStroke(
  points: readonly Point[],
  paint: Paint,
  { stroke_width: width }: Style,
  { wantsStroke }: Canvas,
): Stroke | undefined {
  if (!wantsStroke?.(points)) return undefined;
  const numbers = new Float32Array(points.length * 2);
  let at = 0;
  for (const point of points) {
    numbers[at++] = point[0];
    numbers[at++] = point[1];
  }
  return { points: numbers, width, paint };
}

/** Length of an arrow's head in stroke widths, and at least in pixels, so that the head of a thin arrow can be seen. */
const HEAD_LENGTH = 4.5;
const HEAD_LENGTH_MIN = 9;
/** Half of the head's width as a part of its length. */
const HEAD_HALF_WIDTH = 0.4;
/**
 * How far the shaft reaches into the head, as a part of its length: far enough to leave no seam, and the cap stays
 * inside.
 */
const OVERLAP = 0.1;

/** Pixels of the head of an arrow that is long enough for a whole one. */
export function arrowHeadLength(strokeWidth: number): number {
  return Math.max(HEAD_LENGTH_MIN, HEAD_LENGTH * strokeWidth);
}

/** Pixels on each side. */
export function arrowHeadHalfWidth(strokeWidth: number): number {
  return arrowHeadLength(strokeWidth) * HEAD_HALF_WIDTH;
}

/**
 * Draws an arrow. The head's tip is exactly the last point. The head replaces the part of the line that is within its
 * own length of the tip, and points from where the line enters that circle. An arrow that is hardly longer than its
 * head becomes a head alone.
 */
export function drawArrow({ points }: Line, style: Style, canvas: Canvas): Shape {
  const tip = points.at(-1);
  const paint = toPaint(style.stroke);
  if (!paint || !tip || style.stroke_width === 0) return drawLine({ points }, style, canvas);
  const farthest = points.reduce((a, b) => (distance(tip, a) < distance(tip, b) ? b : a), tip);
  const reach = distance(tip, farthest);
  if (reach === 0) return drawLine({ points }, style, canvas);

  const fullLength = arrowHeadLength(style.stroke_width);
  // The rest of the shaft, mostly its cap, would look like a knob behind the head.
  const alone = reach < fullLength + style.stroke_width;
  const headLength = alone ? reach : fullLength;
  const before = alone ? [farthest] : leaveEnd(points, headLength);
  const base = before.at(-1) ?? farthest;
  // Unit vector from the head's base to its tip.
  const [ux, uy]: Point = [(tip[0] - base[0]) / headLength, (tip[1] - base[1]) / headLength];
  const half = Math.min(headLength, fullLength) * HEAD_HALF_WIDTH;
  const head: Point[] = [
    tip,
    [base[0] - uy * half, base[1] + ux * half],
    [base[0] + uy * half, base[1] - ux * half],
  ];
  const bounds = growBounds(boundsOf([...points, ...head]), style.stroke_width / 2);
  const drawnHead = `<path${attributes({ d: linePath(head, true), fill: paint.color })}/>`;
  const headFigure: Figure = { kind: "path", points: [...head, tip], edges: 1 };
  if (alone) return { svg: drawnHead, bounds, opacity: paint.alpha, figures: [headFigure] };

  const [dash = Infinity] = style.dash ?? [];
  const overlap = Math.min(headLength * OVERLAP, dash / 4);
  const inside: Point = [base[0] + ux * overlap, base[1] + uy * overlap];
  // The shaft starts at the head, so that a dash touches the head, never a gap.
  const shaft = [inside, ...before.toReversed()];
  // Shaft and head overlap, so a translucent colour is applied to both together.
  const opaque = { ...style, stroke: paint.color };
  const translucent = paint.alpha < 1 || style.opacity < 1;
  const shaftCanvas = translucent ? { ...canvas, wantsStroke: undefined } : canvas;
  const line = drawLine({ points: shaft }, opaque, shaftCanvas);
  const figures = [...line.figures, headFigure];
  return { ...line, svg: line.svg + drawnHead, bounds, opacity: paint.alpha, figures };
}

export function lineLength(points: readonly Point[]): number {
  let length = 0;
  let before: Point | undefined;
  for (const point of points) {
    if (before) length += distance(before, point);
    before = point;
  }
  return length;
}

/** Dashes and gaps along a line of `length` pixels. */
export function countDashes(style: Style, length: number): number {
  if (!style.dash || dashArray(style, length) === undefined) return 0;
  const period = style.dash.reduce((sum, part) => sum + part, 0);
  return (style.dash.length * length) / period;
}

/** The line up to where it last comes within `radius` of its end. Some point of it must be farther away. */
function leaveEnd(points: readonly Point[], radius: number): Point[] {
  const end = points.at(-1) ?? [0, 0];
  const last = points.findLastIndex((point) => distance(end, point) >= radius);
  const [outside = end, inside = end] = [points[last], points[last + 1]];
  return [...points.slice(0, last + 1), crossCircle(outside, inside, end, radius)];
}

/** Where the way from a point outside a circle to one inside crosses the circle. */
function crossCircle(outside: Point, inside: Point, center: Point, radius: number): Point {
  const [dx, dy] = [inside[0] - outside[0], inside[1] - outside[1]];
  const [fx, fy] = [outside[0] - center[0], outside[1] - center[1]];
  // |f + t·d| = radius, the smaller t.
  const a = dx * dx + dy * dy;
  const half = fx * dx + fy * dy;
  const c = fx * fx + fy * fy - radius * radius;
  const t = (-half - Math.sqrt(Math.max(0, half * half - a * c))) / a;
  return [outside[0] + t * dx, outside[1] + t * dy];
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
