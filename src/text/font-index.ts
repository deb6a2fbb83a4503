import { fontFiles, fontRank, type FontFile, type FontStyle } from "./fonts.ts";

interface RangeOfFile {
  first: number;
  last: number;
  font: FontFile;
}

/** Ranges by the 256 code points that they touch: made at the first question, tens of thousands of them. */
let blocks: Map<number, RangeOfFile[]> | undefined;

/** The files that are for a code point, in the order in which they are to be tried; see `fontRank`. */
export function fontsFor(codePoint: number, style: FontStyle): FontFile[] {
  blocks ??= readRanges();
  const fonts = (blocks.get(codePoint >> 8) ?? [])
    .filter(({ first, last }) => first <= codePoint && codePoint <= last)
    .map(({ font }) => font);
  // A stable sort: files of one rank stay in the order of `fontFiles`.
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

/** CSS `unicode-range` as the metadata writes it: `U+0000-00FF,U+0131`. */
export function parseUnicodeRange(text: string): [first: number, last: number][] {
  return text.split(",").map((part) => {
    const [first = "", last = first] = part.replace("U+", "").split("-");
    return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
  });
}
