import { splitGraphemes, type ShapedRun } from "./shape-text.ts";

/** Shapes the UTF-16 units from `start` to `end` of a paragraph. */
export type ShapeRange = (start: number, end: number) => ShapedRun[];

export interface Line {
  runs: ShapedRun[];
  /** In ems. */
  width: number;
}

/** Rounding of sums: a text that is exactly as wide as its box stays on one line. */
const TOLERANCE = 1e-6;

const spaces = /^\s+$/u;
const words = new Intl.Segmenter("und", { granularity: "word" });
/** Scripts that write words without spaces between them: any two words may part. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Within a word: after a hyphen or dash between a letter or digit and a letter, and where a zero-width space says so. */
const softBreaks = /(?<=[\p{L}\p{M}\p{N}][-\u2010\u2013\u2014])(?=\p{L})|(?<=\u200b)/u;
const opening = /^[\p{Open_Punctuation}\p{Initial_Punctuation}]$/u;
const endsOpen = /[\p{Open_Punctuation}\p{Initial_Punctuation}]$/u;

/**
 * Breaks a paragraph into lines of at most `width` ems (undefined: one line): between words and after hyphens, inside a word that is wider than
 * a line between graphemes, at least one a line. Spaces at a break belong to neither line.
 */
export function breakLines(paragraph: string, width: number | undefined, shape: ShapeRange): Line[] {
  const limit = (width ?? Infinity) + TOLERANCE;
  const lines: Line[] = [];
  let line: Line = { runs: [], width: 0 };
  /** Spaces that count only if something follows them on the same line. */
  let gap: Line = { runs: [], width: 0 };
  const endLine = (): void => {
    lines.push(line);
    line = { runs: [], width: 0 };
    gap = { runs: [], width: 0 };
  };

  let offset = 0;
  for (const piece of splitPieces(paragraph)) {
    const start = offset;
    offset += piece.length;
    const shaped = measure(shape(start, offset));
    if (spaces.test(piece)) {
      gap = joinLines(gap, shaped);
      continue;
    }
    if (line.width + gap.width + shaped.width > limit && line.runs.length > 0) endLine();
    if (gap.width + shaped.width <= limit) {
      line = joinLines(joinLines(line, gap), shaped);
      gap = { runs: [], width: 0 };
      continue;
    }
    // The word alone is too wide: as many graphemes as fit, at least one. Each is measured alone, so that a long word
    // takes time in proportion to its length; kerning makes it a hair narrower at most.
    let from = start;
    let to = start;
    let reached = 0;
    for (const grapheme of splitGraphemes(piece)) {
      const next = to + grapheme.length;
      const { width: advance } = measure(shape(to, next));
      if (reached + advance > limit && to > from) {
        line = measure(shape(from, to));
        endLine();
        from = to;
        reached = 0;
      }
      reached += advance;
      to = next;
    }
    line = measure(shape(from, to));
    gap = { runs: [], width: 0 };
  }
  endLine();
  return lines;
}

/** Words, or their parts, and the spaces between them, in order and without loss. */
function splitPieces(paragraph: string): string[] {
  return paragraph
    .split(/(\s+)/u)
    .flatMap((piece) => piece.split(softBreaks))
    .flatMap((piece) => (unspaced.test(piece) ? splitUnspaced(piece) : [piece]))
    .filter((piece) => piece !== "");
}

/**
 * Parts a stretch without spaces where a word of an unspaced script begins. Punctuation stays with what is before it; opening
 * brackets and quotes with what comes after.
 */
function splitUnspaced(piece: string): string[] {
  const parts: string[] = [];
  for (const { segment, isWordLike } of words.segment(piece)) {
    const last = parts.at(-1);
    const opens = opening.test(segment);
    const parted = opens || (isWordLike === true && (unspaced.test(segment) || unspaced.test(last ?? "")));
    if (last === undefined || (parted && !endsOpen.test(last))) parts.push(segment);
    else parts[parts.length - 1] = last + segment;
  }
  return parts;
}

function measure(runs: ShapedRun[]): Line {
  return { runs, width: runs.reduce((sum, run) => sum + run.outline.advance, 0) };
}

function joinLines(a: Line, b: Line): Line {
  if (a.runs.length === 0) return b;
  return { runs: [...a.runs, ...b.runs], width: a.width + b.width };
}
