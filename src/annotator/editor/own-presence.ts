import type { Annotation } from "../../protocol/model/annotation.ts";
import { boundsOf } from "../../scene/bounds.ts";
import { shapeOf } from "./draft.ts";
import { toCoordinate, toRotation } from "./geometry/coordinates.ts";
import { simplifyTo } from "./geometry/simplify.ts";
import type { Transform } from "./geometry/transform-mark.ts";
import { type Draft, DRAG_MAX, type SharedDrag } from "./shared-state.ts";

/**
 * What fits a presence of 4 KiB, whatever is drawn: so many ids of the selection (39 bytes each), points (15 bytes),
 * and characters of a text (up to 4 bytes).
 */
const SELECTION_MAX = 20;
const POINTS_MAX = 150;
const TEXT_MAX = 250;

/** How far a shape that others see may differ, as a part of its size. */
const TOLERANCE = 1 / 1_000;

/** Ids of the selection that others see. */
export function shareSelection(ids: readonly string[]): string[] {
  return ids.slice(-SELECTION_MAX);
}

/**
 * A mark that is being drawn or dragged, as others see it: with few points, and each to a tenth of a pixel. A new one
 * has its id as well: when the mark itself arrives, it is not there twice.
 */
export function shareDraft(mark: Annotation): Draft {
  const more = {
    id: mark.id,
    style: mark.style,
    ...(mark.type === "text" && { text: mark.text.slice(0, TEXT_MAX).toWellFormed() }),
  };
  if (!("points" in mark.geometry)) return { ...more, ...shapeOf(mark.type, mark.geometry) };
  const { left, top, right, bottom } = boundsOf(mark.geometry.points);
  const tolerance = Math.hypot(right - left, bottom - top) * TOLERANCE;
  const points = simplifyTo(mark.geometry.points, tolerance, POINTS_MAX).map(([x, y]) => pair(x, y));
  return { ...more, ...shapeOf(mark.type, { points }) };
}

/** Marks that are dragged together, as others see it. */
export function shareDrag(gesture: number, ids: readonly string[], transform: Transform): SharedDrag {
  return { gesture, ids: ids.slice(0, DRAG_MAX), transform: shortenTransform(transform) };
}

/** Coordinates of a picture need no more places than this. */
function shortenTransform(transform: Transform): Transform {
  switch (transform.kind) {
    case "move":
      return { ...transform, dx: toCoordinate(transform.dx), dy: toCoordinate(transform.dy) };
    case "turn":
      return { ...transform, degrees: toRotation(transform.degrees) };
    default:
      return transform;
  }
}

export function shareCursor([x, y]: readonly [number, number]): [x: number, y: number] {
  return pair(x, y);
}

function pair(x: number, y: number): [number, number] {
  return [Math.round(x * 10) / 10, Math.round(y * 10) / 10];
}
