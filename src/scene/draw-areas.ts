import type { Style } from "../protocol/model/annotation.ts";
import type { Geometries, Point } from "../protocol/model/geometry.ts";
import { boundsOf, growBounds, rotateBounds, type Bounds } from "./bounds.ts";
import { countDashes, drawLine, lineLength, toStroke } from "./draw-lines.ts";
import type { Figure } from "./figure.ts";
import { dashArray, fillAttributes, strokeAttributes, toPaint, type Attributes } from "./paint.ts";
import type { Canvas, Shape } from "./shape.ts";
import { attributes, formatNumber, linePath } from "./svg-text.ts";

/** Closed shapes: `fill` inside, `stroke` centred on the edge. A shape without width or height is drawn as a line. */

export function drawBox(
  { x, y, width, height, rotation = 0 }: Geometries["box"],
  style: Style,
  canvas: Canvas,
): Shape {
  const box = { left: x, top: y, right: x + width, bottom: y + height };
  if (width === 0 || height === 0) return drawFlat(box, rotation, style, canvas);
  const length = 2 * (width + height);
  const sides = { x, y, width, height };
  const more = { "stroke-linejoin": "miter", transform: rotate(box, rotation) };
  const svg = `<rect${attributes({ ...sides, ...areaAttributes(style, length), ...more })}/>`;
  // A mitred corner reaches √2 times as far as the edge.
  const bounds = growBounds(rotateBounds(box, rotation), style.stroke_width * Math.SQRT1_2);
  return { svg, bounds, figures: [{ kind: "ring", length, bounds, ...outlineOf(style, length, bounds) }] };
}

export function drawEllipse(
  { cx, cy, rx, ry, rotation = 0 }: Geometries["ellipse"],
  style: Style,
  canvas: Canvas,
): Shape {
  const box = { left: cx - rx, top: cy - ry, right: cx + rx, bottom: cy + ry };
  if (rx === 0 || ry === 0) return drawFlat(box, rotation, style, canvas);
  const length = Math.PI * (rx + ry);
  const more = { transform: rotate(box, rotation) };
  const svg = `<ellipse${attributes({ cx, cy, rx, ry, ...areaAttributes(style, length), ...more })}/>`;
  const bounds = growBounds(rotateBounds(box, rotation), style.stroke_width / 2);
  return { svg, bounds, figures: [{ kind: "ring", length, bounds, ...outlineOf(style, length, bounds) }] };
}

export function drawPolygon({ points }: Geometries["polygon"], style: Style, canvas: Canvas): Shape {
  const [first] = points;
  const outline: readonly Point[] = first ? [...points, first] : points;
  const length = lineLength(outline);
  const bounds = growBounds(boundsOf(points), style.stroke_width / 2);
  const paint = toPaint(style.stroke);
  const dashed = dashArray(style, length) !== undefined;
  const apart = paint && style.stroke_width > 0 && length > 0 && style.opacity === 1 && !dashed;
  const stroke = apart ? toStroke(outline, paint, style, canvas) : undefined;
  if (stroke && style.fill === null) return { svg: "", bounds, stroke, figures: [] };
  const rest = stroke ? { ...style, stroke: null } : style;
  const more = { "stroke-linejoin": "round", "stroke-linecap": style.dash ? undefined : "round" };
  const svg = `<path${attributes({ d: linePath(points, true), ...areaAttributes(rest, length), ...more })}/>`;
  const figures: Figure[] = [{ kind: "path", points: outline, ...outlineOf(rest, length, bounds) }];
  return { svg, bounds, ...(stroke && { stroke }), figures };
}

/** SVG's `rotate()` about the centre of `box`; undefined if there is no rotation. */
export function rotate(box: Bounds, degrees: number): string | undefined {
  if (degrees === 0) return undefined;
  const cx = (box.left + box.right) / 2;
  const cy = (box.top + box.bottom) / 2;
  return `rotate(${[degrees, cx, cy].map(formatNumber).join(" ")})`;
}

/** SVG does not draw a rectangle or ellipse without width or height. Draws a line from corner to corner instead. */
function drawFlat(box: Bounds, rotation: number, style: Style, canvas: Canvas): Shape {
  const line = drawLine(
    {
      points: [
        [box.left, box.top],
        [box.right, box.bottom],
      ],
    },
    style,
    // A stroke can't be rotated.
    { ...canvas, wantsStroke: undefined },
  );
  const transform = rotate(box, rotation);
  return {
    svg: transform === undefined ? line.svg : `<g${attributes({ transform })}>${line.svg}</g>`,
    bounds: growBounds(rotateBounds(box, rotation), style.stroke_width),
    figures: line.figures,
  };
}

/** What a figure says of an outline of `length` pixels. */
function outlineOf(style: Style, length: number, bounds: Bounds) {
  const filled = style.fill !== null;
  const stroked = style.stroke !== null && style.stroke_width > 0;
  return {
    edges: (filled ? 1 : 0) + (stroked ? 2 : 0),
    dashes: stroked ? countDashes(style, length) : 0,
    inside: filled ? bounds : undefined,
  };
}

function areaAttributes(style: Style, length: number): Attributes {
  const stroke = toPaint(style.stroke);
  return {
    ...fillAttributes(toPaint(style.fill)),
    ...(stroke && strokeAttributes(stroke, style.stroke_width)),
    "stroke-dasharray": stroke ? dashArray(style, length) : undefined,
  };
}
