import type { Annotation } from "../protocol/model/annotation.ts";
import type { Geometries, Point } from "../protocol/model/geometry.ts";
import { boundsCenter, rotateBounds, type Bounds } from "../scene/bounds.ts";
import { rotate } from "../scene/draw-areas.ts";
import type { LayoutText } from "../scene/shape.ts";
import { attributes, formatNumber } from "../scene/svg-text.ts";
import { turnPoints } from "../scene/turn-points.ts";

/**
 * The part of an image that an annotation is about, in terms of W3C's Web Annotation Data Model. `PointSelector` is not
 * part of that model. IIIF defines it (https://iiif.io/api/registry/selectors, with the context of its Presentation API
 * 3).
 */
export type Selector =
  | { type: "FragmentSelector"; conformsTo: string; value: string }
  | { type: "SvgSelector"; value: string }
  | { "@context": string; type: "PointSelector"; x: number; y: number };

/** Media Fragments URI 1.0 (§4.2.2): `xywh=pixel:`. Its grammar has no minus sign. Viewers read and write fractions. */
const MEDIA_FRAGMENTS = "http://www.w3.org/TR/media-frags/";
const IIIF_PRESENTATION = "http://iiif.io/api/presentation/3/context.json";
const SVG = "http://www.w3.org/2000/svg";

/**
 * The selector of an annotation, in pixels of the upright image. Its forms are those that both a strict XML reader
 * and Annotorious (3.8, test/e2e/annotorious.test.ts) understand:
 * - a rectangle along the axes is a fragment; one that is turned or reaches beyond the top or left is a `<rect>`;
 * - an open line is a `<path>` without Z, since Annotorious throws at `<polyline>` and the whole page fails to load;
 * - a point is a list of two selectors that say the same, since Annotorious skips an annotation with a PointSelector
 *   alone.
 */
export function toSelector(annotation: Annotation, layoutText: LayoutText): Selector | Selector[] {
  switch (annotation.type) {
    case "box":
      return boxSelector(annotation.geometry);
    case "ellipse":
      return ellipseSelector(annotation.geometry);
    case "text": {
      const { x, y, width: wrapWidth, rotation } = annotation.geometry;
      const { width, height } = layoutText(annotation.text, annotation.style.font_size, wrapWidth);
      return boxSelector({ x, y, width: Math.max(width, wrapWidth ?? 0), height, rotation });
    }
    case "polygon":
      return polygonSelector(annotation.geometry.points);
    case "line":
    case "arrow":
    case "polyline":
    case "freehand":
      return lineSelector(annotation.geometry.points);
    case "point": {
      const { x, y } = annotation.geometry;
      return pointSelector([x, y]);
    }
  }
}

function boxSelector({ x, y, width, height, rotation = 0 }: Geometries["box"]): Selector | Selector[] {
  const box = { left: x, top: y, right: x + width, bottom: y + height };
  if (width === 0 || height === 0) return flatSelector(box, rotation);
  // After quarter turns the sides still run along the axes.
  if (rotation % 90 === 0) return rectSelector(rotateBounds(box, rotation));
  return svgSelector(`<rect${attributes({ x, y, width, height, transform: rotate(box, rotation) })}/>`);
}

/** The selector of a rectangle along the axes that has an inside. */
function rectSelector({ left, top, right, bottom }: Bounds): Selector {
  const [x = 0, y = 0, width = 0, height = 0] = [left, top, right - left, bottom - top].map(round);
  // A side shorter than 1/1000 pixel would be written as 0.
  const sides = { x, y, width: Math.max(width, SIDE_MIN), height: Math.max(height, SIDE_MIN) };
  if (x < 0 || y < 0) return svgSelector(`<rect${attributes(sides)}/>`);
  const value = `xywh=pixel:${Object.values(sides).map(formatNumber).join(",")}`;
  return { type: "FragmentSelector", conformsTo: MEDIA_FRAGMENTS, value };
}

/** The smallest number that `formatNumber` writes, in pixels. */
const SIDE_MIN = 0.001;

/** A box or ellipse without width or height becomes the line that it is drawn as. */
function flatSelector(box: Bounds, rotation: number): Selector | Selector[] {
  const ends: Point[] = [
    [box.left, box.top],
    [box.right, box.bottom],
  ];
  return lineSelector(turnPoints(ends, boundsCenter(box), rotation));
}

function ellipseSelector({ cx, cy, rx, ry, rotation = 0 }: Geometries["ellipse"]): Selector | Selector[] {
  if (rx === 0 || ry === 0) {
    return flatSelector({ left: cx - rx, top: cy - ry, right: cx + rx, bottom: cy + ry }, rotation);
  }
  if (rotation % 180 !== 0 && rotation % 90 === 0) return ellipseSelector({ cx, cy, rx: ry, ry: rx });
  if (rotation % 180 === 0) {
    const ellipse = attributes({ cx, cy, rx, ry });
    // Strict readers need the namespace. With one, Annotorious looks for these attributes at the root, where they mean
    // nothing to others.
    return { type: "SvgSelector", value: `<svg xmlns="${SVG}"${ellipse}><ellipse${ellipse}/></svg>` };
  }
  const [start = [cx, cy], end = [cx, cy]] = turnPoints(
    [
      [cx - rx, cy],
      [cx + rx, cy],
    ],
    [cx, cy],
    rotation,
  );
  // Annotorious has no rotated ellipses. It keeps the curves of a path only if there are spaces around the A, and
  // otherwise makes it a polygon.
  const arc = ` A ${[rx, ry, rotation, 1, 0].map(formatNumber).join(" ")}`;
  return svgSelector(
    `<path${attributes({ d: `M${join(start)}${arc} ${join(end)}${arc} ${join(start)} Z` })}/>`,
  );
}

function polygonSelector(points: readonly Point[]): Selector | Selector[] {
  const written = points.map(join);
  const [first] = points;
  if (first && new Set(written).size === 1) return pointSelector(first);
  return svgSelector(`<polygon${attributes({ points: written.join(" ") })}/>`);
}

/** The selector of an open line. If all points are equal, it is a point. */
function lineSelector(points: readonly Point[]): Selector | Selector[] {
  const written = points.map(join);
  const [first] = points;
  if (first && new Set(written).size === 1) return pointSelector(first);
  return svgSelector(`<path${attributes({ d: `M${written.join(" L")}` })}/>`);
}

/**
 * The pixel that contains the point, for readers that take the first selector and know no points; then the point
 * itself.
 */
function pointSelector([x, y]: Point): Selector[] {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  return [
    rectSelector({ left, top, right: left + 1, bottom: top + 1 }),
    { "@context": IIIF_PRESENTATION, type: "PointSelector", x: round(x), y: round(y) },
  ];
}

function svgSelector(shape: string): Selector {
  return { type: "SvgSelector", value: `<svg xmlns="${SVG}">${shape}</svg>` };
}

function join([x, y]: Point): string {
  return `${formatNumber(x)},${formatNumber(y)}`;
}

function round(value: number): number {
  return Number(formatNumber(value));
}
