import type { HanForm } from "./fonts.ts";
import { readStandardForm } from "./han-standards.ts";

const TAB = "    ";

/** A text as it is set. Composed characters have glyphs of their own, where a letter and its mark may be in two fonts (NFC). */
export function prepareText(text: string): string {
  return text.normalize("NFC").replaceAll("\t", TAB);
}

const kana = /[\p{Script=Hiragana}\p{Script=Katakana}々〆]/u;
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
