import type { Bounds } from "./bounds.ts";

/** What an annotation draws: SVG elements in image pixels, and the pixels that they may touch. */
export interface Shape {
  svg: string;
  bounds: Bounds;
  /** 0–1, of all elements together, where they overlap; absent: 1. */
  opacity?: number;
}

/** SVG elements, scaled and put with their origin at (x, y) pixels. What they refer to is among them, under names used nowhere else. */
export interface PlacedPicture {
  x: number;
  y: number;
  scale: number;
  svg: string;
}

/** Text as outlines, relative to the top left of its box. */
export interface LaidOutText {
  /** Pixels of the box. */
  width: number;
  height: number;
  /** SVG path data, filled nonzero. */
  path: string;
  /** Emoji, in their own colours, above the path. */
  pictures: readonly PlacedPicture[];
}

/** Sets text of `fontSize` pixels, wrapped at `wrapWidth` pixels if given. */
export type LayoutText = (text: string, fontSize: number, wrapWidth: number | undefined) => LaidOutText;

/** What shapes need to know of where they are drawn. */
export interface Canvas {
  /** The picture's edges; without picture and size, infinitely far. */
  picture: Bounds;
  layoutText: LayoutText;
}
