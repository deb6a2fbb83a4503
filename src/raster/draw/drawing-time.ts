import type { View } from "../../scene/scene-svg.ts";
import type { ElementMeasures, MeasuredDrawing } from "./measure-drawing.ts";

/**
 * Estimates how long drawings take, before anything is drawn. Edges take most of the time: a pixel that is partly
 * covered takes far longer than one that is full or empty. The constants are fitted to the times of exports with one
 * kind of annotation each (strokes, dashes, areas, boxes, ellipses, texts; 2 MP, the Workers runtime, two shared
 * cores), and are within a factor of two and a half of them. Shapes that hide many of their own edges take less than
 * estimated.
 */

/** resvg parses a character of SVG and builds outlines, again in each band. */
const CHARACTER_MS = 0.15e-3;
/** resvg blends the pixels of an edge one by one. */
const EDGE_PIXEL_MS = 0.3e-3;
/** A pixel is filled; or, in a layer of its own, cleared and blended. */
const AREA_PIXEL_MS = 12e-6;
/** A point of a stroke is visited in every band. */
const POINT_MS = 0.02e-3;
/** A segment of a stroke touches a row of pixels: the row's ends are computed, and both edges drawn. */
const ROW_MS = 0.03e-3;
/** A pixel in the middle of a stroke is set. */
const SOLID_PIXEL_MS = 0.05e-6;
/** A pixel of a stroke's layer is read; one that the stroke covers is also blended. */
const SCANNED_PIXEL_MS = 0.5e-6;
const BLENDED_PIXEL_MS = 12e-6;

/** About how long one layer takes. No other request is served in that time. */
export const LAYER_MS = 15;

/** A point of a glyph is visited in every band. */
const GLYPH_POINT_MS = 0.1e-3;
/** The edge of a glyph goes through a pixel. */
const GLYPH_EDGE_MS = 0.15e-3;
/** A pixel is near an edge: its distance is computed. */
const HALO_PIXEL_MS = 8e-6;
/** A pixel of a text's bounds is scanned, and perhaps blended, for its ground, its halo and its letters. */
const TEXT_PIXEL_MS = 5e-6;

/** Milliseconds. */
export interface DrawingTime {
  /** Each time that any part of it is drawn. */
  fixed: number;
  /** For all its rows together. */
  rows: number;
}

/** Estimates SVG elements. */
export function estimateElements(elements: ElementMeasures, { scaleX, scaleY }: View): DrawingTime {
  const { characters, edges, area } = elements;
  return {
    fixed: characters * CHARACTER_MS,
    rows: edges * Math.sqrt(scaleX * scaleY) * EDGE_PIXEL_MS + area * scaleX * scaleY * AREA_PIXEL_MS,
  };
}

/** Estimates the grounds, halos and letters of a drawing. */
export function estimateTexts({ letters, visible }: MeasuredDrawing, { scaleX, scaleY }: View): DrawingTime {
  const { points, edges, haloArea } = letters;
  if (points === 0) return { fixed: 0, rows: 0 };
  return {
    fixed: points * GLYPH_POINT_MS,
    rows:
      edges * Math.sqrt(scaleX * scaleY) * GLYPH_EDGE_MS +
      haloArea * scaleX * scaleY * HALO_PIXEL_MS +
      visible.width * visible.height * scaleX * scaleY * TEXT_PIXEL_MS,
  };
}

/** Estimates the stroke of a drawing. */
export function estimateStroke({ stroke, strokeLength, visible }: MeasuredDrawing, view: View): DrawingTime {
  if (!stroke) return { fixed: 0, rows: 0 };
  const scale = Math.sqrt(view.scaleX * view.scaleY);
  const [length, width] = [strokeLength * scale, stroke.width * scale];
  const area = visible.width * visible.height * scale ** 2;
  const segments = stroke.points.length / 2;
  // How many of its points are within the frame is not known here.
  const touchedRows = length + segments * Math.min(width + 2, visible.height * view.scaleY);
  const covered = Math.min(area, length * (width + 2));
  const solid = length * width + segments * Math.min(width * width, area);
  return {
    fixed: segments * POINT_MS,
    rows:
      touchedRows * ROW_MS + solid * SOLID_PIXEL_MS + area * SCANNED_PIXEL_MS + covered * BLENDED_PIXEL_MS,
  };
}

/** Estimates all drawings, drawn in bands of `bandHeight` rows. Milliseconds. */
export function estimateDrawings(
  drawings: readonly MeasuredDrawing[],
  view: View,
  bandHeight: number,
): number {
  let sum = 0;
  for (const drawing of drawings) {
    const bands = Math.ceil((drawing.visible.height * view.scaleY) / bandHeight) + 1;
    const { svg, edges, area, emoji, opacity, visible } = drawing;
    const layer = opacity < 1 ? visible.width * visible.height : 0;
    for (const time of [
      estimateElements({ characters: svg.length, edges, area: area + layer }, view),
      estimateElements(emoji, view),
      estimateTexts(drawing, view),
      estimateStroke(drawing, view),
    ]) {
      sum += time.fixed * bands + time.rows;
    }
  }
  return sum;
}
