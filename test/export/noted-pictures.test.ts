import { describe, expect, it } from "vitest";
import type { Annotation } from "../../src/protocol/model/annotation.ts";
import { NOTES_MAX } from "../../src/protocol/limits.ts";
import { landscapePhoto } from "../support/export/fixture-photos.ts";
import { colorDistance, decodePixels, inkIn, rasterizeSvg } from "../support/export/pixels.ts";
import {
  documentWithImage,
  render,
  sampleAnnotation,
  sampleDocument,
} from "../support/export/sample-state.ts";

const gray = "#e0e0e0";
const grayPixel = [224, 224, 224, 255];
const sheet = sampleDocument({ width: 600, height: 400 });

function boxAt(x: number, y: number, text: string, more: object = {}): Annotation {
  const style = { stroke: "#0000ff", stroke_width: 2 };
  return sampleAnnotation({ type: "box", geometry: { x, y, width: 120, height: 80 }, text, style, ...more });
}
const two = [boxAt(200, 150, "First of all"), boxAt(400, 250, "و بعد ذلك 日本 🎉")];

/** The SVG export: its text shows what is drawn. */
async function drawSvg(annotations: readonly Annotation[], options: object, document = sheet) {
  const file = await render({
    document,
    annotations,
    format: "svg",
    options: { background: gray, ...options },
  });
  return { ...file, svg: new TextDecoder().decode(file.bytes) };
}
const notedIds = (svg: string) => [...svg.matchAll(/<g data-note="([^"]+)">/g)].map(([, id]) => id);

describe("R56 a picture with numbers", () => {
  it.each(["png", "jpg", "webp", "svg"] as const)(
    "%s: has them at the annotations, and what they say below the picture",
    async (format) => {
      const request = { document: sheet, annotations: two, format };
      const options = { background: gray, quality: 95 };
      const plain = await render({ ...request, options: { ...options, notes: "none" } });
      const file = await render({ ...request, options: { ...options, notes: "numbers" } });
      expect(file.warnings).toEqual([]);
      expect([file.width, plain.height]).toEqual([600, 400]);
      const height = file.height ?? 0;
      expect(height).toBeGreaterThan(430);
      const decode = async (bytes: Uint8Array) =>
        decodePixels(format === "svg" ? await rasterizeSvg(bytes) : bytes);
      const pixels = await decode(file.bytes);
      const before = await decode(plain.bytes);
      // The badge lies to the left of each box's corner; without badges there is nothing.
      for (const [x, y] of [
        [194, 150],
        [394, 250],
      ] as const) {
        expect(colorDistance(pixels.at(x, y), [0, 0, 255, 255])).toBeLessThan(60);
        expect(colorDistance(before.at(x, y), grayPixel)).toBeLessThan(10);
      }
      expect(colorDistance(pixels.at(100, 60), grayPixel)).toBeLessThan(10);
      expect(inkIn(pixels, grayPixel, { left: 0, top: 404, right: 300, bottom: height })).toBeGreaterThan(
        0.02,
      );
      expect(colorDistance(pixels.at(595, height - 2), grayPixel)).toBeLessThan(8);
    },
  );

  it("numbers in the order of the list, which is that of creation, whatever lies above", async () => {
    const annotations = [
      boxAt(10, 10, "a", { z_index: 9 }),
      boxAt(150, 10, ""),
      boxAt(300, 10, "b", { z_index: 1 }),
    ];
    const { svg } = await drawSvg(annotations, { notes: "numbers" });
    const ids = [annotations[0]?.id, annotations[2]?.id];
    // Badges, then the list.
    expect(notedIds(svg)).toEqual([...ids, ...ids]);
  });

  it("shows those of the annotations that the filter lets through", async () => {
    const annotations = [boxAt(10, 10, "a", { labels: ["x"] }), boxAt(150, 10, "b")];
    const { svg } = await drawSvg(annotations, { notes: "callouts", annotations: { labels: ["x"] } });
    expect(notedIds(svg)).toEqual([annotations[0]?.id]);
  });

  it("R57 goes with a legend, which has at most half of the room", async () => {
    const labelled = Array.from({ length: 90 }, (_, n) =>
      boxAt(10, 10, `note ${n}`, { labels: [`label number ${n}`] }),
    );
    const small = sampleDocument({ width: 400, height: 120 });
    const file = await render({
      document: small,
      annotations: labelled,
      options: { legend: true, notes: "numbers" },
    });
    expect(file.height).toBeLessThanOrEqual(240);
    expect(file.warnings).toEqual([
      expect.stringMatching(/^The legend has the \d+ most used of 90 labels/),
      expect.stringMatching(/^The picture shows [1-9]\d* of 90 notes: there is no room for more/),
    ]);
  });

  it.each([
    [40, 30],
    [300, 20],
    [20, 300],
    [1, 1],
  ])("is never more than twice as high as the picture: %d × %d", async (width, height) => {
    const document = sampleDocument({ width, height });
    const annotations = Array.from({ length: 20 }, () =>
      boxAt(0, 0, "Too dark, and more than that", { labels: ["x"] }),
    );
    for (const notes of ["numbers", "callouts"] as const) {
      const file = await render({ document, annotations, options: { legend: true, notes, scale: 2 } });
      expect(file.width).toBe(2 * width);
      expect(file.height).toBeLessThanOrEqual(4 * height);
      expect(file.warnings.join()).toMatch(/shows \d+ of 20 notes/);
    }
  });

  it("keeps the photo around the badges to the pixel", async () => {
    const document = await documentWithImage(landscapePhoto);
    const annotations = [boxAt(900, 600, "here")];
    const [plain, file] = [
      await render({ document, annotations, options: { notes: "none", scale: 0.5 } }),
      await render({ document, annotations, options: { notes: "numbers", scale: 0.5 } }),
    ];
    const [before, after] = [decodePixels(plain.bytes), decodePixels(file.bytes)];
    for (let y = 0; y < before.height; y += 3) {
      for (let x = 0; x < 400; x += 7) expect(after.at(x, y)).toEqual(before.at(x, y));
    }
    expect(after.at(450, 300)).not.toEqual(before.at(450, 300));
  });
});

