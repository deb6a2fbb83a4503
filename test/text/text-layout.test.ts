import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createTextPlatform } from "../../src/export/text-platform.ts";
import { TextLayout } from "../../src/text/text-layout.ts";
import { dropKeptFonts, layoutPath } from "../support/texts.ts";

const texts = {
  latin: "Hello, World! fi Ąćęłńóśźż ĀĪŪ",
  greek: "Ελληνικά ἀρχὴ",
  cyrillic: "Русский Українська Ѳѣ",
  vietnamese: "Việt Nam ước mơ",
};

async function layoutOf(text: string): Promise<TextLayout> {
  const layout = new TextLayout(createTextPlatform(env.ASSETS));
  await layout.load([text]);
  return layout;
}

describe("fonts", () => {
  it("that are missing from the assets are an error that a later try may overcome", async () => {
    await dropKeptFonts();
    // A document's object serves as a service without fonts.
    const layout = new TextLayout(createTextPlatform(env.ROOMS.getByName(crypto.randomUUID())));
    await expect(async () => layout.load(["ᾧ"])).rejects.toThrow("is missing from the assets");
    const again = await layoutOf("ᾧ");
    expect(layoutPath(again, "ᾧ", 20, undefined).path).not.toBe("");
  });
});

describe("scripts", () => {
  it.each(Object.entries(texts))("%s has glyphs, and nothing is missing", async (_script, text) => {
    const layout = await layoutOf(text);
    for (const word of text.split(" ")) {
      const { path, width } = layoutPath(layout, word, 20, undefined);
      expect(path.length).toBeGreaterThan(word.length * 20);
      expect(width).toBeGreaterThan(word.length * 4);
      expect(width).toBeLessThan(word.length * 24);
    }
    expect([...layout.missing]).toEqual([]);
  });

  it("letters differ from each other and from the box of a missing character", async () => {
    const layout = await layoutOf("aαж漢");
    const paths = ["a", "α", "ж", "漢"].map((char) => layoutPath(layout, char, 20, undefined).path);
    expect(new Set(paths).size).toBe(4);
  });

  it("a missing character is a box with its code, named once; joiners and selectors are neither drawn nor missed", async () => {
    const text = "aᚠᚠ 𓀀\u200d𓀁 ᚢ\ufe0f\u200b\u00ad";
    const layout = await layoutOf(text);
    const { path } = layoutPath(layout, text, 20, undefined);
    expect(path).not.toBe("");
    expect([...layout.missing].map((code) => code.toString(16))).toEqual(["16a0", "13000", "13001", "16a2"]);
    expect(layoutPath(layout, "\u200b", 20, undefined)).toMatchObject({ path: "", width: 0 });
  });

  it("spaces that no font has are wide and blank", async () => {
    const layout = await layoutOf("a\u3000b");
    const wide = layoutPath(layout, "a\u3000b", 20, undefined).width;
    expect(wide - layoutPath(layout, "ab", 20, undefined).width).toBeCloseTo(20);
    expect(layout.missing.size).toBe(0);
  });
});

describe("marks stay on their letter", () => {
  it("composed or not, a letter is the same", async () => {
    const layout = await layoutOf("éё");
    expect(layoutPath(layout, "e\u0301", 20, undefined)).toEqual(layoutPath(layout, "é", 20, undefined));
    expect(layoutPath(layout, "е\u0308", 20, undefined)).toEqual(layoutPath(layout, "ё", 20, undefined));
  });

  it("a mark from another font takes no room, is centred, and stands higher on a capital", async () => {
    const layout = await layoutOf("жЖ\u0303");
    const marked = layoutPath(layout, "ж\u0303", 100, undefined);
    const plain = layoutPath(layout, "ж", 100, undefined);
    expect(marked.width).toBeCloseTo(plain.width);
    expect(marked.path.startsWith(plain.path)).toBe(true);
    const small = extent(marked.path.slice(plain.path.length));
    const letter = extent(plain.path);
    expect((small.left + small.right) / 2).toBeGreaterThan((letter.left + letter.right) / 2 - 4);
    expect((small.left + small.right) / 2).toBeLessThan((letter.left + letter.right) / 2 + 4);
    expect(small.bottom).toBeLessThan(letter.top + 5);
    const capital = layoutPath(layout, "Ж", 100, undefined);
    const high = extent(layoutPath(layout, "Ж\u0303", 100, undefined).path.slice(capital.path.length));
    expect(high.bottom).toBeLessThan(small.bottom - 5);
    expect(layout.missing.size).toBe(0);
  });
});

