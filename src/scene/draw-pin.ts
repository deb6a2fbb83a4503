import type { Style } from "../protocol/model/annotation.ts";
import type { Geometries, Point } from "../protocol/model/geometry.ts";
import { boundsOf, containsBounds, growBounds } from "./bounds.ts";
import { outlineWithin } from "./edges.ts";
import { fillAttributes, isLight, toPaint } from "./paint.ts";
import type { Canvas, Shape } from "./shape.ts";
import { attributes, formatNumber, formatPoint } from "./svg-text.ts";

/** The head's radius in stroke widths, at least so many pixels: a pin must be seen. */
const RADIUS_STROKES = 3;
const RADIUS_MIN = 6;
/** From the tip to the head's centre, in radii. */
const REACH = 2.2;

/** From the tip to the head: up where that fits, else the first way that does. */
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

/** A pin whose tip is the point, turned so that it stays inside the picture. `fill` is the eye in its head. */
export function drawPin({ x, y }: Geometries["point"], style: Style, canvas: Canvas): Shape {
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
  const direction = directions.find((way) => containsBounds(canvas.picture, boundsTowards(way))) ??
    directions[0] ?? [0, -1];
  const bounds = growBounds(boundsTowards(direction), rim);

  const body = toPaint(style.stroke) ?? toPaint(style.fill);
  if (!body) return { svg: "", bounds, edges: 0 };
  const [dx, dy] = direction;
  const [hx, hy]: Point = [x + dx * REACH * radius, y + dy * REACH * radius];
  // The straight sides touch the head where they are tangents: cos of the angle there is radius / reach.
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
    // The rim is outside only: the tip stays where the point is.
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
  // About: the outline, its rim's two sides, and the eye.
  const edges = outlineWithin(4 * 2 * Math.PI * radius, bounds, canvas.picture);
  return { svg: `<path${attributes(outline)}/><circle${attributes(eye)}/>`, bounds, edges };
}
