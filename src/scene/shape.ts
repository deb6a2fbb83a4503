import type { Point } from "../protocol/model/geometry.ts";
import type { Bounds } from "./bounds.ts";
import type { Figure } from "./figure.ts";
import type { Paint } from "./paint.ts";

/** What an annotation draws: SVG elements in image pixels, and the bounds of all that they may touch. */
export interface Shape {
  svg: string;
  bounds: Bounds;
  /** 0–1, for all elements together where they overlap. Absent: 1. */
  opacity?: number;
  /** Drawn above the elements. Present only if `Canvas.wantsStroke` asks for it, and never together with an opacity. */
  stroke?: Stroke;
  /** What the elements draw, as geometry. The stroke is not among them. */
  figures: readonly Figure[];
}

/** A solid line with round joins and round caps, as its points. */
export interface Stroke {
  /** x and y of each point in image pixels: half the size of SVG, and exact to 1/500 pixel in the largest image. */
  points: Float32Array;
  width: number;
  paint: Paint;
}

/**
 * SVG elements of an emoji, scaled, with their origin at (x, y) pixels. They refer only to each other, by ids used
 * nowhere else.
 */
export interface PlacedEmoji {
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
  /** Drawn above the path, in their own colours. */
  emoji: readonly PlacedEmoji[];
}

/** Lays out text of `fontSize` pixels, wrapped at `wrapWidth` pixels if given. */
export type LayoutText = (text: string, fontSize: number, wrapWidth: number | undefined) => LaidOutText;

/** What shapes must know about where they are drawn. */
export interface Canvas {
  /** The part of the plane that will be seen; infinite if it will be made to fit the annotations. */
  frame: Bounds;
  layoutText: LayoutText;
  /** Whether the renderer wants a solid line as a stroke. Absent: everything becomes SVG. */
  wantsStroke?: ((points: readonly Point[]) => boolean) | undefined;
}
