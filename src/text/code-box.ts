import { createGlyph, GLYPH_UNITS, type Glyph } from "../scene/glyph.ts";
import type { FontFace } from "./font-face.ts";
import { placeOutline, type Outline } from "./outline.ts";

/** Lengths in ems. The box stands on the baseline, and is as tall as a capital letter. */
const HEIGHT = 0.72;
const EDGE = 0.04;
const SIDE_BEARING = 0.06;
const DIGIT_SIZE = 0.38;
const DIGIT_ADVANCE = 0.25;
const ROW_HEIGHT = 0.33;

/** All characters of hexadecimal code points, so that their font can be loaded. */
export const codeBoxCharacters = "0123456789ABCDEF";

/**
 * Draws a character without a font as a box with its hexadecimal code point in two rows. `digits`: a font with the
 * digits.
 */
export function drawCodeBox(codePoint: number, digits: FontFace): Outline {
  const code = codePoint.toString(16).toUpperCase().padStart(4, "0");
  const columns = Math.ceil(code.length / 2);
  const rows = [code.slice(0, columns), code.slice(columns)];
  const width = columns * DIGIT_ADVANCE + 4 * EDGE;
  const frame = { glyph: drawFrame(columns, width), x: SIDE_BEARING, y: 0, scale: 1 };
  const lines = rows.map((row, index) => {
    const outline = digits.shape(row, "ltr");
    const indent = (width - outline.advance * DIGIT_SIZE) / 2;
    const baseline = -(EDGE * 1.5 + (rows.length - 1 - index) * ROW_HEIGHT);
    return placeOutline(outline, SIDE_BEARING + indent, baseline, DIGIT_SIZE);
  });
  return {
    advance: width + 2 * SIDE_BEARING,
    glyphs: [frame, ...lines.flatMap(({ glyphs }) => glyphs)],
  };
}

/**
 * Draws a rectangle with a hole for a code in so many columns. The hole runs the other way round, so that a nonzero
 * fill leaves it empty.
 */
function drawFrame(columns: number, width: number): Glyph {
  const outer = [0, 0, width, 0, width, -HEIGHT, 0, -HEIGHT];
  const [inLeft, inRight, inBottom, inTop] = [EDGE, width - EDGE, -EDGE, EDGE - HEIGHT];
  const hole = [inLeft, inBottom, inLeft, inTop, inRight, inTop, inRight, inBottom];
  return createGlyph({
    id: `box-${columns}`,
    commands: "MLLLZMLLLZ",
    coordinates: Float32Array.from([...outer, ...hole], (each) => Math.round(each * GLYPH_UNITS)),
  });
}
