import { fontsFor } from "./font-index.ts";
import type { FontStyle, HanForm } from "./fonts.ts";
import { readStandardForm } from "./han-standards.ts";

const TAB = "    ";

/** Unicode's mandatory breaks (UAX #14 BK, CR, LF, NL). */
// oxlint-disable-next-line no-control-regex
const paragraphBreaks = /\r\n|[\n\u000b\u000c\r\u0085\u2028\u2029]/u;

const strayMark = /^(?!\p{Default_Ignorable_Code_Point})\p{Mark}/u;
/** Stands in for the letter of a mark that has none (Unicode 5.13). Alone, the mark would lie beside the text's box. */
const DOTTED_CIRCLE = "\u25cc";

const compatibles = /[\uf900-\ufaff]|[^\uf900-\ufaff]+/gu;

/** Splits a text into paragraphs, ready for layout. */
export function prepareParagraphs(text: string): string[] {
  return compose(text)
    .replaceAll("\t", TAB)
    .split(paragraphBreaks)
    .map((paragraph) => (strayMark.test(paragraph) ? DOTTED_CIRCLE + paragraph : paragraph));
}

/**
 * Composes characters (NFC): a composed character has its own glyph, while a letter and its mark may be in two fonts.
 * But NFC also replaces older forms in Japanese names (神 for U+FA19), which have their own code points and glyphs in
 * Japan. These are kept.
 */
function compose(text: string): string {
  if (readHanForm(text) !== "jp") return text.normalize("NFC");
  return text.replace(compatibles, (part) => (isJapaneseVariant(part) ? part : part.normalize("NFC")));
}

function isJapaneseVariant(text: string): boolean {
  const codePoint = text.charCodeAt(0);
  return (
    codePoint >= 0xf900 &&
    codePoint <= 0xfaff &&
    fontsFor(codePoint, { form: "jp", fullWidth: false })[0]?.family === "noto-sans-jp"
  );
}

const eastAsian = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}]/gu;
const otherWords =
  /[[\p{Letter}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}ー]]+/gv;

/**
 * Reads the font style of a text. Signs are full-width if the text is mostly Chinese or Japanese: it has at least as
 * many characters of these as words of other scripts. Korean text has narrow signs.
 */
export function readFontStyle(text: string): FontStyle {
  const form = readHanForm(text);
  if (form === undefined || form === "kr") return { form, fullWidth: false };
  const characters = text.match(eastAsian)?.length ?? 0;
  const words = text.match(otherWords)?.length ?? 0;
  return { form, fullWidth: characters >= words };
}

/**
 * Kana, and what else only Japanese has: its iteration mark, its abbreviation mark, and older forms of IBM and JIS X
 * 0213.
 */
const kana = /[\p{Script=Hiragana}\p{Script=Katakana}々〆\ufa0e-\ufa6a]/u;
const hangul = /\p{Script=Hangul}/u;
/** Taiwan's phonetic letters. */
const bopomofo = /\p{Script=Bopomofo}/u;
const han = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u;

/**
 * Reads the form of a text's Chinese characters from what is written beside them: kana and Japanese signs mean Japan,
 * otherwise Hangul means Korea, otherwise Bopomofo means Taiwan, otherwise the characters themselves decide. undefined:
 * there are no Chinese characters and none of their punctuation.
 */
export function readHanForm(text: string): HanForm | undefined {
  if (kana.test(text)) return "jp";
  if (hangul.test(text)) return "kr";
  if (bopomofo.test(text)) return "tc";
  return han.test(text) ? readStandardForm(text) : undefined;
}
