import type { Style } from "../../protocol/annotation.ts";
import type { Point } from "../../protocol/geometry.ts";
import { boundsOf, growBounds } from "./bounds.ts";
import { dashArray, fillAttributes, strokeAttributes, toPaint } from "./paint.ts";
import type { Shape } from "./shape.ts";
import { attributes, linePath } from "./svg-text.ts";

/** Open lines: they have no inside, so `fill` says nothing of them. */

interface Line {
  points: Point[];
}

/** Line, polyline and freehand: round where they turn and end; a line that goes nowhere is a dot. */
export function drawLine({ points }: Line, style: Style): Shape {
  const bounds = growBounds(boundsOf(points), style.stroke_width / 2);
  const stroke = toPaint(style.stroke);
  const [first] = points;
  if (!stroke || !first) return { svg: "", bounds };
  const length = lineLength(points);
  if (length === 0) {
    const [cx, cy] = first;
    const dot = { cx, cy, r: style.stroke_width / 2, ...fillAttributes(stroke) };
    return { svg: `<circle${attributes(dot)}/>`, bounds };
  }
  const dash = dashArray(style, length);
  const line = {
    d: linePath(points, false),
    fill: "none",
    ...strokeAttributes(stroke, style.stroke_width),
    "stroke-linejoin": "round",
    // Round caps would close the gaps of a fine dash.
    "stroke-linecap": dash === undefined ? "round" : "butt",
    "stroke-dasharray": dash,
  };
  return { svg: `<path${attributes(line)}/>`, bounds };
}

/** Length of the head in stroke widths, and its half width as a part of its length. */
const HEAD_LENGTH = 4.5;
const HEAD_HALF_WIDTH = 0.4;
/** Where the shaft ends, as a part of the head's length from its tip: its round cap stays inside the head. */
const SHAFT_END = 0.7;

/** The head's tip is exactly the last point; it grows with the stroke, but never beyond the arrow's own length. */
export function drawArrow({ points }: Line, style: Style): Shape {
  const tip = points.at(-1);
  const length = lineLength(points);
  const stroke = toPaint(style.stroke);
  if (!stroke || !tip || length === 0) return drawLine({ points }, style);

  const headLength = Math.min(HEAD_LENGTH * style.stroke_width, length);
  const back = pointBeforeEnd(points, headLength);
  const reach = Math.hypot(tip[0] - back[0], tip[1] - back[1]);
  if (reach === 0) return drawLine({ points }, style);
  // Unit vector from the head's base to its tip.
  const [ux, uy]: Point = [(tip[0] - back[0]) / reach, (tip[1] - back[1]) / reach];
  const half = headLength * HEAD_HALF_WIDTH;
  const base: Point = [tip[0] - ux * headLength, tip[1] - uy * headLength];
  const head: Point[] = [
    tip,
    [base[0] - uy * half, base[1] + ux * half],
    [base[0] + uy * half, base[1] - ux * half],
  ];

  const shaft = trimEnd(points, headLength * SHAFT_END);
  // Shaft and head overlap: a translucent colour is applied to both together.
  const opaque = { ...style, stroke: stroke.color };
  const drawnHead = `<path${attributes({ d: linePath(head, true), fill: stroke.color })}/>`;
  return {
    svg: drawLine({ points: shaft }, opaque).svg + drawnHead,
    bounds: growBounds(boundsOf([...points, ...head]), style.stroke_width / 2),
    opacity: stroke.alpha,
  };
}

export function lineLength(points: readonly Point[]): number {
  let length = 0;
  for (const [index, [x, y]] of points.entries()) {
    const before = points[index - 1];
    if (before) length += Math.hypot(x - before[0], y - before[1]);
  }
  return length;
}

/** The line without its last `distance` pixels. */
function trimEnd(points: readonly Point[], distance: number): Point[] {
  let left = distance;
  for (let last = points.length - 1; last > 0; last--) {
    const end = points[last];
    const start = points[last - 1];
    if (!end || !start) break;
    const step = Math.hypot(end[0] - start[0], end[1] - start[1]);
    if (step > left) {
      const part = left / step;
      const cut: Point = [end[0] + (start[0] - end[0]) * part, end[1] + (start[1] - end[1]) * part];
      return [...points.slice(0, last), cut];
    }
    left -= step;
  }
  return points.slice(0, 1);
}

/** The point that lies `distance` pixels before the end, along the line. */
function pointBeforeEnd(points: readonly Point[], distance: number): Point {
  return trimEnd(points, distance).at(-1) ?? [0, 0];
}
