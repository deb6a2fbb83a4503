import { describe, expect, it } from "vitest";
import type { ExportOptions } from "../../src/protocol/model/export-job.ts";
import { readImageInfo } from "../../src/raster/decode/scan-image.ts";
import { landscapePhoto } from "../support/export/fixture-photos.ts";
import {
  colorDistance,
  decodePixels,
  encodePixels,
  encodePng,
  rasterizeSvg,
} from "../support/export/pixels.ts";
import {
  documentWithImage,
  render,
  sampleAnnotation,
  sampleDocument,
} from "../support/export/sample-state.ts";

const sheet = sampleDocument({ width: 120, height: 80 });
const annotations = [
  sampleAnnotation({
    type: "box",
    geometry: { x: 20, y: 20, width: 40, height: 40 },
    style: { stroke: null, fill: "#00ff00" },
  }),
];
/** Blue on the left, nothing on the right. */
const halfTransparent = (x: number): readonly [number, number, number, number] =>
  x < 60 ? [0, 0, 255, 255] : [0, 0, 0, 0];

describe("every format", () => {
  it.each([
    ["png", "image/png"],
    ["jpg", "image/jpeg"],
    ["webp", "image/webp"],
  ] as const)("%s is what its name says, and shows the same", async (format, type) => {
    const file = await render({ document: sheet, annotations, format, options: { background: "#0000ff" } });
    expect(await readImageInfo(file.bytes)).toMatchObject({
      ok: true,
      value: { type, width: 120, height: 80, orientation: 1 },
    });
    const pixels = decodePixels(file.bytes);
    expect(colorDistance(pixels.at(40, 40), [0, 255, 0, 255])).toBeLessThan(6);
    expect(colorDistance(pixels.at(100, 40), [0, 0, 255, 255])).toBeLessThan(6);
  });

  it("svg shows the same, with the picture inside", async () => {
    const document = await documentWithImage(encodePixels(120, 80, () => [0, 0, 255, 255], 95));
    const text = sampleAnnotation({ type: "text", geometry: { x: 70, y: 20 }, text: "<Hi> & ]]>" });
    const file = await render({
      document,
      annotations: [...annotations, text],
      format: "svg",
      options: { scale: 2 },
    });
    expect([file.width, file.height]).toEqual([240, 160]);
    const source = new TextDecoder().decode(file.bytes);
    expect(source).toContain('href="data:image/jpeg;base64,');
    expect(source).toContain("<title>&lt;Hi&gt; &amp; ]]&gt;</title>");
    // Viewers have other fonts, so text is outlines.
    expect(source).not.toContain("<text");
    const pixels = decodePixels(await rasterizeSvg(file.bytes));
    expect(pixels.at(80, 80)).toEqual([0, 255, 0, 255]);
    expect(colorDistance(pixels.at(200, 150), [0, 0, 255, 255])).toBeLessThan(6);
  });

  it("svg of a sheet has its background, which may be translucent", async () => {
    const file = await render({
      document: sheet,
      annotations,
      format: "svg",
      options: { background: "#0000ff80" },
    });
    const pixels = decodePixels(await rasterizeSvg(file.bytes));
    expect(pixels.at(100, 40)).toEqual([0, 0, 255, 128]);
  });

  it("json holds the state, and no time of making", async () => {
    const labels = [{ name: "wall", color: "#e11d48", key: "w" }];
    const file = await render({ document: sheet, annotations, labels, format: "json" });
    expect(JSON.parse(new TextDecoder().decode(file.bytes))).toEqual({
      format: "acetate/1",
      seq: 1,
      document: sheet,
      labels: {
        document_id: sheet.id,
        labels,
        version: 1,
        seq: 1,
        updated_by: null,
        updated_by_name: null,
        updated_at: sheet.updated_at,
      },
      annotations,
      comments: [],
    });
    expect([file.width, file.height]).toEqual([null, null]);
    const empty = await render({ document: sheet, format: "json" });
    expect(JSON.parse(new TextDecoder().decode(empty.bytes))).toMatchObject({ annotations: [] });
  });

  it.each(["png", "jpg", "webp", "svg", "json"] as const)(
    "%s: the same state and options give the same bytes",
    async (format) => {
      const document = await documentWithImage(landscapePhoto);
      const request = { document, annotations, format, options: { scale: 0.25 } };
      expect((await render(request)).bytes).toEqual((await render(request)).bytes);
    },
  );
});

