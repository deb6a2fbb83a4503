import { formatNumber } from "../scene/svg-text.ts";
import type { FontFace } from "./font-face.ts";
import type { Outline } from "./outline.ts";

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
  const inner = columns * DIGIT_ADVANCE + 2 * EDGE;
  const width = inner + 2 * EDGE;
  return {
    advance: width + 2 * SIDE_BEARING,
    draw(x, y, size) {
      const left = x + SIDE_BEARING * size;
      const frame = drawFrame(left, y, width * size, HEIGHT * size, EDGE * size);
      const lines = rows.map((row, index) => {
        const outline = digits.shape(row, "ltr");
        const indent = (width - outline.advance * DIGIT_SIZE) / 2;
        const baseline = y - (EDGE * 1.5 + (rows.length - 1 - index) * ROW_HEIGHT) * size;
        return outline.draw(left + indent * size, baseline, DIGIT_SIZE * size);
      });
      return frame + lines.join("");
    },
  };
}

/**
 * Draws a rectangle that stands on `bottom`, with a hole. The hole runs the other way round, so that a nonzero fill
 * leaves it empty.
 */
function drawFrame(left: number, bottom: number, width: number, height: number, edge: number): string {
  const n = formatNumber;
  const [right, top] = [left + width, bottom - height];
  const outer = `M${n(left)} ${n(bottom)}H${n(right)}V${n(top)}H${n(left)}Z`;
  const hole = `M${n(left + edge)} ${n(bottom - edge)}V${n(top + edge)}H${n(right - edge)}V${n(bottom - edge)}Z`;
  return outer + hole;
}
