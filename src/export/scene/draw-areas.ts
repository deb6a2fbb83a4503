import type { Style } from "../../protocol/annotation.ts";
import type { Geometries } from "../../protocol/geometry.ts";
import { boundsOf, growBounds, rotateBounds, type Bounds } from "./bounds.ts";
import { drawLine, lineLength } from "./draw-lines.ts";
import { dashArray, fillAttributes, strokeAttributes, toPaint, type Attributes } from "./paint.ts";
import type { Shape } from "./shape.ts";
import { attributes, formatNumber, linePath } from "./svg-text.ts";

/** Closed shapes: `fill` inside, `stroke` centred on the edge. One without an inside is drawn as the line it has become. */

export function drawBox({ x, y, width, height, rotation = 0 }: Geometries["box"], style: Style): Shape {
  const box = { left: x, top: y, right: x + width, bottom: y + height };
  if (width === 0 || height === 0) return drawFlat(box, rotation, style);
  const sides = { x, y, width, height };
  const more = { "stroke-linejoin": "miter", transform: rotate(box, rotation) };
  const svg = `<rect${attributes({ ...sides, ...areaAttributes(style, 2 * (width + height)), ...more })}/>`;
  // A mitred corner reaches √2 times as far as the edge.
  return { svg, bounds: growBounds(rotateBounds(box, rotation), style.stroke_width * Math.SQRT1_2) };
}

export function drawEllipse({ cx, cy, rx, ry, rotation = 0 }: Geometries["ellipse"], style: Style): Shape {
  const box = { left: cx - rx, top: cy - ry, right: cx + rx, bottom: cy + ry };
  if (rx === 0 || ry === 0) return drawFlat(box, rotation, style);
  const length = Math.PI * (rx + ry);
  const more = { transform: rotate(box, rotation) };
  const svg = `<ellipse${attributes({ cx, cy, rx, ry, ...areaAttributes(style, length), ...more })}/>`;
  return { svg, bounds: growBounds(rotateBounds(box, rotation), style.stroke_width / 2) };
}

export function drawPolygon({ points }: Geometries["polygon"], style: Style): Shape {
  const [first] = points;
  const length = first ? lineLength([...points, first]) : 0;
  const more = { "stroke-linejoin": "round", "stroke-linecap": style.dash ? undefined : "round" };
  const svg = `<path${attributes({ d: linePath(points, true), ...areaAttributes(style, length), ...more })}/>`;
  return { svg, bounds: growBounds(boundsOf(points), style.stroke_width / 2) };
}

/** `rotate()` about the centre of `box`; undefined where nothing turns. */
export function rotate(box: Bounds, degrees: number): string | undefined {
  if (degrees === 0) return undefined;
  const cx = (box.left + box.right) / 2;
  const cy = (box.top + box.bottom) / 2;
  return `rotate(${[degrees, cx, cy].map(formatNumber).join(" ")})`;
}

/** SVG draws no rectangle or ellipse without width or height: here it is a line from corner to corner. */
function drawFlat(box: Bounds, rotation: number, style: Style): Shape {
  const line = drawLine(
    {
      points: [
        [box.left, box.top],
        [box.right, box.bottom],
      ],
    },
    style,
  );
  const transform = rotate(box, rotation);
  return {
    svg: transform === undefined ? line.svg : `<g${attributes({ transform })}>${line.svg}</g>`,
    bounds: growBounds(rotateBounds(box, rotation), style.stroke_width),
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
