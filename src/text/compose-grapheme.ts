import { drawCodeBox, codeBoxCharacters } from "./code-box.ts";
import { decompose, type Part } from "./compatibility.ts";
import type { EmojiLibrary } from "./emoji-library.ts";
import type { FontFace } from "./font-face.ts";
import type { FontLibrary } from "./font-library.ts";
import { plainStyle, type FontStyle } from "./fonts.ts";
import { splitGraphemes, visibleCodePoints } from "./graphemes.ts";
import type { Direction } from "./harfbuzz.ts";
import { joinOutlines, placeOutline, type Outline } from "./outline.ts";

/** What a text is shaped with. */
export interface Typesetter {
  fonts: FontLibrary;
  emoji: EmojiLibrary;
  style: FontStyle;
  /** Code points that nothing here has, in the order in which they are met: those drawn as boxes, and marks, which are left out. */
  missing: Set<number>;
  missingMarks: Set<number>;
}

const space = /^\p{Space_Separator}$/u;
const mark = /^(?!\p{Default_Ignorable_Code_Point})\p{Mark}$/u;
const anyMark = /(?!\p{Default_Ignorable_Code_Point})\p{Mark}/u;
const digit = /^[0-9]$/u;

/** Widths of the spaces that no font has, in ems: only the ideographic one is as wide as a character. */
const IDEOGRAPHIC_SPACE = 0x3000;
const SPACE_ADVANCE = 0.26;

/** Of exponents and indices, as Noto Sans has them. */
const SMALL = 0.6;
/** OpenType's feature for a fraction's denominator: small digits as thick as the others, on the baseline. Noto Sans has no other small ones. */
const SMALL_DIGITS = "dnom";

export function toDirection(level: number): Direction {
  return level % 2 === 1 ? "rtl" : "ltr";
}

/** A font that has what the codes in boxes are made of. */
export function digitFont(fonts: FontLibrary): FontFace {
  const font = fonts.find(visibleCodePoints(codeBoxCharacters), plainStyle);
  if (!font) throw new Error("The font with the digits was not loaded");
  return font;
}

/** Without the marks that no font has: a box for one would part its letter from other marks, and from letters that join it. */
export function dropUnknownMarks(grapheme: string, { fonts, style, missingMarks }: Typesetter): string {
  if (!anyMark.test(grapheme) || fonts.find(visibleCodePoints(grapheme), style)) return grapheme;
  return Array.from(grapheme)
    .filter((char) => {
      const codePoint = char.codePointAt(0) ?? 0;
      const known = !mark.test(char) || fonts.find([codePoint], style) !== undefined;
      if (!known) missingMarks.add(codePoint);
      return known;
    })
    .join("");
}

/**
 * A grapheme that no font has as a whole: each character from its own font, or made of those of its compatibility form, marks on their
 * letter, boxes for the rest.
 */
export function composeGrapheme(grapheme: string, level: number, typesetter: Typesetter): Outline {
  const { fonts, style, missing } = typesetter;
  const outlines: Outline[] = [];
  let letter: { font: FontFace; codePoint: number; advance: number } | undefined;
  for (const codePoint of visibleCodePoints(grapheme)) {
    const char = String.fromCodePoint(codePoint);
    const font = fonts.find([codePoint], style);
    if (font && letter && mark.test(char)) {
      outlines.push(overlay(font.placeMark(codePoint, letter.font, letter.codePoint), letter.advance));
    } else if (font) {
      const outline = font.shape(char, toDirection(level));
      letter = { font, codePoint, advance: outline.advance };
      outlines.push(outline);
    } else if (space.test(char)) {
      outlines.push({ advance: codePoint === IDEOGRAPHIC_SPACE ? 1 : SPACE_ADVANCE, draw: () => "" });
    } else {
      const composed = composeCharacter(char, level, typesetter);
      if (!composed) missing.add(codePoint);
      outlines.push(composed ?? drawCodeBox(codePoint, digitFont(fonts)));
    }
  }
  return joinOutlines(outlines);
}

/** A character made of those of its compatibility form; undefined: it has none, or no font has all of it. */
function composeCharacter(char: string, level: number, typesetter: Typesetter): Outline | undefined {
  const { fonts, style } = typesetter;
  const parts = decompose(char);
  const known = parts?.every(({ text }) =>
    visibleCodePoints(text).every((codePoint) => fonts.find([codePoint], style)),
  );
  return parts && known ? joinOutlines(parts.map((part) => setPart(part, level, typesetter))) : undefined;
}

function setPart({ text, raise }: Part, level: number, typesetter: Typesetter): Outline {
  // A bracket faces as its run goes. Of several characters there are numbers and Latin letters only.
  const direction = text.length === 1 ? toDirection(level) : "ltr";
  if (raise !== undefined)
    return joinOutlines(Array.from(text, (char) => setSmall(char, raise, direction, typesetter)));
  // HarfBuzz makes a fraction of digits around a fraction slash.
  const font = typesetter.fonts.find(visibleCodePoints(text), typesetter.style);
  if (font) return font.shape(text, direction);
  return joinOutlines(splitGraphemes(text).map((grapheme) => composeGrapheme(grapheme, level, typesetter)));
}

function setSmall(char: string, raise: number, direction: Direction, { fonts, style }: Typesetter): Outline {
  const font = fonts.find(visibleCodePoints(char), style) ?? digitFont(fonts);
  return digit.test(char)
    ? placeOutline(font.shape(char, direction, SMALL_DIGITS), raise, 1)
    : placeOutline(font.shape(char, direction), raise, SMALL);
}

/** Drawn over the letter before it, on which the pen stays behind. */
function overlay(outline: Outline, back: number): Outline {
  return { advance: 0, draw: (x, y, size) => outline.draw(x - back * size, y, size) };
}
