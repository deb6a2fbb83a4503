import type { Shape } from "../../protocol/model/geometry.ts";

const SVG = "http://www.w3.org/2000/svg";

/** The side of the square that stands for a point or a text, as a part of the picture. */
const PLACE_SIZE = 24;

/** The outline of a shape in image pixels, for what the tool itself draws over the marks. */
export function drawOutline(shape: Shape): SVGElement {
  switch (shape.type) {
    case "box": {
      const { x, y, width, height, rotation = 0 } = shape.geometry;
      return turn(draw("rect", { x, y, width, height }), rotation, x + width / 2, y + height / 2);
    }
    case "ellipse": {
      const { cx, cy, rx, ry, rotation = 0 } = shape.geometry;
      return turn(draw("ellipse", { cx, cy, rx, ry }), rotation, cx, cy);
    }
    case "point":
    case "text": {
      const { x, y } = shape.geometry;
      return draw("circle", { cx: x, cy: y, r: PLACE_SIZE / 2 });
    }
    case "polygon":
      return draw("polygon", { points: shape.geometry.points.join(" ") });
    default:
      return draw("polyline", { points: shape.geometry.points.join(" ") });
  }
}

function draw(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

function turn(element: SVGElement, degrees: number, cx: number, cy: number): SVGElement {
  if (degrees !== 0) element.setAttribute("transform", `rotate(${degrees} ${cx} ${cy})`);
  return element;
}
