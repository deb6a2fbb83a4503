import type { Drawing } from "../../scene/draw-annotation.ts";
import type { Shape } from "../../scene/shape.ts";

/**
 * Something drawn above all annotations: a legend, a badge, a callout. `note`: the id of the annotation whose note it
 * shows.
 */
export function toMark(id: string, shape: Omit<Shape, "opacity" | "stroke">, note?: string): Drawing {
  const { bounds } = shape;
  const visible = { width: bounds.right - bounds.left, height: bounds.bottom - bounds.top };
  return {
    ...shape,
    id,
    version: 0,
    ...(note !== undefined && { group: { attributes: { "data-note": note }, title: "" } }),
    // Marks keep their order.
    zIndex: 0,
    ordinal: 0,
    opacity: 1,
    visible,
  };
}
