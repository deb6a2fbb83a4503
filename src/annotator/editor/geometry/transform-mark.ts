import type { Annotation, AnnotationPatch } from "../../../protocol/model/annotation.ts";
import { FONT_SIZE_MAX } from "../../../protocol/limits.ts";
import type { Point } from "../../../protocol/model/geometry.ts";
import { toCoordinate, toLength, toPoint, toRotation, turnPoint } from "./coordinates.ts";
import type { Frame } from "./frame.ts";

/** How marks are moved, resized or turned: the same for one and for many. Everything in image pixels and degrees. */
export type Transform =
  | { kind: "move"; dx: number; dy: number }
  /** Scales along axes that are turned by `angle`; `anchor` stays. Below 0 it mirrors. */
  | { kind: "scale"; anchor: Point; angle: number; sx: number; sy: number }
  | { kind: "turn"; center: Point; degrees: number }
  /** Of texts: how wide their lines are. `dx` and `dy` move the centre. */
  | { kind: "wrap"; width: number; dx: number; dy: number };

/** Letters as small as a document takes. */
const FONT_SIZE_MIN = 1;

/**
 * What a transform changes in a mark. It depends on nothing but the mark, so that the room can make it anew where
 * somebody else has changed the mark meanwhile.
 *
 * @param frame of the mark, before; texts need it
 */
export function transformMark(mark: Annotation, frame: Frame, transform: Transform): AnnotationPatch {
  const place = (point: Point): Point => placePoint(point, transform);
  switch (mark.type) {
    case "point": {
      const [x, y] = toPoint(place([mark.geometry.x, mark.geometry.y]));
      return { geometry: { x, y } };
    }
    case "box": {
      const { cx, cy, width, height, rotation } = transformFrame(frame, transform);
      const corner = { x: toCoordinate(cx - width / 2), y: toCoordinate(cy - height / 2) };
      return {
        geometry: { ...corner, width: toLength(width), height: toLength(height), ...rotated(rotation) },
      };
    }
    case "ellipse": {
      const { cx, cy, width, height, rotation } = transformFrame(frame, transform);
      const radii = { rx: toLength(width / 2), ry: toLength(height / 2) };
      return { geometry: { cx: toCoordinate(cx), cy: toCoordinate(cy), ...radii, ...rotated(rotation) } };
    }
    case "text":
      return transformText(mark, frame, transform);
    case "line":
    case "arrow":
    case "polyline":
    case "polygon":
    case "freehand":
      return { geometry: { points: mark.geometry.points.map((point) => toPoint(place(point))) } };
  }
}

/** Where a transform puts a frame. */
export function transformFrame(frame: Frame, transform: Transform): Frame {
  const [cx, cy] = placePoint([frame.cx, frame.cy], transform);
  const moved = { ...frame, cx, cy };
  if (transform.kind === "turn")
    return { ...moved, rotation: toRotation(frame.rotation + transform.degrees) };
  if (transform.kind === "wrap") return { ...moved, width: transform.width };
  if (transform.kind === "move") return moved;
  const { angle, sx, sy } = transform;
  // A frame that is turned in another way than the axes would be sheared. It keeps its right angles instead.
  const apart = ((frame.rotation - angle) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(apart), Math.sin(apart)];
  const isMirrored = sx * sy < 0;
  return {
    ...moved,
    width: frame.width * Math.hypot(sx * cos, sy * sin),
    height: frame.height * Math.hypot(sx * sin, sy * cos),
    rotation: isMirrored ? toRotation(2 * angle - frame.rotation) : frame.rotation,
  };
}

/** Where a transform puts a point. */
export function placePoint(point: Point, transform: Transform): Point {
  switch (transform.kind) {
    case "move":
    case "wrap":
      return [point[0] + transform.dx, point[1] + transform.dy];
    case "turn":
      return turnPoint(point, transform.center, transform.degrees);
    case "scale": {
      const { anchor, angle, sx, sy } = transform;
      const [x, y] = turnPoint(point, anchor, -angle);
      return turnPoint([anchor[0] + (x - anchor[0]) * sx, anchor[1] + (y - anchor[1]) * sy], anchor, angle);
    }
  }
}

/** The letters of a text grow evenly: they can't be stretched. */
function transformText(
  mark: Extract<Annotation, { type: "text" }>,
  frame: Frame,
  transform: Transform,
): AnnotationPatch {
  const { width: wrap } = mark.geometry;
  const after = transformFrame(frame, transform);
  let factor = 1;
  if (transform.kind === "scale") {
    const size = mark.style.font_size;
    const wanted = size * Math.sqrt(Math.abs(transform.sx * transform.sy));
    factor = Math.min(FONT_SIZE_MAX, Math.max(FONT_SIZE_MIN, toCoordinate(wanted))) / size;
    after.width = frame.width * factor;
    after.height = frame.height * factor;
    after.rotation = frame.rotation;
  }
  const width = transform.kind === "wrap" ? transform.width : wrap === undefined ? undefined : wrap * factor;
  return {
    geometry: {
      x: toCoordinate(after.cx - after.width / 2),
      y: toCoordinate(after.cy - after.height / 2),
      ...(width !== undefined && { width: toLength(width) }),
      ...rotated(after.rotation),
    },
    ...(factor !== 1 && { style: { font_size: toCoordinate(mark.style.font_size * factor) } }),
  };
}

/** Level marks have no rotation. */
function rotated(rotation: number): { rotation?: number } {
  return rotation === 0 ? {} : { rotation };
}
