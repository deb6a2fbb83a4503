import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createTextPlatform } from "../../src/export/text-platform.ts";
import { TextLayout } from "../../src/text/text-layout.ts";
import { render, sampleAnnotation, sampleDocument } from "../support/export/sample-state.ts";
import { layoutPath } from "../support/texts.ts";

async function layoutOf(text: string): Promise<TextLayout> {
  const layout = new TextLayout(createTextPlatform(env.ASSETS));
  await layout.load([text]);
  return layout;
}

/** Top and bottom of a text drawn at 100 pixels to the em, measured upwards from its baseline. */
function heightsOf(layout: TextLayout, text: string): { bottom: number; top: number } {
  const { path } = layoutPath(layout, text, 100, undefined);
  const ys = Array.from(path.matchAll(/-?[\d.]+ (-?[\d.]+)/g), ([, y = ""]) => 106.9 - Number(y));
  return { bottom: Math.min(...ys), top: Math.max(...ys) };
}

describe("a character that no font has is made of others", () => {
  it("exponents as ² is, which fonts have, and indices as the same digits below the line", async () => {
    const layout = await layoutOf("²⁵₅5⁻₋ₙ");
    const [two, raised, lowered] = ["²", "⁵", "₅"].map((char) => heightsOf(layout, char));
    // Except that a round digit reaches a little beyond a flat one.
    expect(Math.abs((raised?.bottom ?? 0) - (two?.bottom ?? 0))).toBeLessThan(2);
    expect(Math.abs((raised?.top ?? 0) - (two?.top ?? 0))).toBeLessThan(2);
    expect(lowered?.bottom).toBeCloseTo(-10.5);
    expect(lowered?.top).toBeLessThan(40);
    const widthOf = (text: string): number => layoutPath(layout, text, 100, undefined).width;
    // The font's own small digits, as heavy as the others, not the normal ones scaled down.
    for (const char of "⁵₅") expect(widthOf(char)).toBeCloseTo(widthOf("²"));
    expect(widthOf("⁻")).toBeCloseTo(0.6 * widthOf("−"));
    expect(heightsOf(layout, "⁻").bottom).toBeGreaterThan(heightsOf(layout, "₋").top);
    expect(heightsOf(layout, "ₙ").top).toBeCloseTo(0.6 * heightsOf(layout, "n").top - 9.6);
    expect(layout.missing.size).toBe(0);
  });

  it("fractions as ½ is, which fonts have, and one that is open stands as high", async () => {
    const layout = await layoutOf("½⅓⅒⅟²⁄");
    const widthOf = (text: string): number => layoutPath(layout, text, 100, undefined).width;
    const [digit, slash] = [widthOf("²"), widthOf("⁄")];
    expect(widthOf("⅓")).toBeCloseTo(2 * digit + slash);
    expect(widthOf("⅒")).toBeCloseTo(3 * digit + slash);
    expect(widthOf("⅟")).toBeCloseTo(digit + slash);
    for (const char of "⅓⅒⅟") {
      expect(Math.abs(heightsOf(layout, char).top - heightsOf(layout, "½").top)).toBeLessThan(2);
    }
    expect(layout.missing.size).toBe(0);
  });

  it("as others where no place is its own", async () => {
    const layout = await layoutOf("ﬆ ㌬");
    const path = (text: string): string => layoutPath(layout, text, 20, undefined).path;
    expect(path("ﬆ")).toBe(path("st"));
    expect(path("㌬")).toBe(path("パーツ"));
  });

  it("that is no other way round in a right-to-left text, but for brackets", async () => {
    const layout = await layoutOf("א⅓℠⁽");
    const path = (text: string): string => layoutPath(layout, text, 20, undefined).path;
    for (const char of "⅓℠") expect(path(`\u202e${char}`)).toBe(path(char));
    expect(path("\u202e⁽")).toBe(path("⁾"));
  });

  it("of all in Unicode but those whose parts no font has", async () => {
    const layout = new TextLayout(createTextPlatform(env.ASSETS));
    for (const block of compatibilityCharacters()) {
      await layout.load(block);
      for (const char of block) layoutPath(layout, char, 20, undefined);
    }
    const codes = Array.from(layout.missing, (code) => code.toString(16));
    expect(codes.join(" ")).toBe("2db ab5d ab5f 10788 1079c 1079f 107a1 107a7 107ad 107b9 107ba");
  });
});

/** Characters with a compatibility form, in lists of neighbours. */
function compatibilityCharacters(): string[][] {
  const blocks: string[][] = [];
  for (let first = 0; first < 0x110000; first += 128) {
    const chars = Array.from({ length: 128 }, (_, index) => String.fromCodePoint(first + index));
    const block = chars.filter((char) => char.normalize("NFKD") !== char.normalize("NFD"));
    if (block.length > 0) blocks.push(block);
  }
  return blocks;
}

describe("a mark that no font has", () => {
  it.each([
    ["a letter", "k\u0361", "k"],
    ["a letter that has another mark", "k\u0361\u0304", "k\u0304"],
    ["a syllable of a vowel before its letter", "कि\u0361", "कि"],
    ["two letters that join", "ب\u0361ب\u0361ب", "ببب"],
    ["nothing", "\u0007\u0361", "\u0007"],
  ])("leaves %s as it is, and is named once", async (_what, marked, plain) => {
    const layout = await layoutOf(marked);
    const drawn = layoutPath(layout, marked, 20, undefined);
    expect([...layout.missingMarks]).toEqual([0x361]);
    expect(drawn).toEqual(layoutPath(layout, plain, 20, undefined));
  });

  it("leaves an emoji its picture, and a keycap its mark", async () => {
    const layout = await layoutOf("😀\u0361 1\u20e3");
    expect(layoutPath(layout, "😀\u0361 1\u20e3", 20, undefined).emoji).toHaveLength(2);
    expect([...layout.missing, ...layout.missingMarks]).toEqual([0x361]);
  });

  it("of any script is no box", async () => {
    const layout = new TextLayout(createTextPlatform(env.ASSETS));
    for (let first = 0; first < 0x20000; first += 128) {
      const marks = Array.from({ length: 128 }, (_, index) => String.fromCodePoint(first + index)).filter(
        (char) => /(?!\p{Default_Ignorable_Code_Point})\p{M}/u.test(char),
      );
      if (marks.length === 0) continue;
      await layout.load(marks.map((mark) => `x${mark}`));
      for (const mark of marks) layoutPath(layout, `x${mark}`, 20, undefined);
    }
    expect(layout.missingMarks.size).toBeGreaterThan(1_000);
    expect([...layout.missing]).toEqual([]);
  });

  it("is told in a warning, beside that of the characters that are boxes", async () => {
    const document = sampleDocument({ width: 100, height: 100 });
    const text = sampleAnnotation({ type: "text", geometry: { x: 1, y: 1 }, text: "k\u0361k\u0361 ᚠ H₂O ⅓" });
    const { warnings } = await render({ document, annotations: [text], format: "svg" });
    expect(warnings).toEqual([
      "No font here has these characters, which are drawn as boxes with their codes: U+16A0",
      "No font here has these combining marks, which are left out: U+0361",
    ]);
  });
});
