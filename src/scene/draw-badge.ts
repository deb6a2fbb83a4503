import type { Point } from "../protocol/model/geometry.ts";
import { growBounds, type Bounds } from "./bounds.ts";
import { fillAttributes, toPaint } from "./paint.ts";
import { inkOn, placeText } from "./place-text.ts";
import type { LaidOutText } from "./shape.ts";
import { attributes } from "./svg-text.ts";

/** In font sizes of what is around: half of a badge's height, its digits, its rim. */
const RADIUS = 0.66;
const DIGITS = 0.8;
const RIM = 0.09;
/** … and, in halves of its height, what is left and right of its digits. */
const BESIDE_DIGITS = 0.3;
/** In digits' sizes: from the top of a line of digits to their middle, in Noto Sans. */
const DIGITS_MIDDLE = 0.712;

/** A number to be put in a badge, set for letters of `fontSize`. */
export interface BadgeText {
  fontSize: number;
  digits: LaidOutText;
}

/** The size that a badge's digits are to be set in. */
export function badgeDigitsSize(fontSize: number): number {
  return fontSize * DIGITS;
}

/** Half of a badge's width and height, with its rim. */
export function badgeReach({ fontSize, digits }: BadgeText): { x: number; y: number } {
  const radius = fontSize * RADIUS;
  // A circle holds two digits, more take a longer badge.
  return {
    x: Math.max(radius, digits.width / 2 + radius * BESIDE_DIGITS) + rimOf(fontSize),
    y: radius + rimOf(fontSize),
  };
}

function rimOf(fontSize: number): number {
  return Math.max(0.75, fontSize * RIM);
}

/** A number on the annotation's colour, with a rim that stands out from any ground that the colour itself does not stand out from. */
export function drawBadge(
  text: BadgeText,
  [x, y]: Point,
  color: string,
): { svg: string; bounds: Bounds; edges: number } {
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
  const svg = `<rect${attributes(plate)}/>${placeText(digits, x - digits.width / 2, top, toPaint(ink))}`;
  const bounds = { left: x - reach.x, top: y - reach.y, right: x + reach.x, bottom: y + reach.y };
  return { svg, bounds: growBounds(bounds, 1), edges: 8 * (reach.x + reach.y) };
}
