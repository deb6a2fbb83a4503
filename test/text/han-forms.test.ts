import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { FontFace } from "../../src/text/font-face.ts";
import { plainStyle, type HanForm } from "../../src/text/fonts.ts";
import { fontsFor } from "../../src/text/font-index.ts";
import { readStandardForm } from "../../src/text/han-standards.ts";
import { getHarfBuzz } from "../../src/text/harfbuzz.ts";
import { openWoff } from "../../src/text/open-woff.ts";
import { readFontStyle, readHanForm } from "../../src/text/prepare-text.ts";
import { createTextPlatform } from "../../src/export/text-platform.ts";
import { TextLayout } from "../../src/text/text-layout.ts";
import { drawOutline, layoutPath } from "../support/texts.ts";

const SIZE = 20;

const platform = createTextPlatform(env.ASSETS);

async function pathOf(text: string): Promise<string> {
  const layout = new TextLayout(platform);
  await layout.load([text]);
  expect([...layout.missing]).toEqual([]);
  return layoutPath(layout, text, SIZE, undefined).path;
}

/** The glyph of a character in the first font of a family that has it, at its place on the first line. */
async function glyphIn(family: string, char: string, place = 0): Promise<string | undefined> {
  const codePoint = char.codePointAt(0) ?? 0;
  for (const font of fontsFor(codePoint, plainStyle).filter((each) => each.family === family)) {
    const woff = await platform.readFile(`fonts/${font.name}`);
    const face = new FontFace(
      font.name,
      await openWoff(woff, platform.inflate),
      getHarfBuzz(platform.harfBuzzModule),
    );
    if (face.has(codePoint)) return drawOutline(face.shape(char, "ltr"), place * SIZE, 1.069 * SIZE, SIZE);
  }
  return undefined;
}

