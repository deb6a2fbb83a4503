import { formatNumber } from "../scene/svg-text.ts";
import type { FontPath } from "fontkit";

/**
 * A piece of text as outlines: lengths in ems, y down, the pen's start at the origin on the baseline. `draw` gives its SVG path
 * data for a pen at (x, y) pixels and an em of `size` pixels.
 */
export interface Outline {
  advance: number;
  draw(x: number, y: number, size: number): string;
}

const letters = {
  moveTo: "M",
  lineTo: "L",
  quadraticCurveTo: "Q",
  bezierCurveTo: "C",
  closePath: "Z",
} as const;

/** A glyph's path as SVG path data: `unit` pixels per font unit, the glyph's origin at (x, y) pixels. */
export function drawGlyph(path: FontPath, x: number, y: number, unit: number): string {
  let data = "";
  for (const { command, args } of path.commands) {
    data += letters[command];
    for (const [index, value] of args.entries()) {
      const pixel = index % 2 === 0 ? x + value * unit : y - value * unit;
      data += (index === 0 ? "" : " ") + formatNumber(pixel);
    }
  }
  return data;
}

/** Outlines one after the other. */
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
