import { drawCodeBox, codeBoxCharacters } from "./code-box.ts";
import { decompose, type Part } from "./compatibility.ts";
import type { EmojiLibrary } from "./emoji-library.ts";
import type { FontFace } from "./font-face.ts";
import type { FontLibrary } from "./font-library.ts";
import { plainStyle, type FontStyle } from "./fonts.ts";
import { splitGraphemes, visibleCodePoints } from "./graphemes.ts";
import type { Direction } from "./harfbuzz.ts";
import { joinOutlines, placeOutline, type Outline } from "./outline.ts";

/** What shaping a text needs. */
export interface Typesetter {
  fonts: FontLibrary;
  emoji: EmojiLibrary;
  style: FontStyle;
  /**
   * Collect the code points without a font, in the order in which they are met: characters are drawn as boxes, marks
   * are left out.
   */
  missing: Set<number>;
  missingMarks: Set<number>;
}

const space = /^\p{Space_Separator}$/u;
const mark = /^(?!\p{Default_Ignorable_Code_Point})\p{Mark}$/u;
const anyMark = /(?!\p{Default_Ignorable_Code_Point})\p{Mark}/u;
const digit = /^[0-9]$/u;

/** The width of spaces without a font, in ems. Only the ideographic space is as wide as a character. */
const IDEOGRAPHIC_SPACE = 0x3000;
const SPACE_ADVANCE = 0.26;

/** The size of exponents and indices in Noto Sans, in ems. */
const SMALL = 0.6;
/**
 * OpenType's feature for denominators: small digits, as heavy as the others, on the baseline. Noto Sans has no other
 * small digits.
 */
const SMALL_DIGITS = "dnom";

export function toDirection(level: number): Direction {
  return level % 2 === 1 ? "rtl" : "ltr";
}

/** The font for the codes in boxes. */
export function digitFont(fonts: FontLibrary): FontFace {
  const font = fonts.find(visibleCodePoints(codeBoxCharacters), plainStyle);
  if (!font) throw new Error("The font with the digits was not loaded");
  return font;
}

/** Drops marks without a font. A box for one would separate its letter from other marks, and from joining letters. */
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
 * Composes a grapheme that no font has as a whole. Each character comes from its own font or is made of its
 * compatibility form. Marks are placed on their letter. Boxes stand for the rest.
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
      outlines.push({ advance: codePoint === IDEOGRAPHIC_SPACE ? 1 : SPACE_ADVANCE, glyphs: [] });
    } else {
      const composed = composeCharacter(char, level, typesetter);
      if (!composed) missing.add(codePoint);
      outlines.push(composed ?? drawCodeBox(codePoint, digitFont(fonts)));
    }
  }
  return joinOutlines(outlines);
}

/** Composes a character of its compatibility form; undefined: it has none, or fonts lack part of it. */
function composeCharacter(char: string, level: number, typesetter: Typesetter): Outline | undefined {
  const { fonts, style } = typesetter;
  const parts = decompose(char);
  const known = parts?.every(({ text }) =>
    visibleCodePoints(text).every((codePoint) => fonts.find([codePoint], style)),
  );
  return parts && known ? joinOutlines(parts.map((part) => setPart(part, level, typesetter))) : undefined;
}

function setPart({ text, raise }: Part, level: number, typesetter: Typesetter): Outline {
  // A bracket follows the direction of its run. Longer parts consist only of numbers and Latin letters.
  const direction = text.length === 1 ? toDirection(level) : "ltr";
  if (raise !== undefined)
    return joinOutlines(Array.from(text, (char) => setSmall(char, raise, direction, typesetter)));
  // HarfBuzz turns digits around a fraction slash into a fraction.
  const font = typesetter.fonts.find(visibleCodePoints(text), typesetter.style);
  if (font) return font.shape(text, direction);
  return joinOutlines(splitGraphemes(text).map((grapheme) => composeGrapheme(grapheme, level, typesetter)));
}

function setSmall(char: string, raise: number, direction: Direction, { fonts, style }: Typesetter): Outline {
  const font = fonts.find(visibleCodePoints(char), style) ?? digitFont(fonts);
  return digit.test(char)
    ? placeOutline(font.shape(char, direction, SMALL_DIGITS), 0, -raise, 1)
    : placeOutline(font.shape(char, direction), 0, -raise, SMALL);
}

/** Draws an outline over the letter before it, without moving the pen. */
function overlay(outline: Outline, back: number): Outline {
  return { ...placeOutline(outline, -back, 0, 1), advance: 0 };
}
