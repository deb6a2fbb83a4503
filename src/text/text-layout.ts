import { EMOJI_UNITS, type Emoji } from "../scene/glyph.ts";
import type { LaidOutText, LayoutText, PlacedEmoji } from "../scene/shape.ts";
import { breakLines, type Line } from "./break-lines.ts";
import { codeBoxCharacters } from "./code-box.ts";
import { decompose } from "./compatibility.ts";
import type { Typesetter } from "./compose-grapheme.ts";
import { EmojiLibrary, mayBeEmoji, wantsEmoji } from "./emoji-library.ts";
import { FontLibrary } from "./font-library.ts";
import { plainStyle } from "./fonts.ts";
import { splitGraphemes, visibleCodePoints } from "./graphemes.ts";
import { ASCENT, LINE_HEIGHT } from "./line.ts";
import { placeOutline, type PlacedGlyph } from "./outline.ts";
import { prepareParagraphs, readFontStyle } from "./prepare-text.ts";
import { bidi, shapeText, type ShapedRun } from "./shape-text.ts";
import type { TextPlatform } from "./text-platform.ts";

/** An emoji's side, its distance from the pen, and how far it reaches below the baseline, in ems. */
const EMOJI_SIZE = 1.1;
const EMOJI_BEARING = 0.05;
const EMOJI_DESCENT = 0.2;

/**
 * The most characters of SVG for the emoji of one text: about two thousand emoji, or ten thousand stars. resvg takes
 * five times as much.
 */
const EMOJI_MAX_CHARACTERS = 5 * 1024 * 1024;

/**
 * Lays out text as glyphs and emoji. `load` reads fonts and emoji first, so that the layout itself is a plain
 * function for the scene. Characters without a font are drawn as boxes with their code, and collected in `missing`.
 * Marks without a font are left out, and collected in `missingMarks`. Both keep the order in which the characters were
 * met.
 *
 * @example
 * const texts = new TextLayout(platform);
 * await texts.load(["Hello"]);
 * const { glyphs, width } = texts.layout("Hello", 24, undefined);
 */
export class TextLayout {
  readonly missing = new Set<number>();
  readonly missingMarks = new Set<number>();
  /** How many emoji were drawn as boxes because their text has too many. */
  standIns = 0;
  readonly #fonts: FontLibrary;
  readonly #emoji: EmojiLibrary;

  constructor(platform: TextPlatform) {
    this.#fonts = new FontLibrary(platform);
    this.#emoji = new EmojiLibrary(platform);
  }

  /**
   * Loads what some texts need, and releases what was loaded before: a scene with many texts loads each one before
   * laying it out. Throws if a file can't be read; another try may succeed.
   */
  async load(texts: Iterable<string>): Promise<void> {
    this.#fonts.clear();
    this.#emoji.clear();
    for (const text of texts) {
      await this.#fonts.load(visibleCodePoints(codeBoxCharacters), plainStyle);
      await this.#loadParagraphs(prepareParagraphs(text), readFontStyle(text));
    }
  }

