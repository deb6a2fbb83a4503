import type { Point } from "../../protocol/model/geometry.ts";
import type { Bounds } from "../../scene/bounds.ts";
import type { Drawing } from "../../scene/draw-annotation.ts";
import { areaWithin, lengthWithin, outlineWithin, partWithin, segmentWithin } from "../../scene/edges.ts";
import type { Figure } from "../../scene/figure.ts";
import { floatAt } from "../array-at.ts";

/** A drawing with the measures from which `drawing-time.ts` estimates how long it takes. */
export interface MeasuredDrawing extends Omit<Drawing, "figures"> {
  /** About how far edges run within the frame, in image pixels: those of fills, and both edges of lines. */
  edges: number;
  /** Square pixels that elements fill within the frame, at most; 0: little more than their edges. */
  area: number;
  /** How far the stroke runs within the frame, in image pixels. */
  strokeLength: number;
}

/**
 * resvg draws each dash as a path of its own. That takes as long as this many pixels of edge, whether or not the dash
 * is within the frame.
 */
const DASH_EDGES = 16;
/**
 * Edges of letters: font sizes for each character of their outlines' SVG, both sides of the halo included. Measured on
 * Latin text.
 */
const EDGES_PER_CHARACTER = 0.03;

/**
 * Points or image pixels from which a line is drawn as a stroke. Shorter lines take less time in one layer with their
 * neighbours.
 */
const STROKE_POINTS = 64;
const STROKE_LENGTH = 256;

/** Whether our own painter (`stroke-coverage.ts`) draws a solid line faster than resvg. */
export function isLongLine(points: readonly Point[], frame: Bounds): boolean {
  return points.length >= STROKE_POINTS || lengthWithin(points, frame) >= STROKE_LENGTH;
}

/** Measures a drawing, and drops its figures: they hold all points of the annotation. */
export function measureDrawing({ figures, ...drawing }: Drawing, frame: Bounds): MeasuredDrawing {
  let edges = 0;
  let area = 0;
  for (const figure of figures) {
    edges += figureEdges(figure, frame);
    if (figure.kind !== "letters" && figure.inside) area += areaWithin(figure.inside, frame);
  }
  const strokeLength = drawing.stroke ? strokeWithin(drawing.stroke.points, frame) : 0;
  return { ...drawing, edges, area, strokeLength };
}

function figureEdges(figure: Figure, frame: Bounds): number {
  switch (figure.kind) {
    case "path":
      return figure.edges * lengthWithin(figure.points, frame) + DASH_EDGES * (figure.dashes ?? 0);
    case "ring":
      return (
        figure.edges * outlineWithin(figure.length, figure.bounds, frame) + DASH_EDGES * (figure.dashes ?? 0)
      );
    case "letters":
      return figure.characters * EDGES_PER_CHARACTER * figure.fontSize * partWithin(figure.bounds, frame);
  }
}

function strokeWithin(points: Float32Array, frame: Bounds): number {
  let length = 0;
  for (let at = 2; at < points.length; at += 2) {
    const [x, y] = [floatAt(points, at - 2), floatAt(points, at - 1)];
    length += segmentWithin(x, y, floatAt(points, at), floatAt(points, at + 1), frame);
  }
  return length;
}
