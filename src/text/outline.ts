import { formatNumber } from "../scene/svg-text.ts";
import type { GlyphOutline } from "./true-type.ts";

/**
 * A piece of text as outlines: lengths in ems, y down. The pen starts at the origin on the baseline. `draw` writes SVG
 * path data for a pen at (x, y) pixels and an em of `size` pixels.
 */
export interface Outline {
  advance: number;
  draw(x: number, y: number, size: number): string;
}

/** How many coordinates follow each command. */
const argumentCounts: Readonly<Record<string, number>> = { M: 2, L: 2, Q: 4, Z: 0 };

/** Writes a glyph as SVG path data: `unit` pixels per font unit, the glyph's origin at (x, y) pixels. */
export function drawGlyph(glyph: GlyphOutline, x: number, y: number, unit: number): string {
  // Joined at the end: a string that grows is held in pieces that take many times its length.
  const parts: string[] = [];
  let at = 0;
  for (const letter of glyph.commands) {
    parts.push(letter);
    const end = at + (argumentCounts[letter] ?? 0);
    for (let index = at; index < end; index += 2) {
      const px = x + (glyph.coordinates[index] ?? 0) * unit;
      const py = y - (glyph.coordinates[index + 1] ?? 0) * unit;
      parts.push(`${index === at ? "" : " "}${formatNumber(px)} ${formatNumber(py)}`);
    }
    at = end;
  }
  return parts.join("");
}

/** Scales an outline, and raises it by ems of the line. */
export function placeOutline(outline: Outline, raise: number, scale: number): Outline {
  return {
    advance: outline.advance * scale,
    draw: (x, y, size) => outline.draw(x, y - raise * size, size * scale),
  };
}

/** Puts outlines one after the other. */
export function joinOutlines(outlines: readonly Outline[]): Outline {
  const [only] = outlines;
  if (only && outlines.length === 1) return only;
  return {
    advance: outlines.reduce((sum, outline) => sum + outline.advance, 0),
    draw(x, y, size) {
      let data = "";
      let pen = x;
      for (const outline of outlines) {
        data += outline.draw(pen, y, size);
        pen += outline.advance * size;
      }
      return data;
    },
  };
}
