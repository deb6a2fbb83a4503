import type { Point } from "../../protocol/model/geometry.ts";
import type { Bounds } from "../../scene/bounds.ts";
import type { Drawing } from "../../scene/draw-annotation.ts";
import { areaWithin, lengthWithin, outlineWithin, partWithin, segmentWithin } from "../../scene/edges.ts";
import type { Figure } from "../../scene/figure.ts";
import { GLYPH_UNITS } from "../../scene/glyph.ts";
import { floatAt } from "../array-at.ts";

/** Measures of SVG elements, in image pixels. */
export interface ElementMeasures {
  /** Characters of their SVG. */
  characters: number;
  /** About how far edges run within the frame: those of fills, and both edges of lines. */
  edges: number;
  /** Square pixels that elements fill within the frame, at most; 0: little more than their edges. */
  area: number;
}

/** Measures of letters. */
export interface LetterMeasures {
  /** Points of the outlines of all glyphs. */
  points: number;
  /** About how far the outlines run within the frame, in image pixels. */
  edges: number;
  /** Square pixels around them whose distance must be known for halos: some are counted for several edges. */
  haloArea: number;
}

/** A drawing with the measures from which `drawing-time.ts` estimates how long it takes. */
export interface MeasuredDrawing extends Omit<Drawing, "figures">, Omit<ElementMeasures, "characters"> {
  letters: LetterMeasures;
  /** The emoji of its texts, as often as they are shown. */
  emoji: ElementMeasures;
  /** How far the stroke runs within the frame, in image pixels. */
  strokeLength: number;
}

/**
 * resvg draws each dash as a path of its own. That takes as long as this many pixels of edge, whether or not the dash
 * is within the frame.
 */
const DASH_EDGES = 16;
/** Edges of emoji: font sizes for each character of their SVG. */
const EMOJI_EDGES = 0.03;
/** Image pixels beyond a halo's radius that are visited too. */
const HALO_BEYOND = 1.5;

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
    if (figure.inside) area += areaWithin(figure.inside, frame);
  }
  const strokeLength = drawing.stroke ? strokeWithin(drawing.stroke.points, frame) : 0;
  return { ...drawing, edges, area, ...measureTexts(drawing, frame), strokeLength };
}

function measureTexts(
  { texts = [], bounds }: Omit<Drawing, "figures">,
  frame: Bounds,
): Pick<MeasuredDrawing, "letters" | "emoji"> {
  const letters = { points: 0, edges: 0, haloArea: 0 };
  const emoji = { characters: 0, edges: 0, area: 0 };
  const part = texts.length > 0 ? partWithin(bounds, frame) : 0;
  for (const { text, halo } of texts) {
    let length = 0;
    for (const [index, glyph] of text.glyphs.entries()) {
      letters.points += glyph.coordinates.length / 2;
      length += glyph.length * floatAt(text.places, index * 3 + 2);
    }
    const edges = (length / GLYPH_UNITS) * text.fontSize * part;
    letters.edges += edges;
    if (halo) letters.haloArea += edges * 9 * (halo.width + HALO_BEYOND);
    for (const { emoji: each } of text.emoji) {
      emoji.characters += each.svg.length;
      emoji.edges += each.svg.length * EMOJI_EDGES * text.fontSize * part;
    }
  }
  return { letters, emoji };
}

function figureEdges(figure: Figure, frame: Bounds): number {
  switch (figure.kind) {
    case "path":
      return figure.edges * lengthWithin(figure.points, frame) + DASH_EDGES * (figure.dashes ?? 0);
    case "ring":
      return (
        figure.edges * outlineWithin(figure.length, figure.bounds, frame) + DASH_EDGES * (figure.dashes ?? 0)
      );
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
