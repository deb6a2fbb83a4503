import type { Bounds } from "./bounds.ts";

/** A letter or sign as an outline, filled nonzero. */
export interface Glyph {
  /** Its name in a file. It tells the font too, so that one name means one outline in all files. */
  id: string;
  /** SVG's letters for the commands: M, L, Q, Z. */
  commands: string;
  /** x and y of the commands' points in turn, in `GLYPH_UNITS` to an em, y down. */
  coordinates: Float32Array;
  /** Bounds of these points. */
  box: Bounds;
  /** The way along these points: at least the length of the outline. */
  length: number;
}

/** Units in an em, as most fonts have them. */
export const GLYPH_UNITS = 1000;

/** A picture in its own colours, in place of a letter. */
export interface Emoji {
  /** Its name in a file: one name means one picture in all files. */
  id: string;
  /** SVG elements in a square of `EMOJI_UNITS`. They refer only to each other, by ids that begin with `id`. */
  svg: string;
}

/** The side of an emoji's square, in the units of its SVG. */
export const EMOJI_UNITS = 36;

/** How many coordinates follow each command. */
export const argumentCounts: Readonly<Record<string, number>> = { M: 2, L: 2, Q: 4, Z: 0 };

/** Measures an outline. */
export function createGlyph({
  id,
  commands,
  coordinates,
}: Pick<Glyph, "id" | "commands" | "coordinates">): Glyph {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  let length = 0;
  for (let at = 0; at + 1 < coordinates.length; at += 2) {
    const [x, y] = [coordinates[at] ?? 0, coordinates[at + 1] ?? 0];
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
    if (at > 0) length += Math.hypot(x - (coordinates[at - 2] ?? 0), y - (coordinates[at - 1] ?? 0));
  }
  // A space has no points.
  const empty = { left: 0, top: 0, right: 0, bottom: 0 };
  return { id, commands, coordinates, box: coordinates.length === 0 ? empty : box, length };
}
