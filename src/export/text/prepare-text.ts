import type { HanForm } from "./fonts.ts";

const TAB = "    ";

/** A text as it is set. Composed characters have glyphs of their own, where a letter and its mark may be in two fonts (NFC). */
export function prepareText(text: string): string {
  return text.normalize("NFC").replaceAll("\t", TAB);
}

const kana = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
const hangul = /\p{Script=Hangul}/u;
const han = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u;

/**
 * The form of a text's Chinese characters, by what is written beside them: kana, Japanese; else Hangul, Korean; else mainland
 * Chinese. undefined: there are none, and no punctuation of theirs either.
 */
export function readHanForm(text: string): HanForm | undefined {
  if (kana.test(text)) return "jp";
  if (hangul.test(text)) return "kr";
  return han.test(text) ? "sc" : undefined;
}
