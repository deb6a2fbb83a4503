import type { Point } from "../protocol/model/geometry.ts";
import type { Bounds } from "./bounds.ts";

/**
 * What SVG elements draw, as plain geometry. From this a renderer can estimate its work without reading the SVG.
 * Lengths are in image pixels, and they are approximate where a shape is small.
 */
export type Figure = PathFigure | RingFigure;

interface Outline {
  /** How many edges run along it: one for a fill, two for a line. */
  edges: number;
  /** Dashes and gaps along all of it. Absent: none. */
  dashes?: number;
  /** Bounds of the area that is filled. Absent: no area worth counting. */
  inside?: Bounds | undefined;
}

/** A line through points. */
export interface PathFigure extends Outline {
  kind: "path";
  points: readonly Point[];
}

/** The outline of a convex shape. */
export interface RingFigure extends Outline {
  kind: "ring";
  length: number;
  bounds: Bounds;
}
