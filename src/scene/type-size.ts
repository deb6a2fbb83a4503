import type { Bounds } from "./bounds.ts";

/** The letters' size beside a picture, as a part of the root of its area, and at least, in image pixels. */
const FONT_SIZE = 1 / 45;
const FONT_SIZE_MIN = 12;
/** A picture of few pixels has smaller letters, this part of its shorter side, down to what can just be read. */
const TINY_FONT_SIZE = 1 / 5;
const TINY_FONT_SIZE_MIN = 6;

/** The size of letters that belong to a picture of this size, in image pixels: those of its legend and its notes. */
export function typeSize({ left, top, right, bottom }: Bounds): number {
  const [width, height] = [right - left, bottom - top];
  const tiny = Math.max(TINY_FONT_SIZE_MIN, Math.min(width, height) * TINY_FONT_SIZE);
  return Math.max(Math.min(FONT_SIZE_MIN, tiny), Math.sqrt(width * height) * FONT_SIZE);
}

/** Smaller letters than those, for much text, but none that is hard to read. */
export function reduceType(size: number, factor: number): number {
  return Math.min(size, Math.max(READABLE, size * factor));
}

/** Image pixels. */
const READABLE = 10;
