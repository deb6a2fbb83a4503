import type { Annotation } from "../../protocol/annotation.ts";
import { geometrySchemas, type Geometries, type Point } from "../../protocol/geometry.ts";
import { boundsCenter, rotateBounds, type Bounds } from "./bounds.ts";
import type { LayoutText } from "./shape.ts";
import { attributes, formatNumber } from "./svg-text.ts";

/**
 * Which part of a picture an annotation is about, as W3C's Web Annotation Data Model has it. A `PointSelector` is not among the model's
 * own selectors; it is IIIF's (https://iiif.io/api/registry/selectors, with the context of its Presentation API 3).
 */
export type Selector =
  | { type: "FragmentSelector"; conformsTo: string; value: string }
  | { type: "SvgSelector"; value: string }
  | { "@context": string; type: "PointSelector"; x: number; y: number };

/** Media Fragments URI 1.0 (§4.2.2): `xywh=pixel:`. Its grammar knows no minus; viewers read and write fractions. */
const MEDIA_FRAGMENTS = "http://www.w3.org/TR/media-frags/";
const IIIF_PRESENTATION = "http://iiif.io/api/presentation/3/context.json";

/**
 * The selector of an annotation, in pixels of the upright picture. A rectangle along the axes is a fragment, a point a point, anything
 * else one SVG shape without style and transform, as the model's §4.2.7 asks. A rectangle that a fragment can't say, because it
 * reaches beyond the top left or has no inside, is SVG, too.
 */
export function toSelector({ type, geometry, style, text }: Annotation, layoutText: LayoutText): Selector {
  switch (type) {
    case "box":
      return boxSelector(geometrySchemas.box.parse(geometry));
    case "ellipse":
      return ellipseSelector(geometrySchemas.ellipse.parse(geometry));
    case "text": {
      const { x, y, width: wrapWidth, rotation } = geometrySchemas.text.parse(geometry);
      const { width, height } = layoutText(text, style.font_size, wrapWidth);
      return boxSelector({ x, y, width: Math.max(width, wrapWidth ?? 0), height, rotation });
    }
    case "polygon":
      return pointsSelector("polygon", geometrySchemas.polygon.parse(geometry).points);
    case "line":
    case "arrow":
    case "polyline":
    case "freehand":
      return pointsSelector("polyline", geometrySchemas[type].parse(geometry).points);
    case "point": {
      const { x, y } = geometrySchemas.point.parse(geometry);
      return pointSelector([x, y]);
    }
  }
}

function boxSelector({ x, y, width, height, rotation = 0 }: Geometries["box"]): Selector {
  const box = { left: x, top: y, right: x + width, bottom: y + height };
  if (width === 0 && height === 0) return pointSelector([x, y]);
  if (rotation % 90 === 0) {
    const { left, top, right, bottom } = rotateBounds(box, rotation);
    const sides = [left, top, right - left, bottom - top].map(round);
    const [fromLeft = 0, fromTop = 0, across = 0, down = 0] = sides;
    if (fromLeft >= 0 && fromTop >= 0 && across > 0 && down > 0) {
      const value = `xywh=pixel:${sides.map(formatNumber).join(",")}`;
      return { type: "FragmentSelector", conformsTo: MEDIA_FRAGMENTS, value };
    }
  }
  return pointsSelector("polygon", turn(corners(box), boundsCenter(box), rotation));
}

function ellipseSelector({ cx, cy, rx, ry, rotation = 0 }: Geometries["ellipse"]): Selector {
  const center: Point = [cx, cy];
  if (rx === 0 || ry === 0) {
    const ends: Point[] = [
      [cx - rx, cy - ry],
      [cx + rx, cy + ry],
    ];
    return pointsSelector("polyline", turn(ends, center, rotation));
  }
  if (rotation % 180 === 0) return svgSelector(`<ellipse${attributes({ cx, cy, rx, ry })}/>`);
  const [start = center, end = center] = turn(
    [
      [cx - rx, cy],
      [cx + rx, cy],
    ],
    center,
    rotation,
  );
  const arc = `A${[rx, ry, rotation, 1, 0].map(formatNumber).join(" ")}`;
  const d = `M${join(start)} ${arc} ${join(end)} ${arc} ${join(start)} Z`;
  return svgSelector(`<path${attributes({ d })}/>`);
}

/** Points that fall together are no line. */
function pointsSelector(element: "polygon" | "polyline", points: readonly Point[]): Selector {
  const [first = [0, 0]] = points;
  const written = points.map(join);
  if (new Set(written).size === 1) return pointSelector(first);
  return svgSelector(`<${element}${attributes({ points: written.join(" ") })}/>`);
}

function pointSelector([x, y]: Point): Selector {
  return { "@context": IIIF_PRESENTATION, type: "PointSelector", x: round(x), y: round(y) };
}

function svgSelector(shape: string): Selector {
  return { type: "SvgSelector", value: `<svg xmlns="http://www.w3.org/2000/svg">${shape}</svg>` };
}

function corners({ left, top, right, bottom }: Bounds): Point[] {
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

/** Points turned clockwise about a centre. */
function turn(points: readonly Point[], [cx, cy]: Point, degrees: number): Point[] {
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  return points.map(([x, y]) => [cx + (x - cx) * cos - (y - cy) * sin, cy + (x - cx) * sin + (y - cy) * cos]);
}

function join([x, y]: Point): string {
  return `${formatNumber(x)},${formatNumber(y)}`;
}

function round(value: number): number {
  return Number(formatNumber(value));
}
