import { describe, expect, it } from "vitest";
import { LEGEND_LABELS_MAX } from "../../src/protocol/limits.ts";
import { drawLegend, LegendCount } from "../../src/export/marks/draw-legend.ts";
import type { LayoutText } from "../../src/scene/shape.ts";
import { landscapePhoto } from "../support/export/fixture-photos.ts";
import { colorDistance, decodePixels, inkIn, rasterizeSvg, type Pixels } from "../support/export/pixels.ts";
import {
  documentWithImage,
  render,
  sampleAnnotation,
  sampleDocument,
} from "../support/export/sample-state.ts";
import { setText } from "../support/texts.ts";

/** Every character is half an em wide; a glyph is named like the text. */
const layoutText: LayoutText = (text, size, wrap) => {
  const width = text.length * size * 0.5;
  const lines = wrap === undefined ? 1 : Math.ceil(width / wrap);
  return setText(text, size, Math.min(width, wrap ?? width), lines * size);
};
const frame = { left: 0, top: 0, right: 540, bottom: 540 };

function boxOf(labels: string[], stroke: string | null, fill: string | null = null) {
  return sampleAnnotation({
    type: "box",
    geometry: { x: 10, y: 10, width: 50, height: 30 },
    labels,
    style: { stroke, fill },
  });
}

function countOf(...annotations: ReturnType<typeof boxOf>[]): LegendCount {
  const count = new LegendCount();
  for (const annotation of annotations) count.add(annotation);
  return count;
}

describe("the count of labels", () => {
  it("gives each label the colours of its annotations, the most used first: stroke, else fill, without alpha", () => {
    const count = countOf(
      boxOf(["wall"], "#ff0000"),
      boxOf(["wall", "door"], "#00ff0080"),
      boxOf(["wall"], "#00ff00"),
      boxOf(["ground"], null, "#0000ff33"),
      boxOf(["none"], null, null),
    );
    expect(count.entries()).toEqual([
      { label: "door", colors: ["#00ff00"] },
      { label: "ground", colors: ["#0000ff"] },
      { label: "none", colors: ["#111827"] },
      { label: "wall", colors: ["#00ff00", "#ff0000"] },
    ]);
  });

  it("lists labels as people look for them: whatever the case and accents, numbers by their value", () => {
    const labels = ["wall 10", "Zebra", "wall 2", "Österreich", "apple", "wall 02", "ost", "Wall 1"];
    const listed = countOf(boxOf(labels, "#000000")).entries();
    const order = ["apple", "ost", "Österreich", "wall 02", "wall 2", "wall 10", "Zebra"];
    expect(listed.map(({ label }) => label)).toEqual(order.toSpliced(3, 0, "Wall 1"));
  });

  it("R68 has the colours of the label set, its labels in its order first, then the others", () => {
    const count = new LegendCount([
      { name: "wall", color: "#123456", key: null },
      { name: "unused", color: "#000000", key: null },
      { name: "door", color: "#654321", key: "d" },
    ]);
    count.add(boxOf(["apple", "door"], "#ff0000"));
    count.add(boxOf(["zebra", "wall"], "#00ff00"));
    count.add(boxOf(["wall"], "#0000ff"));
    expect(count.entries()).toEqual([
      { label: "wall", colors: ["#123456"] },
      { label: "door", colors: ["#654321"] },
      { label: "apple", colors: ["#ff0000"] },
      { label: "zebra", colors: ["#00ff00"] },
    ]);
    // Where there is too little room, it is the most used that stay.
    expect(count.entries(1)).toEqual([{ label: "wall", colors: ["#123456"] }]);
  });

  it("shows four colours of a label, and as many labels as the limit says, the most used of them", () => {
    const colors = ["#000001", "#000002", "#000003", "#000004", "#000005"];
    expect(countOf(...colors.map((color) => boxOf(["x"], color))).entries()).toEqual([
      { label: "x", colors: colors.slice(0, 4) },
    ]);
    const many = Array.from({ length: LEGEND_LABELS_MAX }, (_, n) => boxOf([`label ${n}`], "#000000"));
    expect(countOf(...many).entries()).toHaveLength(LEGEND_LABELS_MAX);
    const over = countOf(...many, boxOf(["zz"], "#000000"), boxOf(["zz"], "#000000"));
    expect(over.size).toBe(LEGEND_LABELS_MAX + 1);
    expect(over.entries()).toHaveLength(LEGEND_LABELS_MAX);
    expect(over.entries().at(-1)?.label).toBe("zz");
  });

  it("counts no more labels than fit the memory", () => {
    const count = new LegendCount();
    for (let n = 0; n < 2_100; n++) count.add(boxOf([`${n}`], "#000000"));
    expect(count.size).toBe(2_000);
  });
});

