import type { LaidOutText, LayoutText } from "../scene/shape.ts";
import { breakLines, type Line } from "./break-lines.ts";
import { codeBoxCharacters } from "./code-box.ts";
import { FontLibrary } from "./font-library.ts";
import { bidi, shapeText, type ShapedRun } from "./shape-text.ts";

/** From the top of a line to its baseline and to the next line, in ems: Noto's own ascent and descent. */
const ASCENT = 1.069;
const LINE_HEIGHT = 1.362;

/** Unicode's mandatory breaks (UAX #14 BK, CR, LF, NL). */
// oxlint-disable-next-line no-control-regex
const paragraphBreaks = /\r\n|[\n\u000b\u000c\r\u0085\u2028\u2029]/u;
const TAB = "    ";

/**
 * Sets text as outlines. Fonts are read first (`load`), so that the layout itself is a plain function for the scene. Characters
 * that no font has are drawn as boxes with their code, and collected in `missing` in the order in which they were met.
 */
export class TextLayout {
  readonly missing = new Set<number>();
  readonly #fonts: FontLibrary;

  constructor(assets: Fetcher) {
    this.#fonts = new FontLibrary(assets);
  }

  /** Reads the fonts for some texts. Throws where a font can't be read: worth another try. */
  async load(texts: Iterable<string>): Promise<void> {
    const codePoints = new Set<number>();
    const add = (text: string): void => {
      for (const char of text) codePoints.add(char.codePointAt(0) ?? 0);
    };
    for (const text of texts) {
      if (codePoints.size === 0) add(codeBoxCharacters);
      add(normalize(text));
    }
    await this.#fonts.load(codePoints);
  }

  /** Lines start at the side where their paragraph starts: right-to-left ones at the right edge of the box. */
  readonly layout: LayoutText = (text, fontSize, wrapWidth): LaidOutText => {
    const wrap = wrapWidth === undefined ? undefined : wrapWidth / fontSize;
    const lines = normalize(text)
      .split(paragraphBreaks)
      .flatMap((paragraph) => this.#layoutParagraph(paragraph, wrap));
    const width = Math.max(0, ...lines.map((line) => line.width));
    const edge = wrap ?? width;
    const path = lines
      .map(({ runs, width: lineWidth, rightToLeft }, index) => {
        const start = rightToLeft ? (edge - lineWidth) * fontSize : 0;
        return drawRuns(runs, start, (index * LINE_HEIGHT + ASCENT) * fontSize, fontSize);
      })
      .join("");
    return { width: width * fontSize, height: lines.length * LINE_HEIGHT * fontSize, path };
  };

  #layoutParagraph(paragraph: string, wrap: number | undefined): (Line & { rightToLeft: boolean })[] {
    const { levels, paragraphs } = bidi.getEmbeddingLevels(paragraph);
    const rightToLeft = (paragraphs[0]?.level ?? 0) % 2 === 1;
    return breakLines(paragraph, wrap, (start, end) =>
      shapeText(paragraph.slice(start, end), levels.subarray(start, end), this.#fonts, this.missing),
    ).map((line) => ({ ...line, runs: reorderRuns(line.runs), rightToLeft }));
  }
}

/** Composed characters have glyphs of their own, where a letter and its mark may be in two fonts. */
function normalize(text: string): string {
  return text.normalize("NFC").replaceAll("\t", TAB);
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

function drawRuns(runs: readonly ShapedRun[], x: number, baseline: number, size: number): string {
  let pen = x;
  let path = "";
  for (const { outline } of runs) {
    path += outline.draw(pen, baseline, size);
    pen += outline.advance * size;
  }
  return path;
}
