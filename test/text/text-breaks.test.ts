import { describe, expect, it } from "vitest";
import { breakLines } from "../../src/text/break-lines.ts";
import { splitPieces } from "../../src/text/break-opportunities.ts";
import { splitGraphemes } from "../../src/text/graphemes.ts";
import type { ShapedRun } from "../../src/text/shape-text.ts";
import { nameGlyph } from "../support/texts.ts";

/** The lines of a text in a font in which every grapheme is one em wide. */
function linesOf(text: string, width: number): string[] {
  const shape = (part: string): ShapedRun[] => {
    const shown = part.replaceAll("\u00ad", "");
    return shown === ""
      ? []
      : [{ level: 0, outline: { advance: splitGraphemes(shown).length, glyphs: [nameGlyph(shown)] } }];
  };
  const lines = breakLines(text, width, {
    shape: (start, end) => shape(text.slice(start, end)),
    shapeHyphen: () => shape("-"),
  });
  return lines.map(({ runs }) =>
    runs.map(({ outline }) => outline.glyphs.map(({ glyph }) => glyph.id).join("")).join(""),
  );
}

const nbsp = "\u00a0";

describe("a line ends", () => {
  it.each([
    ["where a space is", "one two", 4, ["one", "two"]],
    ["where an ideographic space is", "東京\u3000大阪", 4, ["東京", "大阪"]],
    ["between words of Thai", "ภาษาไทย", 5, ["ภาษา", "ไทย"]],
    ["between words of Lao", "ພາສາລາວ", 5, ["ພາສາ", "ລາວ"]],
    ["between words of Khmer", "ភ្នំពេញរាជធានី", 4, ["ភ្នំពេញ", "រាជធានី"]],
    ["between words of Burmese", "ကျောင်းသား", 4, ["ကျောင်း", "သား"]],
    ["with a hyphen where a soft one is", "ab Don\u00adau\u00addampf", 7, ["ab Don-", "audampf"]],
    [
      "at the last soft hyphen that leaves room for one",
      "Don\u00adau\u00addampf",
      5,
      ["Don-", "au-", "dampf"],
    ],
    ["without one where the text ends, or a space follows", "Don\u00ad au\u00ad", 3, ["Don", "au"]],
    ["at Ethiopia's word separator", "የሰው፡ልጅ፡ሁሉ", 5, ["የሰው፡", "ልጅ፡ሁሉ"]],
    ["after a maqaf", "בית־ספר", 5, ["בית־", "ספר"]],
    ["after a Tibetan tsheg, but not before a full stop", "བོད་ཡིག་ལ་འགྲོ་།", 5, ["བོད་", "ཡིག་ལ་", "འགྲོ་།"]],
    ["after an Armenian hyphen", "բարի֊լույս", 7, ["բարի֊", "լույս"]],
    ["after a slash between words", "Bauherr/Architekt/Büro", 10, ["Bauherr/", "Architekt/", "Büro"]],
    ["at a zero-width space within Thai", "ชื่อ\u200bเล่น", 5, ["ชื่อ\u200b", "เล่น"]],
  ])("%s", (_where, text, width, lines) => {
    expect(linesOf(text, width)).toEqual(lines);
  });
});

describe("an address is parted", () => {
  it.each([
    ["after slashes and ?, & and =", "https://ab/cd//ef?g=h&i", "https://ab/|cd//|ef?|g=|h&|i"],
    ["before . - _ # % ~ and commas", "https://a.b/c-d_e#f%20~g,h", "https://a|.b/|c|-d|_e|#f|%20|~g|,h"],
    ["without a scheme, too", "ab.cd/ef/gh", "ab|.cd/|ef/|gh"],
    ["also before numbers", "http://a.b/2026/12", "http://a|.b/|2026/|12"],
    ["but not within them", "http://10.0.0.1:80/v1.2/2026-12-24", "http://10.0.0.1:80/|v1.2/|2026-12-24"],
    ["and not from the sentence's marks", "(https://a.b/c?)", "(https://a|.b/|c?)"],
    ["nor from another address's start", "file:///ab", "file:///ab"],
    ["at a hyphen after it as any word", "https://a.b\u200bc-d", "https://a|.b\u200b|c-|d"],
    ["up to a script without spaces", "見https://a.b/c。24/12次", "見|https://a|.b/|c。24/12|次"],
  ])("%s", (_where, text, pieces) => {
    expect(splitPieces(text)).toEqual(pieces.split("|"));
  });

  it("so that its lines are full, and none is too wide", () => {
    const address = "https://example.com/projects/north-wing/plan.pdf?version=3&page=12";
    expect(linesOf(address, 24)).toEqual([
      "https://example.com/",
      "projects/north-wing/plan",
      ".pdf?version=3&page=12",
    ]);
  });
});

