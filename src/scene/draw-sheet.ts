import { growBounds, type Bounds } from "./bounds.ts";
import type { Drawing } from "./draw-annotation.ts";
import { toMark } from "./mark.ts";
import { fillAttributes, toPaint } from "./paint.ts";
import { inkOn } from "./place-text.ts";
import { attributes } from "./svg-text.ts";

/** Of rims and rules below a picture. */
export const RULE_OPACITY = 0.35;

/** The ground of what is written below a picture, with a rule at its top. It hides what annotations reach down there. */
export function drawSheet(id: string, bounds: Bounds, ground: string, fontSize: number): Drawing {
  // It reaches beyond the output on every other side, so that no edge of it is blended with what lies below.
  const sheet = growBounds(bounds, fontSize);
  const rect = {
    x: sheet.left,
    y: bounds.top,
    width: sheet.right - sheet.left,
    height: sheet.bottom - bounds.top,
    ...fillAttributes(toPaint(ground)),
  };
  const rule = { ...rect, height: fontSize / 16, fill: inkOn(ground), "fill-opacity": RULE_OPACITY };
  const edges = 4 * (bounds.right - bounds.left);
  return toMark(id, `<rect${attributes(rect)}/><rect${attributes(rule)}/>`, bounds, edges);
}