describe("R56 a picture with callouts", () => {
  it("is as large as without, and has the texts beside their annotations", async () => {
    const file = await render({
      document: sheet,
      annotations: two,
      options: { background: gray, notes: "callouts" },
    });
    expect([file.width, file.height, file.warnings]).toEqual([600, 400, []]);
    const { svg } = await drawSvg(two, { notes: "callouts" });
    expect(notedIds(svg)).toEqual(two.map(({ id }) => id));
  });

  it("has room for them on a sheet that is made to fit", async () => {
    const unsized = sampleDocument();
    const { svg, warnings } = await drawSvg(
      [boxAt(1000, 1000, "more than has room in a box of this size ".repeat(3))],
      { notes: "callouts" },
      unsized,
    );
    expect(notedIds(svg)).toHaveLength(1);
    expect(warnings).toEqual([expect.stringContaining("made to fit")]);
  });
});

describe("R56 a sheet that is made to fit", () => {
  it("holds annotations that are nothing but a note", async () => {
    const hidden = boxAt(1000, 1000, "a comment", { style: { opacity: 0 } });
    const { width, height } = await render({ annotations: [hidden], options: { notes: "numbers" } });
    // The box with its margin, not the empty sheet of 800 pixels.
    expect(width).toBeLessThan(170);
    expect(height).toBeLessThan(2 * 130);
  });
});

describe("R56 notes that are not shown", () => {
  const warningsOf = async (annotations: readonly Annotation[], options: object) =>
    (await drawSvg(annotations, options)).warnings;

  it("are named where nobody said that they are not wanted, and only there", async () => {
    expect(await warningsOf(two, {})).toEqual([
      expect.stringMatching(/^The text of 2 annotations is not in the picture.*"numbers" or "callouts"/),
    ]);
    expect(await warningsOf(two.slice(1), {})).toEqual([
      expect.stringContaining("The text of 1 annotation is"),
    ]);
    expect(await warningsOf(two, { notes: "none" })).toEqual([]);
    const text = sampleAnnotation({ type: "text", geometry: { x: 1, y: 2 }, text: "shows itself" });
    expect(await warningsOf([text, boxAt(1, 1, " ")], {})).toEqual([]);
    for (const notes of ["numbers", "callouts"])
      expect(await warningsOf([text, boxAt(1, 1, "")], { notes })).toEqual([]);
  });

  it("and the pictures are the same", async () => {
    expect((await drawSvg(two, {})).svg).toBe((await drawSvg(two, { notes: "none" })).svg);
  });

  it("are counted where they belong to something outside of the picture", async () => {
    const annotations = [...two, boxAt(700, 10, "out"), boxAt(10, -90, "out"), boxAt(590, 10, "half")];
    for (const notes of ["numbers", "callouts"]) {
      const { svg, warnings } = await drawSvg(annotations, { notes });
      expect(warnings).toEqual(["2 notes are not shown: their annotations are outside of the picture"]);
      expect(new Set(notedIds(svg)).size).toBe(3);
    }
    expect(await warningsOf(annotations.slice(2, 3), {})).toEqual([]);
  });

  it("are counted beyond the most that a picture has, and where they are cut", async () => {
    const large = sampleDocument({ width: 3000, height: 3000 });
    const most = Array.from({ length: NOTES_MAX }, () => boxAt(10, 10, "x"));
    const all = { notes: "numbers" };
    expect((await drawSvg(most, all, large)).warnings).toEqual([]);
    const { warnings } = await drawSvg([...most, boxAt(10, 10, "x")], all, large);
    expect(warnings).toEqual([
      expect.stringContaining(`shows ${NOTES_MAX} of ${NOTES_MAX + 1} notes: ${NOTES_MAX} is the most`),
    ]);
    expect(await warningsOf([boxAt(10, 10, "words ".repeat(1000))], all)).toEqual([
      expect.stringContaining("no room for all of the text of 1 note"),
    ]);
  });

  it("belong to annotations that can't be seen, too: a comment is one also on an empty box", async () => {
    const hidden = boxAt(10, 10, "a comment", { style: { stroke: null, fill: null } });
    expect(notedIds((await drawSvg([hidden], { notes: "numbers" })).svg)).toEqual([hidden.id, hidden.id]);
  });

  it("leave json as it is", async () => {
    const file = await render({ document: sheet, annotations: two, format: "json" });
    expect(file.warnings).toEqual([]);
    expect(new TextDecoder().decode(file.bytes)).toContain("First of all");
  });
});
