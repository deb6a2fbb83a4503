import type { Glyph } from "../scene/glyph.ts";

/**
 * A piece of text as glyphs: lengths in ems, y down. The pen starts at the origin on the baseline, and has moved by
 * `advance` at the end.
 */
export interface Outline {
  advance: number;
  glyphs: readonly PlacedGlyph[];
}

/** A glyph with its origin at (x, y), `scale` times as large as the text. */
export interface PlacedGlyph {
  glyph: Glyph;
  x: number;
  y: number;
  scale: number;
}

/** Scales an outline, then moves it. */
export function placeOutline({ advance, glyphs }: Outline, x: number, y: number, scale: number): Outline {
  return {
    advance: advance * scale,
    glyphs: glyphs.map((placed) => ({
      glyph: placed.glyph,
      x: x + placed.x * scale,
      y: y + placed.y * scale,
      scale: placed.scale * scale,
    })),
  };
}

/** Puts outlines one after the other. */
export function joinOutlines(outlines: readonly Outline[]): Outline {
  const [only] = outlines;
  if (only && outlines.length === 1) return only;
  const glyphs: PlacedGlyph[] = [];
  let pen = 0;
  for (const outline of outlines) {
    glyphs.push(...placeOutline(outline, pen, 0, 1).glyphs);
    pen += outline.advance;
  }
  return { advance: pen, glyphs };
}
