import { endsHyphenated, isSpace, mayBreak, splitPieces, splitSpaces } from "./break-opportunities.ts";
import { splitGraphemes } from "./graphemes.ts";
import type { ShapedRun } from "./shape-text.ts";

/** Shapes parts of a paragraph. */
export interface ParagraphShaper {
  /** Shapes the UTF-16 units from `start` to `end`. */
  shape(start: number, end: number): ShapedRun[];
  /** Shapes a hyphen in place of the unit at `at`. */
  shapeHyphen(at: number): ShapedRun[];
}

export interface Line {
  runs: ShapedRun[];
  /** In ems. */
  width: number;
}

const nothing: Line = { runs: [], width: 0 };

/** Allows for rounded sums: a text exactly as wide as its box stays on one line. */
const TOLERANCE = 1e-6;

/**
 * Breaks a paragraph into lines of at most `width` ems (undefined: one line). Lines end between words and after
 * hyphens; a soft hyphen is shown only there. A word wider than a line is broken between graphemes, at least one on
 * each line. Spaces at a break belong to neither line.
 */
export function breakLines(paragraph: string, width: number | undefined, shaper: ParagraphShaper): Line[] {
  const limit = (width ?? Infinity) + TOLERANCE;
  const lines: Line[] = [];
  let line = nothing;
  /** Spaces that count only if something follows on the same line. */
  let gap = nothing;
  /** A hyphen that counts only if nothing follows on the same line. */
  let hyphen = nothing;
  const endLine = (): void => {
    lines.push(joinLines(line, hyphen));
    line = nothing;
    gap = nothing;
    hyphen = nothing;
  };

  let offset = 0;
  /** The pieces still to be placed, last one first. */
  const open = splitPieces(paragraph).reverse();
  for (let piece = open.pop(); piece !== undefined; piece = open.pop()) {
    const start = offset;
    offset += piece.length;
    const shaped = measure(shaper.shape(start, offset));
    if (isSpace(piece)) {
      gap = joinLines(gap, shaped);
      hyphen = nothing;
      continue;
    }
    const end = endsHyphenated(piece) ? measure(shaper.shapeHyphen(offset - 1)) : nothing;
    const needed = shaped.width + end.width;
    if (line.width + gap.width + needed > limit && line.runs.length > 0) endLine();
    if (gap.width + needed <= limit) {
      line = joinLines(joinLines(line, gap), shaped);
      gap = nothing;
      hyphen = end;
      continue;
    }
    // The piece alone is too wide. A separated mark at the start of a line is better than a broken word.
    const apart = splitSpaces(piece);
    if (apart.length > 1) {
      offset = start;
      open.push(...apart.reverse());
      continue;
    }
    const ends = splitWideWord(
      piece,
      limit,
      (from, to) => measure(shaper.shape(start + from, start + to)).width,
    );
    for (const [index, to] of ends.entries()) {
      if (index > 0) endLine();
      line = measure(shaper.shape(start + (ends[index - 1] ?? 0), start + to));
    }
    gap = nothing;
    hyphen = line.width + end.width <= limit ? end : nothing;
  }
  hyphen = nothing;
  endLine();
  return lines;
}

/**
 * Finds where the lines of a word end that is too wide for one. Each line gets as many graphemes as fit, but at least
 * one, and fewer if the next line would start badly. Each grapheme is measured alone, so that the time grows only
 * linearly; kerning makes hardly any difference.
 */
function splitWideWord(
  word: string,
  limit: number,
  widthOf: (start: number, end: number) => number,
): number[] {
  const ends: number[] = [];
  let line: { grapheme: string; end: number; width: number }[] = [];
  let reached = 0;
  let end = 0;
  for (const grapheme of splitGraphemes(word)) {
    const width = widthOf(end, end + grapheme.length);
    // What moves to the next line may itself be too wide.
    while (reached + width > limit && line.length > 0) {
      let kept = line.length;
      while (kept > 0 && !mayBreak(line[kept - 1]?.grapheme ?? "", line[kept]?.grapheme ?? grapheme)) kept--;
      if (kept === 0) kept = line.length;
      ends.push(line[kept - 1]?.end ?? end);
      line = line.slice(kept);
      reached = line.reduce((sum, each) => sum + each.width, 0);
    }
    end += grapheme.length;
    line.push({ grapheme, end, width });
    reached += width;
  }
  return [...ends, end];
}

function measure(runs: ShapedRun[]): Line {
  return { runs, width: runs.reduce((sum, run) => sum + run.outline.advance, 0) };
}

function joinLines(a: Line, b: Line): Line {
  if (a.runs.length === 0) return b;
  return { runs: [...a.runs, ...b.runs], width: a.width + b.width };
}
