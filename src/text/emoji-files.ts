/**
 * How emoji are filed, for the build that writes them and the Worker that reads them: Twemoji's pictures as SVG elements, in JSON
 * files `{key: svg}` under `/emoji/`. Pure data.
 */

/** Sides of an emoji's square in the units of its SVG. */
export const EMOJI_UNITS = 36;

/** Some 16 pictures, 40 KB, in each: few to read for one text, and few to copy. */
export const EMOJI_FILES = 256;

/** An emoji's code points in hexadecimal, without the selectors of its style, which people often leave out. */
export function emojiKey(emoji: string): string {
  return Array.from(emoji, (char) => char.codePointAt(0) ?? 0)
    .filter((codePoint) => codePoint !== 0xfe0e && codePoint !== 0xfe0f)
    .map((codePoint) => codePoint.toString(16))
    .join("-");
}

/** The name, under `/emoji/`, of the file that has a key's picture if there is one. */
export function emojiFile(key: string): string {
  const sum = key.split("-").reduce((total, code) => total + Number.parseInt(code, 16), 0);
  return `${sum % EMOJI_FILES}.json`;
}
