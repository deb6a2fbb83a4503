import { fontsFor } from "./font-index.ts";
import type { FontStyle, HanForm } from "./fonts.ts";
import { readStandardForm } from "./han-standards.ts";

const TAB = "    ";

/** Unicode's mandatory breaks (UAX #14 BK, CR, LF, NL). */
// oxlint-disable-next-line no-control-regex
const paragraphBreaks = /\r\n|[\n\u000b\u000c\r\u0085\u2028\u2029]/u;

const strayMark = /^(?!\p{Default_Ignorable_Code_Point})\p{Mark}/u;
/** Stands for the letter of a mark that has none (Unicode 5.13): alone, the mark would be beside the text's box. */
const DOTTED_CIRCLE = "\u25cc";

const compatibles = /[\uf900-\ufaff]|[^\uf900-\ufaff]+/gu;

/** The paragraphs of a text, as they are set. */
export function prepareParagraphs(text: string): string[] {
  return compose(text)
    .replaceAll("\t", TAB)
    .split(paragraphBreaks)
    .map((paragraph) => (strayMark.test(paragraph) ? DOTTED_CIRCLE + paragraph : paragraph));
}

/**
 * Composed characters have glyphs of their own, where a letter and its mark may be in two fonts (NFC). But NFC also takes the
 * older forms from characters of Japanese names (神 for U+FA19), which have code points and glyphs of their own in Japan.
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
 * Signs are full-width in a text that is Chinese or Japanese for the most part: it has as many characters of these as words of others.
 * Korean sets them narrow.
 */
export function readFontStyle(text: string): FontStyle {
  const form = readHanForm(text);
  if (form === undefined || form === "kr") return { form, fullWidth: false };
  const characters = text.match(eastAsian)?.length ?? 0;
  const words = text.match(otherWords)?.length ?? 0;
  return { form, fullWidth: characters >= words };
}

/** And what only Japanese has beside kana: its sign of repetition, its abbreviation, IBM's and JIS X 0213's older forms. */
const kana = /[\p{Script=Hiragana}\p{Script=Katakana}々〆\ufa0e-\ufa6a]/u;
const hangul = /\p{Script=Hangul}/u;
/** Taiwan's letters for sounds. */
const bopomofo = /\p{Script=Bopomofo}/u;
const han = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u;

/**
 * The form of a text's Chinese characters, by what is written beside them: kana and signs that only Japanese has, Japanese;
 * else Hangul, Korean; else Bopomofo, Traditional Chinese; else by which characters they are. undefined: there are none, and no
 * punctuation of theirs either.
 */
export function readHanForm(text: string): HanForm | undefined {
  if (kana.test(text)) return "jp";
  if (hangul.test(text)) return "kr";
  if (bopomofo.test(text)) return "tc";
  return han.test(text) ? readStandardForm(text) : undefined;
}
