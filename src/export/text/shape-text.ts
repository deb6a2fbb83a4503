import bidiFactory from "bidi-js";
import { drawCodeBox, codeBoxCharacters } from "./code-box.ts";
import { mayBePicture, wantsPicture, type EmojiLibrary } from "./emoji-library.ts";
import type { FontFace } from "./font-face.ts";
import type { FontLibrary } from "./font-library.ts";
import { plainStyle, type FontStyle } from "./fonts.ts";
import type { Direction } from "./harfbuzz.ts";
import { joinOutlines, type Outline } from "./outline.ts";

export const bidi = bidiFactory();

/** Outlines of one embedding level (UAX #9): what the reordering of a line moves as one. */
export interface ShapedRun {
  level: number;
  outline: Outline;
  /** An emoji's SVG elements, for which the outline stands in where there is no room for more pictures. */
  picture?: string;
}

/** What a text is shaped with. */
export interface Typesetter {
  fonts: FontLibrary;
  emoji: EmojiLibrary;
  style: FontStyle;
  /** Code points that nothing here has, in the order in which they are met. */
  missing: Set<number>;
}

/** Width that an emoji takes, in ems. */
const EMOJI_ADVANCE = 1.2;

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

/** Shapes a stretch of a paragraph. `levels` are those of its UTF-16 units. */
export function shapeText(text: string, levels: Uint8Array, typesetter: Typesetter): ShapedRun[] {
  const { fonts, emoji, style } = typesetter;
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
    const codePoints = visibleCodePoints(grapheme);
    // A direction mark between two letters does not part them.
    if (codePoints.length === 0) continue;
    const pictured = wantsPicture(grapheme) && emoji.find(grapheme);
    // Where no font has a character, a picture is better than a box.
    const font = pictured ? undefined : fonts.find(codePoints, style);
    if (font && font === pending.font && level === pending.level) {
      pending.text += grapheme;
      continue;
    }
    flush();
    if (font) pending = { text: grapheme, level, font };
    else runs.push(...composeRuns(grapheme, level, typesetter));
  }
  flush();
  return runs;
}

/** A grapheme that is for no one font: its pictures, or what there is of its characters. */
function composeRuns(grapheme: string, level: number, typesetter: Typesetter): ShapedRun[] {
  const { emoji, fonts } = typesetter;
  const codePoints = visibleCodePoints(grapheme);
  const pictures = emoji.find(grapheme);
  if (pictures) {
    const outline = drawStandIn(codePoints, fonts);
    return pictures.map((picture) => ({ level, outline, picture }));
  }
  // An emoji with a modifier, say, that has no picture: neither is lost.
  return mayBePicture(grapheme) && codePoints.length > 1
    ? codePoints.flatMap((code) => composeRuns(String.fromCodePoint(code), level, typesetter))
    : [{ level, outline: composeGrapheme(grapheme, level, typesetter) }];
}

/** An emoji's first code point in a box, as wide as its picture. */
function drawStandIn([codePoint = 0]: readonly number[], fonts: FontLibrary): Outline {
  return { ...drawCodeBox(codePoint, digitFont(fonts)), advance: EMOJI_ADVANCE };
}

function toDirection(level: number): Direction {
  return level % 2 === 1 ? "rtl" : "ltr";
}

/** Code points of a text that are drawn if there is a font. */
export function visibleCodePoints(text: string): number[] {
  return Array.from(text, (char) => (ignorable.test(char) ? -1 : (char.codePointAt(0) ?? -1))).filter(
    (codePoint) => codePoint >= 0,
  );
}

/** A grapheme that no font has as a whole: each character from its own font, marks on their letter, boxes for the rest. */
function composeGrapheme(grapheme: string, level: number, { fonts, style, missing }: Typesetter): Outline {
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
  const codes = Array.from(codeBoxCharacters, (char) => char.codePointAt(0) ?? 0);
  const font = fonts.find(codes, plainStyle);
  if (!font) throw new Error("The font with the digits was not loaded");
  return font;
}
