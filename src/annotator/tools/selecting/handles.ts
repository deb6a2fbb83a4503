import type { Point } from "../../../protocol/model/geometry.ts";
import { middle } from "../../editor/geometry/coordinates.ts";
import { type Frame, pointInFrame } from "../../editor/geometry/frame.ts";
import { type FrameHandle, frameHandles } from "../../editor/geometry/resize.ts";
import { segmentsOf, takesVertices, type VertexMark } from "../../editor/geometry/vertices.ts";
import type { Point as StagePoint } from "../../stage/stage-api.ts";

/** What can be taken with the pointer to change the selection, at its place in stage pixels. */
export type Handle = { on: StagePoint } & (
  | { kind: "frame"; handle: FrameHandle }
  | { kind: "turn"; stem: StagePoint }
  | { kind: "vertex"; id: string; at: number }
  /** Makes a point between two others. */
  | { kind: "between"; id: string; at: number; point: Point }
);

/** Stage pixels: with a mouse, and with a finger. */
export interface HandleSizes {
  /** How near a press must be to take a handle: half of what can be hit. */
  reach: number;
  /** How far the handle for turning is from the frame. */
  stem: number;
  /** A frame is drawn at least so large, so that its handles leave room for the mark itself. */
  frameMin: number;
  /** Points nearer to each other than that have no handle: zooming in shows them. */
  spacing: number;
}

export const mouseSizes: HandleSizes = { reach: 8, stem: 26, frameMin: 20, spacing: 9 };
export const touchSizes: HandleSizes = { reach: 22, stem: 48, frameMin: 60, spacing: 26 };

/** How many handles of points are shown at once: more can't be told apart, and each costs time in every frame. */
const VERTICES_MAX = 600;

/** Handles around a frame. Edges too short for a handle between their corners have none. */
export function frameHandlesAt(
  frame: Frame,
  toStage: (point: Point) => StagePoint,
  scale: number,
  sizes: HandleSizes,
  only: (handle: FrameHandle) => boolean,
): Handle[] {
  const shown = shownFrame(frame, scale, sizes);
  const isLong = (side: number): boolean => side * scale >= 4 * sizes.reach;
  const handles: Handle[] = frameHandles
    .filter(({ across, down }) => {
      if (across !== 0 && down !== 0) return true;
      return across === 0 ? isLong(shown.width) : isLong(shown.height);
    })
    .filter(only)
    .map((handle) => ({
      kind: "frame",
      handle,
      on: toStage(pointInFrame(shown, handle.across, handle.down)),
    }));
  return handles;
}

export function turnHandleAt(
  frame: Frame,
  toStage: (point: Point) => StagePoint,
  scale: number,
  sizes: HandleSizes,
): Handle {
  const shown = shownFrame(frame, scale, sizes);
  const higher = { ...shown, height: shown.height + (2 * sizes.stem) / scale };
  return {
    kind: "turn",
    on: toStage(pointInFrame(higher, 0, -1)),
    stem: toStage(pointInFrame(shown, 0, -1)),
  };
}

/** The frame as it is drawn: a small mark has one that can be taken hold of. */
export function shownFrame(frame: Frame, scale: number, { frameMin }: HandleSizes): Frame {
  const min = frameMin / scale;
  return { ...frame, width: Math.max(frame.width, min), height: Math.max(frame.height, min) };
}

/** Handles on the points of a mark, and between them. */
export function vertexHandlesAt(
  mark: VertexMark,
  toStage: (point: Point) => StagePoint,
  sizes: HandleSizes,
  isInSight: (on: StagePoint) => boolean,
): Handle[] {
  const handles: Handle[] = [];
  let before: StagePoint | undefined;
  for (const [at, point] of mark.geometry.points.entries()) {
    const on = toStage(point);
    const isEnd = at === 0 || at === mark.geometry.points.length - 1;
    if (!isInSight(on) || (!isEnd && before && apart(before, on) < sizes.spacing)) continue;
    if (handles.length >= VERTICES_MAX && !isEnd) continue;
    handles.push({ kind: "vertex", id: mark.id, at, on });
    before = on;
  }
  if (!takesVertices(mark)) return handles;
  const between = segmentsOf(mark).flatMap(({ from, to, at }): Handle[] => {
    const point = middle(from, to);
    const on = toStage(point);
    if (!isInSight(on) || apart(toStage(from), toStage(to)) < 3.5 * sizes.spacing) return [];
    return [{ kind: "between", id: mark.id, at, point, on }];
  });
  // The real points lie above the others, and are found first.
  return [...between.slice(0, VERTICES_MAX), ...handles];
}

/** The handle at a place: the nearest one, and of equal ones that which is drawn above. */
export function findHandle(handles: readonly Handle[], on: StagePoint, reach: number): Handle | undefined {
  let found: Handle | undefined;
  let nearest = reach;
  for (const handle of handles) {
    const away = apart(handle.on, on);
    if (away > nearest) continue;
    nearest = away;
    found = handle;
  }
  return found;
}

function apart(a: StagePoint, b: StagePoint): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
