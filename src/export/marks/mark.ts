import type { Bounds } from "../../scene/bounds.ts";
import type { Drawing } from "../../scene/draw-annotation.ts";
import type { Figure } from "../../scene/figure.ts";

/** Something drawn above all annotations: a legend, a badge, a callout. */
export function toMark(id: string, svg: string, bounds: Bounds, figures: readonly Figure[]): Drawing {
  const visible = { width: bounds.right - bounds.left, height: bounds.bottom - bounds.top };
  // Marks keep their order.
  return { id, zIndex: 0, ordinal: 0, opacity: 1, bounds, svg, figures, visible };
}
