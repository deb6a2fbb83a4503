import type { Drawing } from "../../scene/draw-annotation.ts";
import type { View } from "../../scene/scene-svg.ts";
import type { Stroke } from "../../scene/shape.ts";

/**
 * How long drawings take, told before anything is drawn. What costs is edges: a pixel that is half covered takes far longer than one that is
 * full or empty. The figures are fitted to the times of exports of one kind of annotation each (strokes, dashes, areas, boxes, ellipses,
 * texts; 2 MP, the Workers runtime, two shared cores), and are within a factor of two and a half of them. They say too much rather than too
 * little where shapes hide much of their own edges.
 */

/** resvg reads a character of SVG and makes an outline of a line, anew in each band. */
const CHARACTER_MS = 0.15e-3;
/** resvg blends the pixels of an edge one by one. */
const EDGE_PIXEL_MS = 0.3e-3;
/** A pixel that is filled; of a layer of its own, one that is cleared and blended. */
const AREA_PIXEL_MS = 12e-6;
/** A point of a stroke is looked at in every band. */
const POINT_MS = 0.02e-3;
/** A row of pixels that a segment of a stroke touches: where it begins and ends, and its two edges. */
const ROW_MS = 0.03e-3;
/** A pixel in the midst of a stroke is set. */
const SOLID_PIXEL_MS = 0.05e-6;
/** A pixel is looked at, whether the stroke covers it; one that it covers is blended. */
const SCANNED_PIXEL_MS = 0.5e-6;
const BLENDED_PIXEL_MS = 12e-6;

/** What is drawn at once takes about so long: nothing else is done meanwhile. */
export const LAYER_MS = 50;

/** Milliseconds. */
export interface DrawingTime {
  /** Each time that some of it is drawn, however little. */
  again: number;
  /** Of all its rows together. */
  rows: number;
}

/** The time that the SVG elements of a drawing take. */
export function timeElements(drawing: Drawing, { scaleX, scaleY }: View): DrawingTime {
  const { svg, edges, area = 0, visible, opacity } = drawing;
  const layer = opacity < 1 ? visible.width * visible.height : 0;
  return {
    again: svg.length * CHARACTER_MS,
    rows:
      edges * Math.sqrt(scaleX * scaleY) * EDGE_PIXEL_MS + (area + layer) * scaleX * scaleY * AREA_PIXEL_MS,
  };
}

/** The time that a stroke takes of which so much is visible. */
export function timeStroke(stroke: Stroke, visible: Drawing["visible"], view: View): DrawingTime {
  const scale = Math.sqrt(view.scaleX * view.scaleY);
  const [length, width] = [stroke.length * scale, stroke.width * scale];
  const area = visible.width * visible.height * scale ** 2;
  const segments = stroke.points.length / 2;
  // Of how many of its points are in the picture nothing is known here.
  const touchedRows = length + segments * Math.min(width + 2, visible.height * view.scaleY);
  const covered = Math.min(area, length * (width + 2));
  const solid = length * width + segments * Math.min(width * width, area);
  return {
    again: segments * POINT_MS,
    rows:
      touchedRows * ROW_MS + solid * SOLID_PIXEL_MS + area * SCANNED_PIXEL_MS + covered * BLENDED_PIXEL_MS,
  };
}

/** The time that a scene takes in bands of `bandHeight` rows. */
export function timeDrawings(drawings: readonly Drawing[], view: View, bandHeight: number): number {
  let sum = 0;
  for (const drawing of drawings) {
    const bands = Math.ceil((drawing.visible.height * view.scaleY) / bandHeight) + 1;
    const { svg, stroke, visible } = drawing;
    for (const time of [
      ...(svg === "" ? [] : [timeElements(drawing, view)]),
      ...(stroke ? [timeStroke(stroke, visible, view)] : []),
    ]) {
      sum += time.again * bands + time.rows;
    }
  }
  return sum;
}