describe("quality", () => {
  it.each(["jpg", "webp"] as const)("of a %s decides on its size", async (format) => {
    const document = await documentWithImage(landscapePhoto);
    const sizes = [];
    for (const quality of [1, 50, 100]) {
      sizes.push((await render({ document, format, options: { quality, scale: 0.25 } })).size);
    }
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(new Set(sizes).size).toBe(3);
  });
});

describe("chroma", () => {
  it("R39 of a jpg is 4:4:4 where that is asked for, and else 4:2:0", async () => {
    const sampling = async (options: Partial<ExportOptions>): Promise<number | undefined> => {
      const { bytes } = await render({ annotations, format: "jpg", options });
      const frame = bytes.findIndex((byte, at) => byte === 0xff && bytes[at + 1] === 0xc0);
      return bytes[frame + 11];
    };
    expect(await sampling({})).toBe(0x22);
    expect(await sampling({ chroma: "4:2:0" })).toBe(0x22);
    expect(await sampling({ chroma: "4:4:4" })).toBe(0x11);
  });
});

describe("transparent pictures", () => {
  it("stay transparent in png and webp", async () => {
    const document = await documentWithImage(await encodePng(120, 80, halfTransparent));
    for (const format of ["png", "webp"] as const) {
      const pixels = decodePixels(
        (await render({ document, annotations, format, options: { background: "#ff0000" } })).bytes,
      );
      expect(pixels.at(10, 10)).toEqual([0, 0, 255, 255]);
      expect(pixels.at(100, 40)[3]).toBe(0);
      // WebP is lossy.
      expect(colorDistance(pixels.at(40, 40), [0, 255, 0, 255])).toBeLessThan(format === "png" ? 1 : 4);
    }
  });

  it("lie on the background in jpg", async () => {
    const document = await documentWithImage(await encodePng(120, 80, halfTransparent));
    const ground = async (background: string): Promise<number[]> =>
      decodePixels(
        (await render({ document, format: "jpg", options: { background, quality: 95 } })).bytes,
      ).at(100, 40);
    expect(colorDistance(await ground("#ff0000"), [255, 0, 0, 255])).toBeLessThan(6);
    // A translucent background is put on white.
    expect(colorDistance(await ground("#ff000080"), [255, 127, 127, 255])).toBeLessThan(6);
  });

  it("get annotations blended with the right alpha", async () => {
    const document = await documentWithImage(await encodePng(120, 80, () => [0, 0, 255, 128]));
    const half = sampleAnnotation({
      type: "box",
      geometry: { x: 20, y: 20, width: 40, height: 40 },
      style: { stroke: null, fill: "#00ff0080" },
    });
    const pixels = decodePixels((await render({ document, annotations: [half] })).bytes);
    // Source-over: alpha 0.5 + 0.5 · 0.5; two thirds of the colour from above.
    expect(colorDistance(pixels.at(40, 40), [0, 170, 85, 192])).toBeLessThan(3);
    expect(pixels.at(100, 40)).toEqual([0, 0, 255, 128]);
  });

  it("don't bleed their hidden colour when resized", async () => {
    const picture = await encodePng(120, 80, (x) => (x < 60 ? [0, 0, 255, 255] : [255, 0, 0, 0]));
    const document = await documentWithImage(picture);
    const pixels = decodePixels((await render({ document, options: { scale: 0.55 } })).bytes);
    for (let x = 0; x < pixels.width; x++) {
      const [r, , , a] = pixels.at(x, 20);
      if (a > 8) expect(r).toBeLessThan(10);
    }
  });
});

describe("what a picture says of its maker", () => {
  it("is not in the export", async () => {
    const document = await documentWithImage(landscapePhoto);
    expect(new TextDecoder("latin1").decode(landscapePhoto)).toContain("Exif");
    for (const format of ["jpg", "svg"] as const) {
      const { bytes } = await render({ document, format });
      const text = new TextDecoder("latin1").decode(bytes);
      expect(text).not.toContain("Exif");
      // "Exif\0\0" in base64, at each of the three places in a group.
      for (const code of ["RXhpZgAA", "V4aWYAA", "FeGlmAA"]) expect(text).not.toContain(code);
    }
  });
});
