import type { Point } from "../protocol/model/geometry.ts";
import type { Bounds } from "./bounds.ts";
import type { Figure } from "./figure.ts";
import type { Emoji, Glyph } from "./glyph.ts";
import type { Paint } from "./paint.ts";

/**
 * What an annotation draws, from bottom to top: SVG elements in image pixels, texts, and a stroke. `bounds` are those of
 * all that they may touch.
 */
export interface Shape {
  svg: string;
  texts?: readonly PlacedText[];
  bounds: Bounds;
  /** 0–1, for all of it together where it overlaps. Absent: 1. */
  opacity?: number;
  /** Present only if `Canvas.wantsStroke` asks for it, and never together with an opacity. */
  stroke?: Stroke;
  /** What the elements draw, as geometry. Texts and the stroke are not among them. */
  figures: readonly Figure[];
}

/** A solid line with round joins and round caps, as its points. */
export interface Stroke {
  /** x and y of each point in image pixels: half the size of SVG, and exact to 1/500 pixel in the largest image. */
  points: Float32Array;
  width: number;
  paint: Paint;
}

/** A text at its place, from bottom to top: its ground, its halo, its letters, and its emoji. */
export interface PlacedText {
  text: LaidOutText;
  /** The top left of its box, in image pixels. */
  x: number;
  y: number;
  /** Turns all of it clockwise about (cx, cy). Absent: it is level. */
  rotation?: { degrees: number; cx: number; cy: number };
  ink: Paint;
  /** A rectangle with round corners. */
  ground?: { box: Bounds; radius: number; paint: Paint };
  /** A line around the letters, so wide on each side in image pixels, also where they are not opaque. */
  halo?: { width: number; paint: Paint };
}

/** Text as glyphs, relative to the top left of its box. */
export interface LaidOutText {
  /** Pixels of the box, and of an em. */
  width: number;
  height: number;
  fontSize: number;
  glyphs: readonly Glyph[];
  /** x and y of each glyph's origin in ems, y down, and its size in ems, in turn: a few bytes for each letter. */
  places: Float32Array;
  /** Drawn above the glyphs, in their own colours. */
  emoji: readonly PlacedEmoji[];
}

/** An emoji, scaled, with its origin at (x, y) pixels. */
export interface PlacedEmoji {
  x: number;
  y: number;
  scale: number;
  emoji: Emoji;
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
