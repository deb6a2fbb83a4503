import { LINE_HEIGHT } from "../../../text/line.ts";
import type { Annotation } from "../../../protocol/model/annotation.ts";
import type { Point } from "../../../protocol/model/geometry.ts";
import type { Bounds } from "../../../scene/bounds.ts";
import { boundsOf, rotateBounds, uniteBounds } from "../../../scene/bounds.ts";
import { turnPoint } from "./coordinates.ts";

/** The rectangle around a mark that its handles are on, turned with it. */
export interface Frame {
  cx: number;
  cy: number;
  width: number;
  height: number;
  /** Degrees clockwise about the centre. */
  rotation: number;
}

/**
 * @param drawn what the scene draws of it; only a text needs it, whose size depends on its letters
 */
export function frameOf(mark: Annotation, drawn: Bounds | undefined): Frame {
  switch (mark.type) {
    case "box": {
      const { x, y, width, height, rotation = 0 } = mark.geometry;
      return { cx: x + width / 2, cy: y + height / 2, width, height, rotation };
    }
    case "ellipse": {
      const { cx, cy, rx, ry, rotation = 0 } = mark.geometry;
      return { cx, cy, width: 2 * rx, height: 2 * ry, rotation };
    }
    case "text":
      return frameOfText(mark, drawn);
    case "point":
      return { cx: mark.geometry.x, cy: mark.geometry.y, width: 0, height: 0, rotation: 0 };
    case "line":
    case "arrow":
    case "polyline":
    case "polygon":
    case "freehand":
      return frameOfBounds(boundsOf(mark.geometry.points));
  }
}

export function frameOfBounds({ left, top, right, bottom }: Bounds): Frame {
  const [cx, cy] = [(left + right) / 2, (top + bottom) / 2];
  return { cx, cy, width: right - left, height: bottom - top, rotation: 0 };
}

/** The bounds of a turned frame. */
export function boundsOfFrame({ cx, cy, width, height, rotation }: Frame): Bounds {
  const level = {
    left: cx - width / 2,
    top: cy - height / 2,
    right: cx + width / 2,
    bottom: cy + height / 2,
  };
  return rotateBounds(level, rotation);
}

/** One frame around several; of one it is its own. */
export function frameAround(frames: readonly Frame[]): Frame | undefined {
  const [first, ...others] = frames;
  if (!first || others.length === 0) return first;
  return frameOfBounds(others.map(boundsOfFrame).reduce(uniteBounds, boundsOfFrame(first)));
}

/** A place in a frame: -1 to 1 from its left to its right edge, and from its top to its bottom. */
export function pointInFrame(
  { cx, cy, width, height, rotation }: Frame,
  across: number,
  down: number,
): Point {
  return turnPoint([cx + (across * width) / 2, cy + (down * height) / 2], [cx, cy], rotation);
}

export function cornersOf(frame: Frame): [Point, Point, Point, Point] {
  return [
    pointInFrame(frame, -1, -1),
    pointInFrame(frame, 1, -1),
    pointInFrame(frame, 1, 1),
    pointInFrame(frame, -1, 1),
  ];
}

/**
 * Texts turn about their centre, and that is the centre of what the scene draws, turned or not. `x` and `y` are half a
 * box away from it.
 */
function frameOfText(mark: Extract<Annotation, { type: "text" }>, drawn: Bounds | undefined): Frame {
  const { x, y, width: wrap, rotation = 0 } = mark.geometry;
  if (drawn) {
    const [cx, cy] = [(drawn.left + drawn.right) / 2, (drawn.top + drawn.bottom) / 2];
    return { cx, cy, width: Math.max(0, 2 * (cx - x)), height: Math.max(0, 2 * (cy - y)), rotation };
  }
  const size = mark.style.font_size;
  const width = wrap ?? size;
  const height = mark.text.split("\n").length * LINE_HEIGHT * size;
  return { cx: x + width / 2, cy: y + height / 2, width, height, rotation };
}