describe("the form of Chinese characters", () => {
  it.each([
    ["直す", "jp", "kana, whatever the characters are"],
    ["スーパー 骨們", "jp", "kana"],
    ["佐々木", "jp", "a sign that only Japanese has"],
    ["직 直", "kr", "Hangul"],
    ["學校 학교", "kr", "Hangul beside traditional characters"],
    ["骨ㄍㄨˇ", "tc", "Bopomofo"],
    ["直。", "sc", "in every standard"],
    ["人人生而自由", "sc", "in every standard"],
    ["（，）", "sc", "punctuation alone"],
    ["〇", "sc", "in no table"],
    ["人人生而自由，在尊严和权利上一律平等", "sc", "simplified characters"],
    ["人人生而自由，在尊嚴和權利上一律平等", "tc", "traditional characters"],
    ["今次溫飽令", "tc", "traditional characters"],
    ["No. 3 號出口 exit", "tc", "traditional characters among Latin letters"],
    ["恒生銀行", "tc", "a character of ETEN's, in Big5 since long"],
    ["佢哋喺度", "tc", "Cantonese ones of Hong Kong's supplement"],
    ["看着你講", "tc", "one of GB 2312's that Hong Kong uses, too"],
    ["說話𠝹", "tc", "one beyond the tables"],
    ["简体字 · 繁體字", "sc", "a mixture"],
    ["國語 国语", "sc", "a mixture"],
    ["銀行賬户", "tc", "one of GB 2312's that is Hong Kong's form, too"],
    ["東京駅", "jp", "all in Japan's standard alone, one in no other"],
    ["危険", "jp", "all in Japan's standard alone, one in no other"],
    ["会議室", "jp", "all in Japan's standard alone, though others have each"],
    ["東京", "tc", "in Taiwan's and Japan's"],
  ])("of %s is %s: %s", (text, form) => {
    expect(readHanForm(text)).toBe(form);
  });

  it("is none where there are no such characters", () => {
    expect(readHanForm("Straße")).toBeUndefined();
    expect(readHanForm("")).toBeUndefined();
  });

  it("is that of the standard which a text is taken from, for every character", () => {
    const rows = (encoding: string, leads: [number, number], trails: [number, number]): string => {
      const bytes: number[] = [];
      for (let lead = leads[0]; lead <= leads[1]; lead++) {
        for (let trail = trails[0]; trail <= trails[1]; trail++) bytes.push(lead, trail);
      }
      return new TextDecoder(encoding)
        .decode(Uint8Array.from(bytes))
        .replaceAll(/\P{Unified_Ideograph}/gu, "");
    };
    // Level 1 of each standard, without the last 63 characters of Big5.
    const standards: [HanForm, string, number][] = [
      ["sc", rows("gb18030", [0xb0, 0xd7], [0xa1, 0xfe]), 3_755],
      ["tc", rows("big5", [0xa4, 0xc5], [0x40, 0xfe]), 5_338],
      ["jp", rows("euc-jp", [0xb0, 0xcf], [0xa1, 0xfe]), 2_965],
    ];
    for (const [form, characters, count] of standards) {
      expect(characters.length).toBe(count);
      expect(readStandardForm(characters)).toBe(form);
    }
  });

  it("of the longest text is read in little time", () => {
    const text = "人人生而自由在尊嚴和權利".repeat(1_000).slice(0, 10_000);
    readHanForm(text);
    const started = performance.now();
    for (let time = 0; time < 10; time++) expect(readHanForm(text)).toBe("tc");
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe("the glyphs", () => {
  it("of a traditional text are Taiwan's, and of the same characters in another text another's", async () => {
    // 骨 and 、 are drawn differently in each of the four, 說 makes it traditional.
    for (const [beside, family] of [
      ["說", "noto-sans-tc"],
      ["说", "noto-sans-sc"],
      ["の", "noto-sans-jp"],
      ["한", "noto-sans-kr"],
    ] as const) {
      const path = await pathOf(`骨直、${beside}`);
      const glyphs = await Promise.all(["骨", "直", "、"].map((char, place) => glyphIn(family, char, place)));
      expect(path.startsWith(glyphs.join(""))).toBe(true);
      expect(glyphs.join("").length).toBeGreaterThan(300);
    }
    const [taiwan, mainland] = await Promise.all([
      glyphIn("noto-sans-tc", "骨"),
      glyphIn("noto-sans-sc", "骨"),
    ]);
    expect(taiwan).not.toBe(mainland);
  });

  it("of a text that every standard has are mainland China's, as before", async () => {
    expect(await pathOf("骨")).toBe(await glyphIn("noto-sans-sc", "骨"));
  });

  it("of dashes, leaders and quotes are full-width in a Chinese or Japanese text", async () => {
    for (const [text, family] of [
      ["人…", "noto-sans-sc"],
      ["說…", "noto-sans-tc"],
      ["は…", "noto-sans-jp"],
    ] as const) {
      const glyph = await glyphIn(family, "…", 1);
      expect(glyph).not.toBe(await glyphIn("noto-sans", "…", 1));
      expect(await pathOf(text)).toContain(glyph);
    }
    const layout = new TextLayout(platform);
    await layout.load(["说“——”"]);
    for (const quote of ["“", "”"]) {
      const { width } = layoutPath(layout, `说${quote}`, SIZE, undefined);
      expect(width).toBeCloseTo(2 * SIZE);
    }
  });

  it("of dashes, leaders and quotes are narrow in one of other words for the most part, and in Korean", async () => {
    const narrow = await glyphIn("noto-sans", "…");
    for (const text of ["…Tokyo (東京) is the capital of Japan", "…東京 서울", "…capital"]) {
      expect((await pathOf(text)).startsWith(narrow ?? "none")).toBe(true);
    }
    expect(readFontStyle("iPhone 15 发布")).toEqual({ form: "sc", fullWidth: true });
    expect(readFontStyle("the new iPhone 15 发布")).toEqual({ form: "sc", fullWidth: false });
    expect(readFontStyle("スーパー a b")).toEqual({ form: "jp", fullWidth: true });
    expect(readFontStyle("Straße")).toEqual(plainStyle);
    // An apostrophe is one in any text.
    expect(await pathOf("’人")).toContain(await glyphIn("noto-sans", "’"));
  });

  it("that the text's own font lacks come from another one", async () => {
    // A simplified character beside kana and beside Bopomofo, and a Hong Kong character beside simplified ones.
    expect(await glyphIn("noto-sans-tc", "们")).toBeUndefined();
    expect(await pathOf("们ㄅ")).toContain(await glyphIn("noto-sans-sc", "们"));
    expect(await glyphIn("noto-sans-jp", "们")).toBeUndefined();
    expect(await pathOf("们の")).toContain(await glyphIn("noto-sans-sc", "们"));
    expect(await glyphIn("noto-sans-sc", "𠝹")).toBeUndefined();
    expect(await pathOf("们𠝹")).toContain(await glyphIn("noto-sans-tc", "𠝹", 1));
  });

  it("of Japanese names are those that were written, of a Korean or Chinese text the common ones", async () => {
    // U+FA19 is 神, and U+FA10 塚, as people's names have them.
    expect(await pathOf("\ufa19の")).toContain(await glyphIn("noto-sans-jp", "\ufa19"));
    expect(await glyphIn("noto-sans-jp", "\ufa19")).not.toBe(await glyphIn("noto-sans-jp", "神"));
    expect(await pathOf("\ufa10本")).not.toBe(await pathOf("塚本の"));
    // Korea's standard has 樂 three times; they look the same.
    expect(await pathOf("악\uf914")).toBe(await pathOf("악樂"));
    expect(await pathOf("說\uf914")).toBe(await pathOf("說樂"));
    // Marks are still composed, and characters that Japan's fonts lack come from other fonts.
    expect(await pathOf("か\u3099\ufa19")).toBe(await pathOf("が\ufa19"));
    expect(await pathOf("の\ufa6c\ufad9")).not.toBe("");
  });

  it("of one text have one form, on every line of it", async () => {
    const path = await pathOf("說\n骨");
    const first = await pathOf("說");
    const second = await glyphIn("noto-sans-tc", "骨");
    expect(path.startsWith(first)).toBe(true);
    // The same shape, one line further down.
    const shape = (text = ""): string => text.replaceAll(/-?[\d.]+/g, "");
    expect(shape(path.slice(first.length))).toBe(shape(second));
    expect(shape(second)).not.toBe(shape(await glyphIn("noto-sans-sc", "骨")));
  });
});
