import type { Annotation, AnnotationPatch } from "../../../protocol/model/annotation.ts";
import type { Point } from "../../../protocol/model/geometry.ts";
import { ANGLE_STEP, straighten } from "../../editor/geometry/between-points.ts";
import type { Frame } from "../../editor/geometry/frame.ts";
import { resizeTransform, wrapTransform } from "../../editor/geometry/resize.ts";
import { type Transform, transformMark } from "../../editor/geometry/transform-mark.ts";
import { insertVertex, moveVertex, type VertexMark } from "../../editor/geometry/vertices.ts";
import { frameNow } from "../../editor/mark-commands.ts";
import type { Aim } from "../tool.ts";
import type { Handle } from "./handles.ts";
import type { MarkChange } from "./mark-drag.ts";

/** The selection as it was when the drag began. */
export interface DragStart {
  frames: ReadonlyMap<string, Frame>;
  /** The marks that are dragged: they don't snap to each other. */
  ids: ReadonlySet<string>;
  /** Around all of them. */
  frame: Frame;
  /** The only one, if it is a text: its lines can be made wider. */
  text: Annotation | undefined;
  cornered: VertexMark | undefined;
  /** From the pointer to the middle of the handle, in image pixels: it must not jump. */
  grip: Point;
  /** Where the press was, in image pixels. */
  from: Point;
}

/** What dragging a handle to a place does to each mark. `snap` may say a place nearby. */
export function dragHandle(
  handle: Handle,
  start: DragStart,
  aim: Aim,
  snap: (aim: Aim) => Point,
): MarkChange {
  const held: Aim = { ...aim, at: [aim.at[0] + start.grip[0], aim.at[1] + start.grip[1]] };
  switch (handle.kind) {
    case "vertex":
    case "between":
      return dragCorner(handle, start, held, snap);
    case "turn":
      return applyTransform(start, turnTo(start.frame, start.from, aim));
    case "frame":
      return applyTransform(start, resizeTo(handle, start, held, snap));
  }
}

/** The same transform for every mark, made anew for what somebody else has changed. */
export function applyTransform({ frames }: Pick<DragStart, "frames">, transform: Transform): MarkChange {
  const change = (mark: Annotation): AnnotationPatch => {
    const frame = frames.get(mark.id);
    return frame ? transformMark(mark, frameNow(mark, frame), transform) : {};
  };
  return Object.assign(change, { transform });
}

function dragCorner(
  handle: Extract<Handle, { kind: "vertex" | "between" }>,
  { cornered }: DragStart,
  aim: Aim,
  snap: (aim: Aim) => Point,
): MarkChange {
  const neighbour = cornered?.geometry.points.at(handle.at - 1);
  const to = aim.isConstrained && neighbour ? straighten(neighbour, aim.at) : snap(aim);
  const { at } = handle;
  return handle.kind === "vertex" ? (mark) => moveVertex(mark, at, to) : (mark) => insertVertex(mark, at, to);
}

function resizeTo(
  { handle }: Extract<Handle, { kind: "frame" }>,
  { frame, text }: DragStart,
  aim: Aim,
  snap: (aim: Aim) => Point,
): Transform {
  const resize = { frame, handle, to: snap(aim), isCentred: aim.isCentred };
  const isWrap = text?.type === "text" && handle.down === 0;
  if (isWrap) return wrapTransform({ ...resize, isEven: false }, text.style.font_size);
  return resizeTransform({ ...resize, isEven: aim.isConstrained || text !== undefined });
}

function turnTo(frame: Frame, from: Point, { at, isConstrained }: Aim): Transform {
  const { cx, cy } = frame;
  const angle = ([x, y]: Point): number => (Math.atan2(y - cy, x - cx) * 180) / Math.PI;
  let degrees = angle(at) - angle(from);
  if (isConstrained)
    degrees = Math.round((frame.rotation + degrees) / ANGLE_STEP) * ANGLE_STEP - frame.rotation;
  return { kind: "turn", center: [cx, cy], degrees };
}