describe("the legend's rows", () => {
  const draw = (labels: string[], room = 540, ground = "#ffffff") =>
    drawLegend(
      countOf(...labels.map((label) => ({ ...boxOf([], "#ff0000"), labels: [label] }))),
      { frame, room, ground },
      layoutText,
    );
  const svgOf = (legend: ReturnType<typeof draw>) => legend?.drawings.map(({ svg }) => svg).join("");

  it("hold what fits, go on below, and grow where a label wraps", () => {
    const one = draw(["short"])?.height ?? 0;
    expect(one).toBe(9 + 12 + 9);
    expect(draw(["short", "also short"])?.height).toBe(one);
    expect(draw(["a".repeat(40), "b".repeat(40), "c"])?.height).toBe(one + 12);
    // 540 px minus padding and swatch hold 84 characters of 6 px.
    expect(draw(["x".repeat(200)])?.height).toBe(one + 24);
  });

  it("are written in ink that can be read on their ground", () => {
    expect(svgOf(draw(["x"]))).toContain('fill="#111827"');
    expect(svgOf(draw(["x"], 540, "#000000"))).toContain('fill="#ffffff"');
  });

  it("are no more than there is room for: then they have the most used labels", () => {
    const labels = ["a", "b", "c", "d"].map((letter) => letter.repeat(60));
    // Each in a row of its own.
    const whole = 9 + 4 * 12 + 9;
    expect(draw(labels, whole)).toMatchObject({ height: whole, shown: 4 });
    expect(draw(labels, whole - 1)).toMatchObject({ height: whole - 12, shown: 3 });
    const [, second = ""] = labels;
    expect(draw([...labels, second, second], 30)).toMatchObject({ height: 30, shown: 1 });
    const most = draw([...labels, "bb", "bb"], 30)?.drawings.flatMap(({ texts = [] }) => texts);
    expect(most?.map(({ text }) => text.glyphs[0]?.id)).toContain("bb");
    expect(draw(labels, 29)).toBeUndefined();
  });
});

