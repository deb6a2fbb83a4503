import type { Style } from "../protocol/model/annotation.ts";
import type { Geometries, Point } from "../protocol/model/geometry.ts";
import { type Bounds, boundsOf, containsBounds, growBounds } from "./bounds.ts";
import { fillAttributes, isLight, toPaint } from "./paint.ts";
import type { Canvas, Shape } from "./shape.ts";
import { attributes, formatNumber, formatPoint } from "./svg-text.ts";

/** The head's radius in stroke widths, and at least in pixels, so that a pin can be seen. */
const RADIUS_STROKES = 3;
const RADIUS_MIN = 6;
/** From the tip to the head's centre, in radii. */
const REACH = 2.2;

/** Directions from tip to head. The first one that keeps the pin inside the frame is taken. */
const directions: readonly Point[] = [
  [0, -1],
  [0, 1],
  [-Math.SQRT1_2, -Math.SQRT1_2],
  [Math.SQRT1_2, -Math.SQRT1_2],
  [-Math.SQRT1_2, Math.SQRT1_2],
  [Math.SQRT1_2, Math.SQRT1_2],
  [-1, 0],
  [1, 0],
];

interface PlacedPin {
  radius: number;
  rim: number;
  direction: Point;
  bounds: Bounds;
}

/** Turns a pin so that it stays inside the frame. Nothing is drawn yet: many bounds are asked for at once. */
export function placePin({ x, y }: Geometries["point"], style: Style, frame: Bounds): PlacedPin {
  const radius = Math.max(RADIUS_MIN, RADIUS_STROKES * style.stroke_width);
  const rim = Math.max(1, radius / 8);
  const boundsTowards = ([dx, dy]: Point) => {
    const head: Point = [x + dx * REACH * radius, y + dy * REACH * radius];
    const around = growBounds(boundsOf([head]), radius + rim);
    return growBounds(
      boundsOf([
        [x, y],
        [around.left, around.top],
        [around.right, around.bottom],
      ]),
      0,
    );
  };
  const direction = directions.find((way) => containsBounds(frame, boundsTowards(way))) ??
    directions[0] ?? [0, -1];
  return { radius, rim, direction, bounds: growBounds(boundsTowards(direction), rim) };
}

/**
 * Draws a pin whose tip is the point, turned so that it stays inside the frame. `fill` is the colour of the eye in its
 * head.
 */
export function drawPin({ x, y }: Geometries["point"], style: Style, canvas: Canvas): Shape {
  const { radius, rim, direction, bounds } = placePin({ x, y }, style, canvas.frame);
  const body = toPaint(style.stroke) ?? toPaint(style.fill);
  if (!body) return { svg: "", bounds, figures: [] };
  const [dx, dy] = direction;
  const [hx, hy]: Point = [x + dx * REACH * radius, y + dy * REACH * radius];
  // The straight sides are tangents of the head: the cosine of the angle where they touch is radius / reach.
  const cos = 1 / REACH;
  const sin = Math.sqrt(1 - cos * cos);
  const touch = (side: 1 | -1): Point => [
    hx + radius * (-dx * cos - side * dy * sin),
    hy + radius * (-dy * cos + side * dx * sin),
  ];
  const r = formatNumber(radius);
  const d = `M${formatPoint([x, y])}L${formatPoint(touch(1))}A${r} ${r} 0 1 0 ${formatPoint(touch(-1))}Z`;
  const outline = {
    d,
    ...fillAttributes(body),
    stroke: isLight(body) ? "#111827" : "#ffffff",
    "stroke-width": rim,
    "stroke-linejoin": "round",
    // The rim is only outside, so the tip stays where the point is.
    "paint-order": "stroke",
  };
  const eye = {
    cx: hx,
    cy: hy,
    r: radius * 0.4,
    ...fillAttributes(
      toPaint(style.stroke === null ? null : style.fill) ?? toPaint(isLight(body) ? "#111827" : "#ffffff"),
    ),
  };
  return {
    svg: `<path${attributes(outline)}/><circle${attributes(eye)}/>`,
    bounds,
    // About: the outline, both edges of its rim, and the eye.
    figures: [{ kind: "ring", length: 4 * 2 * Math.PI * radius, bounds, edges: 1 }],
  };
}
