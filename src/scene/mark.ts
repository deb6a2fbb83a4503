import type { Bounds } from "./bounds.ts";
import type { Drawing } from "./draw-annotation.ts";

/** Something that is drawn beside the annotations, above them all: a legend, a badge, a callout. */
export function toMark(id: string, svg: string, bounds: Bounds, edges: number): Drawing {
  const visible = { width: bounds.right - bounds.left, height: bounds.bottom - bounds.top };
  // Marks keep the order that they are in.
  return { id, zIndex: 0, ordinal: 0, opacity: 1, bounds, svg, edges, visible };
}