  async #loadParagraphs(paragraphs: readonly string[], style: Typesetter["style"]): Promise<void> {
    const graphemes = [...new Set(paragraphs.flatMap(splitGraphemes))];
    await this.#emoji.load(graphemes.filter(wantsEmoji));
    const letters = graphemes.filter((each) => !wantsEmoji(each) || !this.#emoji.find(each));
    const codePoints = new Set(letters.flatMap(visibleCodePoints));
    await this.#fonts.load(codePoints, style);
    const unknown = [...codePoints].filter((codePoint) => !this.#fonts.find([codePoint], style));
    await this.#fonts.load(new Set(unknown.flatMap(partCodePoints)), style);
    const others = letters.filter(
      (each) => mayBeEmoji(each) && !this.#fonts.find(visibleCodePoints(each), style),
    );
    await this.#emoji.load(others);
  }

  /** Lays out a text. Right-to-left lines start at the right edge of the box. */
  readonly layout: LayoutText = (text, fontSize, wrapWidth): LaidOutText => {
    const wrap = wrapWidth === undefined ? undefined : wrapWidth / fontSize;
    const typesetter = {
      fonts: this.#fonts,
      emoji: this.#emoji,
      style: readFontStyle(text),
      missing: this.missing,
      missingMarks: this.missingMarks,
    };
    const lines = prepareParagraphs(text).flatMap((paragraph) =>
      layoutParagraph(paragraph, wrap, typesetter),
    );
    const width = Math.max(0, ...lines.map((line) => line.width));
    const edge = wrap ?? width;
    const glyphs: PlacedGlyph[] = [];
    const placed: PlacedEmoji[] = [];
    let characters = 0;
    for (const [index, { runs, width: lineWidth, rightToLeft }] of lines.entries()) {
      const baseline = index * LINE_HEIGHT + ASCENT;
      let pen = rightToLeft ? edge - lineWidth : 0;
      for (const { outline, emoji } of runs) {
        characters += emoji?.svg.length ?? 0;
        if (emoji !== undefined && characters <= EMOJI_MAX_CHARACTERS) {
          placed.push(placeEmoji(emoji, pen, baseline, fontSize));
        } else {
          if (emoji !== undefined) this.standIns++;
          for (const glyph of placeOutline(outline, pen, baseline, 1).glyphs) glyphs.push(glyph);
        }
        pen += outline.advance;
      }
    }
    return {
      width: width * fontSize,
      height: lines.length * LINE_HEIGHT * fontSize,
      fontSize,
      glyphs: glyphs.map(({ glyph }) => glyph),
      places: Float32Array.from(glyphs.flatMap(({ x, y, scale }) => [x, y, scale])),
      emoji: placed,
    };
  };
}

function placeEmoji(emoji: Emoji, pen: number, baseline: number, fontSize: number): PlacedEmoji {
  return {
    x: (pen + EMOJI_BEARING) * fontSize,
    y: (baseline - (EMOJI_SIZE - EMOJI_DESCENT)) * fontSize,
    scale: (EMOJI_SIZE * fontSize) / EMOJI_UNITS,
    emoji,
  };
}

/** The code points of the parts that a character can be made of. */
function partCodePoints(codePoint: number): number[] {
  const parts = decompose(String.fromCodePoint(codePoint)) ?? [];
  return parts.flatMap(({ text }) => visibleCodePoints(text));
}

function layoutParagraph(
  paragraph: string,
  wrap: number | undefined,
  typesetter: Typesetter,
): (Line & { rightToLeft: boolean })[] {
  const { levels, paragraphs } = bidi.getEmbeddingLevels(paragraph);
  const rightToLeft = (paragraphs[0]?.level ?? 0) % 2 === 1;
  return breakLines(paragraph, wrap, {
    shape: (start, end) => shapeText(paragraph.slice(start, end), levels.subarray(start, end), typesetter),
    // The font with the digits, which is always loaded, has a hyphen.
    shapeHyphen: (at) => shapeText("-", levels.subarray(at, at + 1), typesetter),
  }).map((line) => ({ ...line, runs: reorderRuns(line.runs), rightToLeft }));
}

/** Reorders runs from reading order to left-to-right order (UAX #9 rule L2). */
function reorderRuns(runs: readonly ShapedRun[]): ShapedRun[] {
  const ordered = [...runs];
  const highest = Math.max(0, ...ordered.map((run) => run.level));
  for (let level = highest; level >= 1; level--) {
    let start = 0;
    while (start < ordered.length) {
      let end = start;
      while ((ordered[end]?.level ?? -1) >= level) end++;
      if (end > start) ordered.splice(start, end - start, ...ordered.slice(start, end).reverse());
      start = end + 1;
    }
  }
  return ordered;
}
