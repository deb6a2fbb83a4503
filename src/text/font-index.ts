import { fontFiles, fontRank, type FontFile, type FontStyle } from "./fonts.ts";

interface RangeOfFile {
  first: number;
  last: number;
  font: FontFile;
}

/** Tens of thousands of ranges, by the block of 256 code points that they touch. Made at the first lookup. */
let blocks: Map<number, RangeOfFile[]> | undefined;

/** The font files for a code point, in the order in which to try them; see `fontRank`. */
export function fontsFor(codePoint: number, style: FontStyle): FontFile[] {
  blocks ??= readRanges();
  const fonts = (blocks.get(codePoint >> 8) ?? [])
    .filter(({ first, last }) => first <= codePoint && codePoint <= last)
    .map(({ font }) => font);
  // The sort is stable: files of the same rank keep the order of `fontFiles`.
  return fonts.sort((a, b) => fontRank(a, codePoint, style) - fontRank(b, codePoint, style));
}

function readRanges(): Map<number, RangeOfFile[]> {
  const found = new Map<number, RangeOfFile[]>();
  for (const font of fontFiles) {
    for (const [first, last] of parseUnicodeRange(font.unicodeRange)) {
      for (let block = first >> 8; block <= last >> 8; block++) {
        const ranges = found.get(block) ?? [];
        ranges.push({ first, last, font });
        found.set(block, ranges);
      }
    }
  }
  return found;
}

/** Parses a CSS `unicode-range` as the metadata writes it: `U+0000-00FF,U+0131`. */
export function parseUnicodeRange(text: string): [first: number, last: number][] {
  return text.split(",").map((part) => {
    const [first = "", last = first] = part.replace("U+", "").split("-");
    return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
  });
}
