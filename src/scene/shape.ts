import type { Bounds } from "./bounds.ts";
import type { Paint } from "./paint.ts";

/** What an annotation draws: SVG elements in image pixels, and the pixels that they may touch. */
export interface Shape {
  svg: string;
  bounds: Bounds;
  /** 0–1, of all elements together, where they overlap; absent: 1. */
  opacity?: number;
  /** Above the elements. Only where `Canvas.strokes` asks for it, and not below an opacity. */
  stroke?: Stroke;
  /** Image pixels of the elements' edges within the picture, of fills and on both sides of lines: what drawing them costs. About. */
  edges: number;
  /** Square pixels that the elements fill within the picture, at most; absent: little more than their edges. */
  area?: number;
}

/** A solid line with round joins and round ends, as its points. */
export interface Stroke {
  /** x and y of each, image pixels. Half of what SVG takes; to 1/500 pixel in the largest picture. */
  points: Float32Array;
  width: number;
  paint: Paint;
  /** Image pixels that it goes within the picture. */
  length: number;
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
  /** Long lines are wanted as strokes, not as SVG: they are to become pixels. */
  strokes: boolean;
}
