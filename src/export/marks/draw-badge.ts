import type { Point } from "../../protocol/model/geometry.ts";
import { growBounds } from "../../scene/bounds.ts";
import { fillAttributes, toPaint } from "../../scene/paint.ts";
import { inkOn } from "./ink-on.ts";
import type { LaidOutText, PlacedText, Shape } from "../../scene/shape.ts";
import { attributes } from "../../scene/svg-text.ts";

/** In font sizes of the surrounding text: half a badge's height, its digits, its rim. */
const RADIUS = 0.66;
const DIGITS = 0.8;
const RIM = 0.09;
/** Space left and right of the digits, in half heights. */
const BESIDE_DIGITS = 0.3;
/** From the top of a line of digits to their middle, in their font size (Noto Sans). */
const DIGITS_MIDDLE = 0.712;

/** A badge's number, laid out to go with text of `fontSize`. */
export interface BadgeText {
  fontSize: number;
  digits: LaidOutText;
}

/** The font size of a badge's digits. */
export function badgeDigitsSize(fontSize: number): number {
  return fontSize * DIGITS;
}

/** Half a badge's width and height, rim included. */
export function badgeReach({ fontSize, digits }: BadgeText): { x: number; y: number } {
  const radius = fontSize * RADIUS;
  // A circle holds two digits; more need a wider badge.
  return {
    x: Math.max(radius, digits.width / 2 + radius * BESIDE_DIGITS) + rimOf(fontSize),
    y: radius + rimOf(fontSize),
  };
}

function rimOf(fontSize: number): number {
  return Math.max(0.75, fontSize * RIM);
}

/**
 * Draws a number on the annotation's colour. The rim contrasts with that colour, so the badge stands out on any ground.
 */
export function drawBadge(
  text: BadgeText,
  [x, y]: Point,
  color: string,
): Shape & { texts: readonly PlacedText[] } {
  const { fontSize, digits } = text;
  const rim = rimOf(fontSize);
  const reach = badgeReach(text);
  const ink = inkOn(color);
  const [halfWidth, halfHeight] = [reach.x - rim / 2, reach.y - rim / 2];
  const plate = {
    x: x - halfWidth,
    y: y - halfHeight,
    width: 2 * halfWidth,
    height: 2 * halfHeight,
    rx: halfHeight,
    ...fillAttributes(toPaint(color)),
    stroke: ink,
    "stroke-width": rim,
  };
  const top = y - DIGITS_MIDDLE * badgeDigitsSize(fontSize);
  const bounds = { left: x - reach.x, top: y - reach.y, right: x + reach.x, bottom: y + reach.y };
  return {
    svg: `<rect${attributes(plate)}/>`,
    texts: [{ text: digits, x: x - digits.width / 2, y: top, ink: toPaint(ink) }],
    bounds: growBounds(bounds, 1),
    figures: [{ kind: "ring", length: 4 * (reach.x + reach.y), bounds, edges: 2 }],
  };
}
