import bidiFactory from "bidi-js";
import { drawCodeBox, codeBoxCharacters } from "./code-box.ts";
import type { Direction, FontFace } from "./font-face.ts";
import type { FontLibrary } from "./font-library.ts";
import { joinOutlines, type Outline } from "./outline.ts";

export const bidi = bidiFactory();

/** Outlines of one embedding level (UAX #9): what the reordering of a line moves as one. */
export interface ShapedRun {
  level: number;
  outline: Outline;
}

const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/** The user-perceived characters (UAX #29) of a text. */
export function splitGraphemes(text: string): string[] {
  return Array.from(graphemes.segment(text), (part) => part.segment);
}

/** Neither drawn nor missed: joiners, direction marks, variation selectors, soft hyphens. */
const ignorable = /^\p{Default_Ignorable_Code_Point}$/u;
const space = /^\p{Space_Separator}$/u;
const mark = /^\p{Mark}$/u;

/** Widths of the spaces that no font has, in ems: only the ideographic one is as wide as a character. */
const IDEOGRAPHIC_SPACE = 0x3000;
const SPACE_ADVANCE = 0.26;

/** Shapes a stretch of a paragraph. `levels` are those of its UTF-16 units; code points that no font has are added to `missing`. */
export function shapeText(
  text: string,
  levels: Uint8Array,
  fonts: FontLibrary,
  missing: Set<number>,
): ShapedRun[] {
  const runs: ShapedRun[] = [];
  // Graphemes of one level and one font are shaped together.
  let pending = { text: "", level: 0, font: undefined as FontFace | undefined };
  const flush = (): void => {
    if (pending.font)
      runs.push({
        level: pending.level,
        outline: pending.font.shape(pending.text, toDirection(pending.level)),
      });
    pending = { text: "", level: 0, font: undefined };
  };
  let offset = 0;
  for (const grapheme of splitGraphemes(text)) {
    const level = levels[offset] ?? 0;
    offset += grapheme.length;
    const visual = level % 2 === 1 ? mirror(grapheme) : grapheme;
    const font = fonts.find(visibleCodePoints(visual));
    if (font && font === pending.font && level === pending.level) {
      pending.text += visual;
      continue;
    }
    flush();
    if (font) pending = { text: visual, level, font };
    else runs.push({ level, outline: composeGrapheme(visual, level, fonts, missing) });
  }
  flush();
  return runs;
}

function toDirection(level: number): Direction {
  return level % 2 === 1 ? "rtl" : "ltr";
}

/** Brackets face the other way in right-to-left text. */
function mirror(grapheme: string): string {
  return bidi.getMirroredCharacter(grapheme) ?? grapheme;
}

function visibleCodePoints(grapheme: string): number[] {
  return Array.from(grapheme, (char) => (ignorable.test(char) ? -1 : (char.codePointAt(0) ?? -1))).filter(
    (codePoint) => codePoint >= 0,
  );
}

/** A grapheme that no font has as a whole: each character from its own font, marks on their letter, boxes for the rest. */
function composeGrapheme(grapheme: string, level: number, fonts: FontLibrary, missing: Set<number>): Outline {
  const outlines: Outline[] = [];
  let letter: { font: FontFace; codePoint: number; advance: number } | undefined;
  for (const codePoint of visibleCodePoints(grapheme)) {
    const char = String.fromCodePoint(codePoint);
    const font = fonts.find([codePoint]);
    if (font && letter && mark.test(char)) {
      outlines.push(overlay(font.placeMark(codePoint, letter.font, letter.codePoint), letter.advance));
    } else if (font) {
      const outline = font.shape(char, toDirection(level));
      letter = { font, codePoint, advance: outline.advance };
      outlines.push(outline);
    } else if (space.test(char)) {
      outlines.push({ advance: codePoint === IDEOGRAPHIC_SPACE ? 1 : SPACE_ADVANCE, draw: () => "" });
    } else {
      missing.add(codePoint);
      outlines.push(drawCodeBox(codePoint, digitFont(fonts)));
    }
  }
  return joinOutlines(outlines);
}

/** Drawn over the letter before it, on which the pen stays behind. */
function overlay(outline: Outline, back: number): Outline {
  return { advance: 0, draw: (x, y, size) => outline.draw(x - back * size, y, size) };
}

function digitFont(fonts: FontLibrary): FontFace {
  const font = fonts.find(Array.from(codeBoxCharacters, (char) => char.codePointAt(0) ?? 0));
  if (!font) throw new Error("The font with the digits was not loaded");
  return font;
}
