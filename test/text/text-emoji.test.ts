import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { emojiFile, emojiKey, EMOJI_FILES } from "../../src/text/emoji-files.ts";
import { createTextPlatform } from "../../src/export/text-platform.ts";
import { TextLayout } from "../../src/text/text-layout.ts";
import { makePicture } from "../../tools/emoji-assets.ts";
import { landscapePhoto } from "../support/export/fixture-photos.ts";
import { colorDistance, decodePixels, inkIn, rasterizeSvg } from "../support/export/pixels.ts";
import {
  documentWithImage,
  render,
  sampleAnnotation,
  sampleDocument,
} from "../support/export/sample-state.ts";
import { layoutPath } from "../support/texts.ts";

async function layoutOf(text: string): Promise<TextLayout> {
  const layout = new TextLayout(createTextPlatform(env.ASSETS));
  await layout.load([text]);
  return layout;
}

describe("one picture for", () => {
  it.each([
    ["a face", "😀"],
    ["a skin tone", "👍🏽"],
    ["a flag", "🇩🇪"],
    ["a flag of tags", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"],
    ["a flag of two emoji", "🏳️‍🌈"],
    ["a family", "👨‍👩‍👧‍👦"],
    ["a profession with a skin tone", "👩🏾‍💻"],
    ["a couple with two skin tones", "🧑🏻‍❤️‍🧑🏿"],
    ["a keycap", "1️⃣"],
    ["a keycap without its selector", "#⃣"],
    ["a letter-like sign with the selector", "❤️"],
    ["a sequence without its selector", "❤‍🔥"],
    ["an emoji that no font has, whatever its selector", "😀︎"],
    ["a newer emoji", "🫩"],
  ])("%s", async (_name, emoji) => {
    const layout = await layoutOf(`${emoji} a`);
    const { emoji: placed, path, width } = layoutPath(layout, emoji, 20, undefined);
    expect(placed).toHaveLength(1);
    expect(path).toBe("");
    expect(width).toBeCloseTo(24);
    expect(layout.missing.size).toBe(0);
  });
});

describe("emoji", () => {
  it("a sign with the text selector, or without any, is a letter where a font has it", async () => {
    const layout = await layoutOf("❤\ufe0e☎©1#");
    for (const text of ["❤\ufe0e", "☎", "©", "1", "#"]) {
      const { emoji: placed, path } = layoutPath(layout, text, 20, undefined);
      expect(placed).toEqual([]);
      expect(path).not.toBe("");
    }
    expect(layout.missing.size).toBe(0);
  });

  it("a sequence without a picture is drawn as its parts", async () => {
    const layout = await layoutOf("👩‍🚀‍🐶 🇽🇽 👪🏽");
    expect(layoutPath(layout, "👩‍🚀‍🐶", 20, undefined).emoji).toHaveLength(3);
    expect(layoutPath(layout, "🇽🇽", 20, undefined).emoji).toHaveLength(2);
    expect(layout.missing.size).toBe(0);
    // A skin tone that this emoji does not accept, and that is no emoji by itself.
    expect(layoutPath(layout, "👪🏽", 20, undefined).emoji).toHaveLength(1);
    expect([...layout.missing]).toEqual([0x1f3fd]);
  });

  it("stand in the text's order, in both directions, and break like words", async () => {
    const layout = await layoutOf("a😀b א👍ב 😀😀😀");
    const [ltr] = layoutPath(layout, "a😀b", 20, undefined).emoji;
    expect(ltr?.x).toBeCloseTo(layoutPath(layout, "a", 20, undefined).width + 1);
    const [rtl] = layoutPath(layout, "אא👍", 20, undefined).emoji;
    expect(rtl?.x).toBeCloseTo(1);
    expect(layoutPath(layout, "😀😀😀", 20, 50).height).toBeCloseTo(2 * 20 * 1.362);
  });

  it("an unknown one is a box, and named", async () => {
    // Reserved for emoji, but not assigned yet.
    const text = "\u{1faff} \u{1f9ff}";
    const layout = await layoutOf(text);
    expect(layoutPath(layout, text, 20, undefined).emoji).toHaveLength(1);
    expect([...layout.missing]).toEqual([0x1faff]);
  });

  it("refer to parts of their own picture only", async () => {
    // This emoji uses one shape several times.
    const text = "👬🏻👬🏼⚒️";
    const layout = await layoutOf(text);
    const { emoji: placed } = layoutPath(layout, text + text, 20, undefined);
    // One picture is the same object each time.
    const pictures = [...new Set(placed.map(({ emoji }) => emoji))];
    expect(pictures).toHaveLength(3);
    const ids = pictures.map(({ svg }) => Array.from(svg.matchAll(/ id="([^"]+)"/g), ([, id]) => id));
    const hrefs = pictures.map(({ svg }) => Array.from(svg.matchAll(/ href="#([^"]+)"/g), ([, id]) => id));
    expect(hrefs.flat().length).toBeGreaterThan(0);
    expect(new Set(ids.flat()).size).toBe(ids.flat().length);
    for (const [index, names] of hrefs.entries())
      for (const name of names) expect(ids[index]).toContain(name);
  });

  it("thousands in one text are all drawn; more than there is room for are boxes that are counted", async () => {
    const stars = await layoutOf("⭐".repeat(10_000));
    expect(stars.layout("⭐".repeat(10_000), 20, 1500).emoji).toHaveLength(10_000);
    expect(stars.standIns).toBe(0);
    const flags = "🇺🇳".repeat(2_500);
    const many = await layoutOf(flags);
    const { emoji: placed, path, width } = layoutPath(many, flags, 20, undefined);
    expect(placed.length + many.standIns).toBe(2_500);
    expect(placed.length).toBeGreaterThan(100);
    expect(many.standIns).toBeGreaterThan(0);
    expect(placed.reduce((sum, { emoji }) => sum + emoji.svg.length, 0)).toBeLessThan(6 * 1024 * 1024);
    expect(path).not.toBe("");
    expect(width).toBeCloseTo(2_500 * 24);
  });

  it("missing from the assets are an error that a later try may overcome", async () => {
    const platform = createTextPlatform({
      fetch: (url: string) =>
        url.includes("/emoji/") ? Promise.resolve(new Response("", { status: 404 })) : env.ASSETS.fetch(url),
      connect: () => env.ASSETS.connect("none"),
    });
    const layout = new TextLayout(platform);
    await expect(async () => layout.load(["🦩"])).rejects.toThrow("is missing from the assets");
    expect((await layoutOf("🦩")).layout("🦩", 20, undefined).emoji).toHaveLength(1);
  });
});

describe("in exports", () => {
  const face = sampleAnnotation({
    type: "text",
    geometry: { x: 20, y: 20 },
    text: "😀👍🏽🇩🇪 ᚠ",
    style: { font_size: 80 },
  });

  it("emoji have their own colours in pictures and in SVG, and the SVG needs nothing else", async () => {
    const document = sampleDocument({ width: 400, height: 140 });
    for (const format of ["png", "svg"] as const) {
      const file = await render({ document, annotations: [face], format });
      const pixels = decodePixels(format === "svg" ? await rasterizeSvg(file.bytes) : file.bytes);
      // Twemoji's yellow, between the eyes.
      expect(pixels.at(68, 50).slice(0, 3)).toEqual([255, 204, 77]);
      expect(
        inkIn(pixels, [255, 255, 255, 255], { left: 210, top: 40, right: 300, bottom: 100 }),
      ).toBeGreaterThan(0.5);
      expect(file.warnings).toEqual([expect.stringContaining("U+16A0")]);
      if (format === "svg")
        expect(new TextDecoder().decode(file.bytes)).not.toMatch(/<script|<image|href="(?!#)|url\(/);
    }
  });

  it("emoji are as translucent as their text", async () => {
    const document = sampleDocument({ width: 400, height: 140 });
    const faded = sampleAnnotation({
      type: "text",
      geometry: { x: 20, y: 20 },
      text: "😀",
      style: { font_size: 80, stroke: "#11182700" },
    });
    const pixels = decodePixels((await render({ document, annotations: [faded] })).bytes);
    expect(pixels.at(68, 50)).toEqual([255, 255, 255, 255]);
    const half = { ...faded, style: { ...faded.style, stroke: "#111827", opacity: 0.5 } };
    const blended = decodePixels((await render({ document, annotations: [half] })).bytes);
    expect(colorDistance(blended.at(68, 50), [255, 230, 166, 255])).toBeLessThan(3);
  });

  it("a text of ten thousand emoji is drawn on a photo, and too many are told in a warning", async () => {
    const document = await documentWithImage(landscapePhoto);
    const geometry = { x: 0, y: 0, width: 1800 };
    const text = (content: string): ReturnType<typeof sampleAnnotation> =>
      sampleAnnotation({ type: "text", geometry, text: content, style: { font_size: 12 } });
    const stars = await render({ document, annotations: [text("⭐".repeat(10_000))], format: "png" });
    expect(stars.warnings).toEqual([]);
    const flags = await render({ document, annotations: [text("🇺🇳".repeat(2_500))], format: "png" });
    expect(flags.warnings).toEqual([
      expect.stringMatching(/more emoji than can be shown: \d+ are drawn as boxes/),
    ]);
  });
});

describe("the build", () => {
  it("takes shapes, and nothing that runs, loads or links", () => {
    const shape = '<path fill="#fff" d="M0 0h1"/>';
    expect(makePicture("x", `<g>${shape}</g>`)).toBe(`<g>${shape}</g>`);
    expect(makePicture("x", '<path opacity=".5" d="M0 0"/>')).toBe('<path fill-opacity=".5" d="M0 0"/>');
    expect(makePicture("x", '<clipPath id="a"><path d="M0 0"/></clipPath><g clip-path="url(#a)"/>')).toBe(
      "<g/>",
    );
    for (const bad of [
      "<script>alert(1)</script>",
      '<image href="https://example.org/a.png"/>',
      '<use href="https://example.org/a.svg#b"/>',
      '<path onclick="alert(1)"/>',
      '<path fill="url(https://example.org)"/>',
      '<path stroke="#000" opacity=".5"/>',
      '<g opacity=".5"/>',
      "text",
      "<!-- a -->",
      "<path",
    ]) {
      expect(() => makePicture("x", bad), bad).toThrow("The emoji x");
    }
  });

  it("files a sequence with or without its selectors at the same place", () => {
    expect(emojiKey("❤️")).toBe("2764");
    expect(emojiKey("👩🏾‍💻")).toBe("1f469-1f3fe-200d-1f4bb");
    expect(emojiFile(emojiKey("❤️"))).toBe(`${0x2764 % EMOJI_FILES}.json`);
  });
});
