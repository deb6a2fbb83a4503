import type { Annotation } from "../../protocol/model/annotation.ts";
import { boundsOf, type Bounds, growBounds, rotateBounds } from "../../scene/bounds.ts";
import { placePin } from "../../scene/draw-pin.ts";
import { arrowHeadHalfWidth } from "../../scene/draw-lines.ts";
import { textBounds } from "../../scene/draw-text.ts";
import type { Size } from "./view-geometry.ts";

/** Pixels of a laid-out text. */
export type MeasureText = (mark: Pick<TextMark, "text" | "style" | "geometry">) => Size;
type TextMark = Extract<Annotation, { type: "text" }>;

/**
 * The bounds of a mark as the scene draws it, without drawing it. An arrow's may be larger by a part of its head.
 *
 * @param picture pixels of the picture: pins turn away from its edges
 */
export function markBounds(mark: Annotation, picture: Size, measureText: MeasureText): Bounds {
  const width = mark.style.stroke_width;
  switch (mark.type) {
    case "box": {
      const { x, y, width: w, height: h, rotation = 0 } = mark.geometry;
      const isFlat = w === 0 || h === 0;
      const box = rotateBounds({ left: x, top: y, right: x + w, bottom: y + h }, rotation);
      return growBounds(box, isFlat ? width : width * Math.SQRT1_2);
    }
    case "ellipse": {
      const { cx, cy, rx, ry, rotation = 0 } = mark.geometry;
      const isFlat = rx === 0 || ry === 0;
      const box = rotateBounds({ left: cx - rx, top: cy - ry, right: cx + rx, bottom: cy + ry }, rotation);
      return growBounds(box, isFlat ? width : width / 2);
    }
    case "arrow":
      return growBounds(boundsOf(mark.geometry.points), width / 2 + arrowHeadHalfWidth(width));
    case "line":
    case "polyline":
    case "polygon":
    case "freehand":
      return growBounds(boundsOf(mark.geometry.points), width / 2);
    case "text":
      return textBounds(mark.geometry, measureText(mark), mark.style);
    case "point":
      return placePin(mark.geometry, mark.style, {
        left: 0,
        top: 0,
        right: picture.width,
        bottom: picture.height,
      }).bounds;
  }
}