describe("a line does not end", () => {
  it.each([
    ["at a no-break space", `a 10${nbsp}kg`, 5, ["a", `10${nbsp}kg`]],
    ["at a narrow no-break space", "a 10\u202fkg", 5, ["a", "10\u202fkg"]],
    ["at a figure space", "ab 1\u2007000", 7, ["ab", "1\u2007000"]],
    ["at a word joiner", "新宿東京\u2060大阪", 5, ["新宿", "東京\u2060大阪"]],
    ["before marks that stand apart, as in French", "Bonjour monde !", 13, ["Bonjour", "monde !"]],
    ["before several of them", "Bonjour monde ?!", 13, ["Bonjour", "monde ?!"]],
    ["within quotes that stand apart", "Il dit « oui » ici", 8, ["Il dit", "« oui »", "ici"]],
    ["before closing marks, or after opening ones", "人人「書名」、和", 5, ["人人", "「書名」、", "和"]],
    ["after an opening bracket among Latin letters", "東京(Tokyo)", 8, ["東京", "(Tokyo)"]],
    ["before a sign of repetition", "こうぞ日々", 4, ["こうぞ", "日々"]],
    ["before a long vowel's sign", "大阪東京ー", 4, ["大阪", "東京ー"]],
    ["between small kana and what they belong to", "ああっぽい", 3, ["ああっ", "ぽい"]],
    ["between a currency and its number", "合計￥100です", 5, ["合計", "￥100", "です"]],
    ["between a sign and its number", "気温−5", 3, ["気温", "−5"]],
    ["between a number and its percent", "合計100％です", 5, ["合計", "100％", "です"]],
    ["at a straight quote", '他说了"好"吗', 5, ["他说", '了"好"吗']],
    ["before Thai's sign of repetition", "ขนมต่างๆ", 6, ["ขนม", "ต่างๆ"]],
    ["between a letter and its mark", "e\u0301e\u0301", 1, ["e\u0301", "e\u0301"]],
    ["within an emoji of several", "👩🏽‍🚀👨‍👩‍👧", 1, ["👩🏽‍🚀", "👨‍👩‍👧"]],
    [
      "between a character and its variation selector",
      "葛\u{e0100}葛\u{e0100}",
      1,
      ["葛\u{e0100}", "葛\u{e0100}"],
    ],
    ["at a date's slashes", "on 24/12/2026", 11, ["on", "24/12/2026"]],
    ["within a fraction", "one 1/2", 6, ["one", "1/2"]],
    ["within a unit or an abbreviation", "ab w/out ab c/o", 5, ["ab", "w/out", "ab", "c/o"]],
    ["after a slash before Hebrew", "אב שלום/עולם", 11, ["אב", "שלום/עולם"]],
    ["at a non-joiner", "می\u200cآیند", 9, ["می\u200cآیند"]],
  ])("%s", (_where, text, width, lines) => {
    expect(linesOf(text, width)).toEqual(lines);
  });
});

describe("what is too wide for a line", () => {
  it("is broken anywhere, but so that the next line begins well", () => {
    expect(linesOf("abcdefg", 3)).toEqual(["abc", "def", "g"]);
    expect(linesOf("abcdefghi,", 3)).toEqual(["abc", "def", "gh", "i,"]);
    expect(linesOf("abc((def", 5)).toEqual(["abc", "((def"]);
    expect(linesOf('abc"def', 3)).toEqual(["ab", 'c"d', "ef"]);
    // Without room for a hyphen the line still does not get wider.
    expect(linesOf("Don\u00adau", 3)).toEqual(["Don", "au"]);
    // There is no better place.
    expect(linesOf("a,,,,", 2)).toEqual(["a,", ",,", ","]);
    expect(linesOf("「「「", 1)).toEqual(["「", "「", "「"]);
  });

  it("is broken at a space first, even before a mark that stands apart", () => {
    expect(linesOf("magnifique !", 10)).toEqual(["magnifique", "!"]);
    expect(linesOf("« magnifique » oui", 10)).toEqual(["«", "magnifique", "» oui"]);
  });

  it("loses nothing, at no width, and no line of several characters is wider than it may be", () => {
    const text = `Il dit « oui » ! 人人「書名」、${nbsp}￥100 (ab) ภาษาไทย http://ab.cd/e?f=1 e\u0301 — mid-word\u200bend ${"。".repeat(5)}`;
    const letters = (part: string): string => part.replaceAll(/\s/gu, "");
    for (let width = 0; width < 40; width++) {
      const lines = linesOf(text, width);
      expect(letters(lines.join(""))).toBe(letters(text));
      for (const line of lines) expect(splitGraphemes(line).length).toBeLessThanOrEqual(Math.max(1, width));
    }
    expect(splitPieces(text).join("")).toBe(text);
  });

  it("takes time in proportion to its length, whatever it is made of", () => {
    for (const part of [
      "/",
      "a/",
      "http://",
      "a.",
      "。",
      "「",
      '"',
      "a ",
      " !",
      "￥",
      "漢",
      `漢${nbsp}`,
      "กข",
    ]) {
      const text = part.repeat(10_000 / part.length);
      const started = performance.now();
      expect(linesOf(text, 100).join("").length).toBeGreaterThanOrEqual(text.length * 0.49);
      expect(performance.now() - started).toBeLessThan(3_000);
    }
  });
});
