import type { Annotation } from "../../protocol/model/annotation.ts";
import type { Bounds } from "../../scene/bounds.ts";
import { formatNumber, linePath } from "../../scene/svg-text.ts";

/** The line of a mark as one SVG element in image pixels, for what is drawn around or over marks. */
export function outlineOf(
  mark: Annotation,
  bounds: Bounds,
): { name: string; attributes: Record<string, string> } {
  switch (mark.type) {
    case "box": {
      const { x, y, width, height, rotation = 0 } = mark.geometry;
      const turn = rotate(rotation, x + width / 2, y + height / 2);
      return element("rect", { x, y, width, height, ...turn });
    }
    case "ellipse": {
      const { cx, cy, rx, ry, rotation = 0 } = mark.geometry;
      return element("ellipse", { cx, cy, rx, ry, ...rotate(rotation, cx, cy) });
    }
    case "polygon":
      return element("path", { d: linePath(mark.geometry.points, true) });
    case "line":
    case "arrow":
    case "polyline":
    case "freehand":
      return element("path", { d: linePath(mark.geometry.points, false) });
    case "text":
    case "point": {
      const { left, top, right, bottom } = bounds;
      return element("rect", { x: left, y: top, width: right - left, height: bottom - top });
    }
  }
}

function element(name: string, values: Record<string, string | number>) {
  const written = Object.entries(values).map(([key, value]) => [
    key,
    typeof value === "number" ? formatNumber(value) : value,
  ]);
  return { name, attributes: Object.fromEntries(written) as Record<string, string> };
}

function rotate(degrees: number, cx: number, cy: number): Record<string, string> {
  return degrees === 0 ? {} : { transform: `rotate(${[degrees, cx, cy].map(formatNumber).join(" ")})` };
}
