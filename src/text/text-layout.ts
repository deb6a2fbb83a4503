import type { LaidOutText, LayoutText, PlacedPicture } from "../scene/shape.ts";
import { breakLines, type Line } from "./break-lines.ts";
import { codeBoxCharacters } from "./code-box.ts";
import { decompose } from "./compatibility.ts";
import type { Typesetter } from "./compose-grapheme.ts";
import { EMOJI_UNITS } from "./emoji-files.ts";
import { EmojiLibrary, mayBePicture, wantsPicture } from "./emoji-library.ts";
import { FontLibrary } from "./font-library.ts";
import { plainStyle } from "./fonts.ts";
import { splitGraphemes, visibleCodePoints } from "./graphemes.ts";
import { prepareParagraphs, readFontStyle } from "./prepare-text.ts";
import { bidi, shapeText, type ShapedRun } from "./shape-text.ts";

/** From the top of a line to its baseline and to the next line, in ems: Noto's own ascent and descent. */
const ASCENT = 1.069;
const LINE_HEIGHT = 1.362;

/** An emoji's sides, its distance from the pen, and how far it goes below the baseline, in ems. */
const EMOJI_SIZE = 1.1;
const EMOJI_BEARING = 0.05;
const EMOJI_DESCENT = 0.2;

/** SVG of the emoji of one text, in characters: some two thousand, or ten thousand stars. The rasterizer takes five times that. */
const PICTURES_MAX_CHARACTERS = 5 * 1024 * 1024;

/**
 * Sets text as outlines, emoji as pictures. Fonts and pictures are read first (`load`), so that the layout itself is a plain
 * function for the scene. Characters that nothing here has are drawn as boxes with their code, and collected in `missing`. Marks that
 * nothing here has are left out, and collected in `missingMarks`. Both are in the order in which they were met.
 */
export class TextLayout {
  readonly missing = new Set<number>();
  readonly missingMarks = new Set<number>();
  /** Emoji drawn as boxes because their text has too many. */
  standIns = 0;
  readonly #fonts: FontLibrary;
  readonly #emoji: EmojiLibrary;
  /** Pictures placed: what they refer to gets names of its own in each. */
  #placed = 0;

  constructor(assets: Fetcher) {
    this.#fonts = new FontLibrary(assets);
    this.#emoji = new EmojiLibrary(assets);
  }

  /**
   * Reads what some texts need, and lets go of what was loaded before: a scene of many texts loads each before it is set.
   * Throws where a file can't be read: worth another try.
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
    await this.#emoji.load(graphemes.filter(wantsPicture));
    const letters = graphemes.filter((each) => !wantsPicture(each) || !this.#emoji.find(each));
    const codePoints = new Set(letters.flatMap(visibleCodePoints));
    await this.#fonts.load(codePoints, style);
    const unknown = [...codePoints].filter((codePoint) => !this.#fonts.find([codePoint], style));
    await this.#fonts.load(new Set(unknown.flatMap(partCodePoints)), style);
    const others = letters.filter(
      (each) => mayBePicture(each) && !this.#fonts.find(visibleCodePoints(each), style),
    );
    await this.#emoji.load(others);
  }

  /** Lines start at the side where their paragraph starts: right-to-left ones at the right edge of the box. */
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
    const paths: string[] = [];
    const pictures: PlacedPicture[] = [];
    let characters = 0;
    for (const [index, { runs, width: lineWidth, rightToLeft }] of lines.entries()) {
      const baseline = (index * LINE_HEIGHT + ASCENT) * fontSize;
      let pen = rightToLeft ? (edge - lineWidth) * fontSize : 0;
      for (const { outline, picture } of runs) {
        characters += picture?.length ?? 0;
        if (picture !== undefined && characters <= PICTURES_MAX_CHARACTERS) {
          pictures.push(this.#placePicture(picture, pen, baseline, fontSize));
        } else {
          if (picture !== undefined) this.standIns++;
          paths.push(outline.draw(pen, baseline, fontSize));
        }
        pen += outline.advance * fontSize;
      }
    }
    return {
      width: width * fontSize,
      height: lines.length * LINE_HEIGHT * fontSize,
      path: paths.join(""),
      pictures,
    };
  };

  #placePicture(picture: string, pen: number, baseline: number, fontSize: number): PlacedPicture {
    const name = `emoji${this.#placed++}-`;
    return {
      x: pen + EMOJI_BEARING * fontSize,
      y: baseline - (EMOJI_SIZE - EMOJI_DESCENT) * fontSize,
      scale: (EMOJI_SIZE * fontSize) / EMOJI_UNITS,
      svg: picture.replaceAll(/ id="| href="#/g, (start) => start + name),
    };
  }
}

/** Of what a character can be made of. */
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
    // Of the font with the digits, which is always there.
    shapeHyphen: (at) => shapeText("-", levels.subarray(at, at + 1), typesetter),
  }).map((line) => ({ ...line, runs: reorderRuns(line.runs), rightToLeft }));
}

/** From reading order to left-to-right order (UAX #9 rule L2). */
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
