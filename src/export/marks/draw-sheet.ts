import type { Point } from "../../protocol/model/geometry.ts";
import { growBounds, type Bounds } from "../../scene/bounds.ts";
import type { Drawing } from "../../scene/draw-annotation.ts";
import { toMark } from "./mark.ts";
import { fillAttributes, toPaint } from "../../scene/paint.ts";
import { inkOn } from "./ink-on.ts";
import { attributes } from "../../scene/svg-text.ts";

/** The opacity of rims and rules below the frame. */
export const RULE_OPACITY = 0.35;

/** Draws the ground below the frame, with a rule at its top. It hides annotations that reach down there. */
export function drawSheet(id: string, bounds: Bounds, ground: string, fontSize: number): Drawing {
  // On the other sides it reaches beyond the output, so that none of its edges is blended with what lies below.
  const sheet = growBounds(bounds, fontSize);
  const rect = {
    x: sheet.left,
    y: bounds.top,
    width: sheet.right - sheet.left,
    height: sheet.bottom - bounds.top,
    ...fillAttributes(toPaint(ground)),
  };
  const rule = { ...rect, height: fontSize / 16, fill: inkOn(ground), "fill-opacity": RULE_OPACITY };
  // About: the upper edge of the sheet, and both edges of the rule.
  const upper: Point[] = [
    [bounds.left, bounds.top],
    [bounds.right, bounds.top],
  ];
  const svg = `<rect${attributes(rect)}/><rect${attributes(rule)}/>`;
  return toMark(id, { svg, bounds, figures: [{ kind: "path", points: upper, edges: 4 }] });
}
