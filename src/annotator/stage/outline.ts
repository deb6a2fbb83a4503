import type { Shape } from "../../protocol/model/geometry.ts";
import type { Bounds } from "../../scene/bounds.ts";
import { linePath } from "../../scene/svg-text.ts";
import { createSvg } from "./svg.ts";

/** The radius of the circle that stands for a point or a text whose bounds are not known, in image pixels. */
const PLACE_RADIUS = 12;

/**
 * The line of a shape as one SVG element in image pixels, for what is drawn around or over marks.
 *
 * @param bounds of a text or a point, as the scene draws it. Absent: a circle stands for it
 */
export function drawOutline(shape: Shape, className: string, bounds?: Bounds): SVGElement {
  const outline = drawShape(shape, bounds);
  outline.setAttribute("class", className);
  return outline;
}

function drawShape(shape: Shape, bounds: Bounds | undefined): SVGElement {
  switch (shape.type) {
    case "box": {
      const { x, y, width, height, rotation = 0 } = shape.geometry;
      return createSvg("rect", { x, y, width, height, ...turn(rotation, x + width / 2, y + height / 2) });
    }
    case "ellipse": {
      const { cx, cy, rx, ry, rotation = 0 } = shape.geometry;
      return createSvg("ellipse", { cx, cy, rx, ry, ...turn(rotation, cx, cy) });
    }
    case "point":
    case "text": {
      const { x, y } = shape.geometry;
      if (!bounds) return createSvg("circle", { cx: x, cy: y, r: PLACE_RADIUS });
      const { left, top, right, bottom } = bounds;
      return createSvg("rect", { x: left, y: top, width: right - left, height: bottom - top });
    }
    case "polygon":
      return createSvg("path", { d: linePath(shape.geometry.points, true) });
    default:
      return createSvg("path", { d: linePath(shape.geometry.points, false) });
  }
}

function turn(degrees: number, cx: number, cy: number): Record<string, string> {
  return degrees === 0 ? {} : { transform: `rotate(${degrees} ${cx} ${cy})` };
}