describe("a text that begins with a mark", () => {
  it.each([
    ["Latin", "\u0301a"],
    ["Thai", "\u0e34ก"],
    ["Hebrew", "\u05b8ב"],
    ["Arabic", "\u064eب"],
    ["kana's", "\u3099か"],
  ])("of %s has a circle for the letter that is not there, on each of its lines", async (_script, line) => {
    const text = `${line}\n${line}`;
    const layout = await layoutOf(text);
    const { path, width } = layoutPath(layout, text, 100, undefined);
    expect(path).toBe(layoutPath(layout, `\u25cc${line}\n\u25cc${line}`, 100, undefined).path);
    expect(layout.missing.size).toBe(0);
    // Nothing lies beside the text's box.
    const { left, right } = extent(path);
    expect(left).toBeGreaterThan(-5);
    expect(right).toBeLessThan(width + 5);
  });

  it("that is a selector has none", async () => {
    const layout = await layoutOf("\ufe0fa");
    expect(layoutPath(layout, "\ufe0fa", 20, undefined)).toEqual(layoutPath(layout, "a", 20, undefined));
  });
});

describe("lines", () => {
  let layout: TextLayout;
  const lines = (text: string, width?: number): number =>
    Math.round(layoutPath(layout, text, 20, width).height / (20 * 1.362));
  const widthOf = (text: string): number => layoutPath(layout, text, 20, undefined).width;
  beforeAll(async () => {
    layout = await layoutOf("abcdefghijklmnopqrstuvwxyz-–1 漢字 שלום");
  });

  it("break where the text says", () => {
    for (const newline of ["\n", "\r\n", "\r", "\u2028", "\u2029", "\u0085", "\u000b"]) {
      expect(lines(`a${newline}b`)).toBe(2);
    }
    expect(lines("")).toBe(1);
    expect(lines("\n")).toBe(2);
    expect(lines("a\n\nb")).toBe(3);
  });

  it("wrap between words at the width, and not before it", () => {
    const width = widthOf("hello world");
    expect(lines("hello world", width)).toBe(1);
    expect(lines("hello world", width - 1)).toBe(2);
    expect(lines("hello   world", width - 1)).toBe(2);
    expect(layoutPath(layout, "hello world", 20, width - 1).width).toBeLessThan(width - 1);
  });

  it("break a word that is too wide between its characters, at least one a line", () => {
    expect(lines("mmmmmmmm", widthOf("mm") + 1)).toBe(4);
    expect(lines("see mmmmmmmm so", widthOf("mmmm"))).toBe(4);
    expect(lines("abc", 0)).toBe(3);
  });

  it("break after a hyphen or dash within a word, not before one, nor before a number, and at a zero-width space", () => {
    for (const hyphen of ["-", "\u2013"]) {
      const width = widthOf(`world${hyphen}`);
      expect(lines(`world${hyphen}hello`, width)).toBe(2);
      expect(layoutPath(layout, `world${hyphen}hello`, 20, width).width).toBeCloseTo(width);
    }
    expect(layoutPath(layout, "see world-1", 20, widthOf("see world-")).width).toBeCloseTo(
      widthOf("world-1"),
    );
    expect(layoutPath(layout, "hello a -world", 20, widthOf("hello a -")).width).toBeCloseTo(
      widthOf("hello a"),
    );
    expect(lines("world\u200bhello", widthOf("world"))).toBe(2);
    expect(widthOf("hello\u200bworld")).toBeCloseTo(widthOf("hello") + widthOf("world"));
  });

  it("show a soft hyphen where they end at it, and nowhere else", () => {
    const width = widthOf("see world-");
    const broken = layoutPath(layout, "see world\u00adhello", 20, width);
    expect(broken.path).toBe(layoutPath(layout, "see world-\nhello", 20, width).path);
    expect(broken.width).toBeCloseTo(width);
    // Without room for the hyphen the whole word moves to the next line.
    const narrow = layoutPath(layout, "hello see world\u00adhello", 20, widthOf("hello see world-") - 1);
    expect(narrow.path).toBe(layoutPath(layout, "hello see\nworld\u200bhello", 20, undefined).path);
    expect(layoutPath(layout, "hello\u00adworld", 20, undefined).path).toBe(
      layoutPath(layout, "hello\u200bworld", 20, undefined).path,
    );
    // In a right-to-left line it is on the left.
    const { path } = layoutPath(layout, "שלום\u00adשלום", 20, widthOf("שלום-"));
    expect(path.startsWith(layoutPath(layout, "-", 20, undefined).path)).toBe(true);
  });

  it("break between the words of a script without spaces", () => {
    const width = widthOf("漢字漢字") + 1;
    expect(lines("漢字漢字漢字漢字", width)).toBe(2);
    expect(lines("ab 漢字漢字", widthOf("ab 漢字") + 1)).toBe(2);
  });

  it("a tab is four spaces", () => {
    expect(widthOf("a\tb")).toBeCloseTo(widthOf("a    b"));
  });

  it("scale with the size", () => {
    const small = layoutPath(layout, "hello", 20, undefined);
    const large = layoutPath(layout, "hello", 40, undefined);
    expect(large.width).toBeCloseTo(2 * small.width);
    expect(large.height).toBeCloseTo(2 * small.height);
  });

  it("a long word without a break takes time in proportion to its length", () => {
    const started = performance.now();
    expect(lines("m".repeat(10_000), 1_000_000)).toBe(1);
    expect(lines("m".repeat(10_000), widthOf("m".repeat(100)) + 1)).toBe(100);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe("directions", () => {
  it("a right-to-left paragraph starts at the right edge, a left-to-right one at the left", async () => {
    const layout = await layoutOf("אב a");
    const rtl = extent(layoutPath(layout, "אב", 20, 300).path);
    expect(rtl.right).toBeGreaterThan(295);
    expect(rtl.left).toBeGreaterThan(250);
    const ltr = extent(layoutPath(layout, "a", 20, 300).path);
    expect(ltr.right).toBeLessThan(20);
  });

  it("words are put in the order in which they are read", async () => {
    const layout = await layoutOf("a אב b");
    const path = (text: string): string => layoutPath(layout, text, 20, undefined).path;
    expect(path("a אב b")).toBe(path("a \u202dבא\u202c b"));
    // In a right-to-left paragraph what comes first is on the right.
    expect(path("אב a")).toBe(path("a אב"));
    expect(path("אב")).not.toBe(path("בא"));
  });

  it("brackets face the other way", async () => {
    const layout = await layoutOf("(אב)");
    // Inside a right-to-left paragraph the opening bracket is on the right, and opens to the left.
    const { path } = layoutPath(layout, "(אב)", 20, undefined);
    const opening = layoutPath(layout, "(", 20, undefined).path;
    expect(path.startsWith(opening)).toBe(true);
  });
});

/** The bounding box of all points of path data with absolute M, L, Q, C and Z. */
function extent(path: string): { left: number; right: number; top: number; bottom: number } {
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const [, x = "", y = ""] of path.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)) {
    box.left = Math.min(box.left, Number(x));
    box.right = Math.max(box.right, Number(x));
    box.top = Math.min(box.top, Number(y));
    box.bottom = Math.max(box.bottom, Number(y));
  }
  return box;
}
