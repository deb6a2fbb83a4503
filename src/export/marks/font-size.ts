import type { Bounds } from "../../scene/bounds.ts";

/** The font size beside a frame, as a part of the square root of its area, and the least in image pixels. */
const FONT_SIZE = 1 / 45;
const FONT_SIZE_MIN = 12;
/** A tiny frame has smaller type: this part of its shorter side, down to what can barely be read. */
const TINY_FONT_SIZE = 1 / 5;
const TINY_FONT_SIZE_MIN = 6;

/** The font size for the legend and notes of a frame, in image pixels. */
export function fontSizeFor({ left, top, right, bottom }: Bounds): number {
  const [width, height] = [right - left, bottom - top];
  const tiny = Math.max(TINY_FONT_SIZE_MIN, Math.min(width, height) * TINY_FONT_SIZE);
  return Math.max(Math.min(FONT_SIZE_MIN, tiny), Math.sqrt(width * height) * FONT_SIZE);
}

/** Reduces a font size for much text, but not below what is easy to read. */
export function reduceFontSize(size: number, factor: number): number {
  return Math.min(size, Math.max(READABLE, size * factor));
}

/** Image pixels. */
const READABLE = 10;