describe("a picture with a legend", () => {
  const annotations = [
    boxOf(["Wand"], "#ff0000"),
    boxOf(["Τοίχος"], "#0000ff"),
    // Reaches over the lower edge, where the legend begins.
    sampleAnnotation({
      type: "box",
      geometry: { x: 300, y: 80, width: 40, height: 200 },
      style: { stroke: null, fill: "#00ff00" },
    }),
  ];
  const sheet = sampleDocument({ width: 400, height: 100 });

  function has(pixels: Pixels, color: readonly number[], top: number): boolean {
    for (let y = top; y < pixels.height; y++) {
      for (let x = 0; x < pixels.width; x++) if (colorDistance(pixels.at(x, y), color) < 40) return true;
    }
    return false;
  }

  it.each(["png", "jpg", "webp", "svg"] as const)(
    "%s: it lies below, has words and colours, and the picture is as without it",
    async (format) => {
      const request = {
        document: sheet,
        annotations,
        format,
        options: { quality: 95, background: "#eeeeee" },
      };
      const plain = await render(request);
      const file = await render({ ...request, options: { ...request.options, legend: true } });
      expect(file.width).toBe(400);
      expect(file.height).toBeGreaterThan(100 + 12);
      expect(file.warnings).toEqual([]);
      const decode = async (bytes: Uint8Array) =>
        decodePixels(format === "svg" ? await rasterizeSvg(bytes) : bytes);
      const [before, after] = [await decode(plain.bytes), await decode(file.bytes)];
      for (const [x, y] of [
        [10, 20],
        [320, 90],
        [200, 50],
      ] as const) {
        expect(colorDistance(after.at(x, y), before.at(x, y))).toBeLessThan(10);
      }
      const bottom = after.height;
      // The green box ends where the legend begins.
      expect(colorDistance(after.at(320, 98), [0, 255, 0, 255])).toBeLessThan(30);
      expect(colorDistance(after.at(395, bottom - 2), [238, 238, 238, 255])).toBeLessThan(8);
      expect(has(after, [0, 255, 0, 255], 104)).toBe(false);
      expect(has(after, [255, 0, 0, 255], 104)).toBe(true);
      expect(has(after, [0, 0, 255, 255], 104)).toBe(true);
      const words = { left: 0, top: 104, right: 200, bottom };
      expect(inkIn(after, [238, 238, 238, 255], words)).toBeGreaterThan(0.02);
    },
  );

  it("R68 has the label set's colours, and the annotations keep theirs", async () => {
    const labels = [{ name: "Wand", color: "#8040c0", key: null }];
    const request = { document: sheet, annotations: annotations.slice(0, 1), options: { legend: true } };
    const [without, file] = await Promise.all([render(request), render({ ...request, labels })]);
    const [before, after] = [decodePixels(without.bytes), decodePixels(file.bytes)];
    expect(has(before, [255, 0, 0, 255], 104)).toBe(true);
    expect(has(after, [255, 0, 0, 255], 104)).toBe(false);
    expect(has(after, [128, 64, 192, 255], 104)).toBe(true);
    for (let x = 0; x < 100; x++) expect(after.at(x, 10)).toEqual(before.at(x, 10));
  });

  it("keeps the photo above it to the pixel, at every scale", async () => {
    const document = await documentWithImage(landscapePhoto);
    for (const scale of [0.1, 0.333]) {
      const plain = await render({ document, annotations, options: { scale } });
      const file = await render({ document, annotations, options: { scale, legend: true } });
      const [before, after] = [decodePixels(plain.bytes), decodePixels(file.bytes)];
      expect([after.width, after.height > before.height]).toEqual([before.width, true]);
      for (let y = 0; y < before.height; y += 3) {
        for (let x = 0; x < before.width; x += 7) expect(after.at(x, y)).toEqual(before.at(x, y));
      }
    }
  });

  it("names what it can't show: no label at all, or more of them than it shows", async () => {
    const none = await render({
      document: sheet,
      annotations: [boxOf([], "#ff0000")],
      options: { legend: true },
    });
    expect([none.height, none.warnings.join()]).toEqual([100, expect.stringContaining("no legend")]);
    const many = Array.from({ length: LEGEND_LABELS_MAX + 1 }, (_, n) => boxOf([`${n}`], "#ff0000"));
    const large = sampleDocument({ width: 1000, height: 1000 });
    const { warnings } = await render({ document: large, annotations: many, options: { legend: true } });
    expect(warnings.join()).toContain(`${LEGEND_LABELS_MAX} most used of ${LEGEND_LABELS_MAX + 1}`);
  });

  it("is never larger than the picture, and says what it leaves out", async () => {
    const many = Array.from({ length: 60 }, (_, n) => boxOf([`a long label, number ${n}`], "#ff0000"));
    for (const [width, height] of [
      [200, 60],
      [60, 200],
      [120, 40],
    ] as const) {
      const document = sampleDocument({ width, height });
      const file = await render({ document, annotations: many, options: { legend: true } });
      expect(file.height).toBeGreaterThan(height);
      expect(file.height).toBeLessThanOrEqual(2 * height);
      expect(file.warnings).toEqual([expect.stringMatching(/has the \d+ most used of 60 labels/)]);
    }
    const document = sampleDocument({ width: 300, height: 10 });
    const file = await render({ document, annotations: many, options: { legend: true } });
    expect([file.height, file.warnings]).toEqual([10, [expect.stringContaining("too small")]]);
  });

  it("has no labels of annotations that are wholly outside of the picture", async () => {
    const at = (x: number, label: string) =>
      sampleAnnotation({
        type: "box",
        geometry: { x, y: 10, width: 50, height: 30 },
        labels: [label],
        style: { stroke_width: 2 },
      });
    const file = (annotations: ReturnType<typeof at>[]) =>
      render({ document: sheet, annotations, options: { legend: true } });
    const inside = await file([at(398, "in")]);
    expect((await file([at(398, "in"), at(402, "out"), at(-52, "out")])).bytes).toEqual(inside.bytes);
    expect((await file([at(402, "out")])).warnings).toEqual([expect.stringContaining("no legend")]);
    // One pixel of its stroke lies within.
    expect((await file([at(400, "out")])).warnings).toEqual([]);
  });

  it("counts to the size that a format may have", async () => {
    const limits = { MAX_IMAGE_PIXELS: 400 * 100 };
    const request = { document: sheet, annotations, format: "png" as const, limits };
    expect((await render(request)).height).toBe(100);
    await expect(render({ ...request, options: { legend: true } })).rejects.toThrow(
      /^The export would be 400 × \d+ pixels, .* Choose a scale of 0\.\d+ or less/,
    );
  });
});
