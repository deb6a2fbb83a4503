/**
 * How emoji are stored: Twemoji's pictures as SVG elements, in JSON files `{key: svg}` under `/emoji/`. The build
 * writes them, and text layout reads them. Pure data.
 */

/** About 16 emoji and 40 KB in each: little to read for one text, and not many files to copy. */
export const EMOJI_FILES = 256;

/** An emoji's code points in hexadecimal, without style selectors, which people often leave out. */
export function emojiKey(emoji: string): string {
  return Array.from(emoji, (char) => char.codePointAt(0) ?? 0)
    .filter((codePoint) => codePoint !== 0xfe0e && codePoint !== 0xfe0f)
    .map((codePoint) => codePoint.toString(16))
    .join("-");
}

/** The name under `/emoji/` of the file for a key. The file may lack the key. */
export function emojiFile(key: string): string {
  const sum = key.split("-").reduce((total, code) => total + Number.parseInt(code, 16), 0);
  return `${sum % EMOJI_FILES}.json`;
}
