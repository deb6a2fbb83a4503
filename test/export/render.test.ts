import { describe, expect, it } from "vitest";
import type { Annotation } from "../../src/protocol/model/annotation.ts";
import { fixturePhotos } from "../support/export/fixture-photos.ts";
import {
  colorDistance,
  decodePixels,
  encodePixels,
  encodePng,
  inkIn,
  rasterizeSvg,
  withOrientation,
  type Pixels,
} from "../support/export/pixels.ts";
import {
  documentWithImage,
  render,
  sampleAnnotation,
  sampleDocument,
} from "../support/export/sample-state.ts";

const RED = [255, 0, 0, 255];
const GREEN = [0, 255, 0, 255];
const WHITE = [255, 255, 255, 255];
const style = { stroke: "#ff0000", stroke_width: 4 };
const sheet = sampleDocument({ width: 200, height: 150 });

async function draw(...annotations: Annotation[]): Promise<Pixels> {
  const { bytes } = await render({ document: sheet, annotations });
  return decodePixels(bytes);
}

describe("the four orientations of one photo", () => {
  it.each(fixturePhotos)("orientation $orientation comes out upright", async ({ bytes }) => {
    const annotations = [
      sampleAnnotation({ type: "box", geometry: { x: 100, y: 200, width: 300, height: 150 }, style }),
      sampleAnnotation({
        type: "ellipse",
        geometry: { cx: 1500, cy: 900, rx: 20, ry: 20 },
        style: { fill: "#00ff00" },
      }),
    ];
    const document = await documentWithImage(bytes);
    const file = await render({ document, annotations });
    expect(file).toMatchObject({ width: 1800, height: 1200, warnings: [] });
    const pixels = decodePixels(file.bytes);
    expect([pixels.width, pixels.height]).toEqual([1800, 1200]);
    expect(pixels.at(100, 275)).toEqual(RED);
    expect(pixels.at(400, 275)).toEqual(RED);
    expect(pixels.at(250, 200)).toEqual(RED);
    expect(pixels.at(250, 350)).toEqual(RED);
    expect(pixels.at(1500, 900)).toEqual(GREEN);

    // The image looks like the one stored upright: sky above, dark rock to the right.
    const reference = await upright();
    for (const [x, y] of [
      [20, 20],
      [900, 60],
      [1700, 300],
      [60, 1150],
      [1250, 700],
      [900, 1000],
    ] as const) {
      expect(colorDistance(pixels.at(x, y), reference.at(x, y))).toBeLessThan(40);
    }
  });

  async function upright(): Promise<Pixels> {
    const [first] = fixturePhotos;
    if (!first) throw new Error("No photo");
    const { bytes } = await render({ document: await documentWithImage(first.bytes) });
    return decodePixels(bytes);
  }
});

describe("R50 shapes", () => {
  it("a polygon that crosses itself is filled wherever it winds around", async () => {
    const star = [0, 2, 4, 1, 3].map((corner): [number, number] => {
      const angle = (corner * 2 * Math.PI) / 5 - Math.PI / 2;
      return [100 + 60 * Math.cos(angle), 75 + 60 * Math.sin(angle)];
    });
    const pixels = await draw(
      sampleAnnotation({
        type: "polygon",
        geometry: { points: star },
        style: { stroke: null, fill: "#00ff00" },
      }),
    );
    expect(pixels.at(100, 75)).toEqual(GREEN);
    expect(pixels.at(100, 30)).toEqual(GREEN);
    expect(pixels.at(100, 130)).toEqual(WHITE);
  });

  it.each([0.1, 4])("are scaled by %f with their strokes", async (scale) => {
    const annotations = [
      sampleAnnotation({
        type: "line",
        geometry: {
          points: [
            [0, 70],
            [200, 70],
          ],
        },
        style: { stroke: "#ff0000", stroke_width: 40 },
      }),
    ];
    const file = await render({ document: sheet, annotations, options: { scale } });
    const pixels = decodePixels(file.bytes);
    expect([pixels.width, pixels.height]).toEqual([200 * scale, 150 * scale]);
    for (const [y, color] of [
      [45, WHITE],
      [55, RED],
      [85, RED],
      [95, WHITE],
    ] as const) {
      expect(pixels.at(100 * scale, y * scale)).toEqual(color);
    }
  });
});

describe("all eight orientations", () => {
  // Upright: red at the top left, green at the top right, blue at the bottom left, in 8 × 6 pixels.
  const corner = (x: number, y: number): [number, number, number, number] => {
    if (y < 3) return x < 4 ? [255, 0, 0, 255] : [0, 255, 0, 255];
    return x < 4 ? [0, 0, 255, 255] : [255, 255, 255, 255];
  };
  /** The upright pixel stored at (u, v). EXIF says on which sides the stored row 0 and column 0 are. */
  const stored: Record<number, (u: number, v: number) => [number, number]> = {
    1: (u, v) => [u, v],
    2: (u, v) => [7 - u, v],
    3: (u, v) => [7 - u, 5 - v],
    4: (u, v) => [u, 5 - v],
    5: (u, v) => [v, u],
    6: (u, v) => [7 - v, u],
    7: (u, v) => [7 - v, 5 - u],
    8: (u, v) => [v, 5 - u],
  };

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("orientation %i of a PNG", async (orientation) => {
    const turned = orientation >= 5;
    const [w, h] = turned ? [6, 8] : [8, 6];
    const plain = await encodePng(w, h, (u, v) => corner(...(stored[orientation]?.(u, v) ?? [0, 0])));
    const document = await documentWithImage(withOrientation(plain, orientation));
    for (const format of ["png", "svg"] as const) {
      const file = await render({ document, format });
      expect(file).toMatchObject({ width: 8, height: 6 });
      const pixels = decodePixels(format === "svg" ? await rasterizeSvg(file.bytes) : file.bytes);
      expect(pixels.at(1, 1)).toEqual([255, 0, 0, 255]);
      expect(pixels.at(6, 1)).toEqual([0, 255, 0, 255]);
      expect(pixels.at(1, 4)).toEqual([0, 0, 255, 255]);
      expect(pixels.at(6, 4)).toEqual([255, 255, 255, 255]);
    }
  });
});

describe("every kind is drawn where its geometry says", () => {
  it("box, with fill and rotation", async () => {
    const geometry = { x: 50, y: 60, width: 100, height: 40 };
    const filled = await draw(
      sampleAnnotation({ type: "box", geometry, style: { ...style, fill: "#00ff00" } }),
    );
    expect(filled.at(50, 80)).toEqual(RED);
    expect(filled.at(100, 100)).toEqual(RED);
    expect(filled.at(100, 80)).toEqual(GREEN);
    expect(filled.at(46, 80)).toEqual(WHITE);
    // A mitred corner.
    expect(filled.at(48, 58)).toEqual(RED);

    // After a quarter turn about (100, 80) it reaches from (80, 30) to (120, 130).
    const turned = await draw(
      sampleAnnotation({ type: "box", geometry: { ...geometry, rotation: 90 }, style }),
    );
    expect(turned.at(100, 30)).toEqual(RED);
    expect(turned.at(80, 80)).toEqual(RED);
    expect(turned.at(50, 80)).toEqual(WHITE);
    expect(turned.at(100, 80)).toEqual(WHITE);
  });

  it("ellipse, turned clockwise", async () => {
    const geometry = { cx: 100, cy: 75, rx: 60, ry: 20, rotation: 45 };
    const pixels = await draw(sampleAnnotation({ type: "ellipse", geometry, style }));
    const reach = 60 * Math.SQRT1_2;
    expect(pixels.at(100 + reach, 75 + reach)).toEqual(RED);
    expect(pixels.at(100 + reach, 75 - reach)).toEqual(WHITE);
    expect(pixels.at(100, 75)).toEqual(WHITE);
  });

  it("line and polyline, round at their ends and corners", async () => {
    const line = await draw(
      sampleAnnotation({
        type: "line",
        geometry: {
          points: [
            [20, 20],
            [180, 20],
          ],
        },
        style: { ...style, stroke_width: 20 },
      }),
    );
    expect(line.at(100, 20)).toEqual(RED);
    expect(line.at(12, 20)).toEqual(RED);
    expect(line.at(12, 12)).toEqual(WHITE);
    const points: [number, number][] = [
      [20, 20],
      [100, 120],
      [180, 20],
    ];
    const polyline = await draw(
      sampleAnnotation({ type: "polyline", geometry: { points }, style: { ...style, fill: "#00ff00" } }),
    );
    expect(polyline.at(60, 70)).toEqual(RED);
    expect(polyline.at(140, 70)).toEqual(RED);
    // An open line has no inside.
    expect(polyline.at(100, 60)).toEqual(WHITE);
  });

  it("arrow: its head ends at the last point and grows with the stroke", async () => {
    const arrow = (stroke_width: number): Annotation =>
      sampleAnnotation({
        type: "arrow",
        geometry: {
          points: [
            [20, 75],
            [150, 75],
          ],
        },
        style: { ...style, stroke_width },
      });
    const thin = await draw(arrow(4));
    expect(thin.at(80, 75)).toEqual(RED);
    expect(thin.at(145, 75)).toEqual(RED);
    expect(thin.at(151, 75)).toEqual(WHITE);
    const spread = (pixels: Pixels): number => {
      let widest = 0;
      for (let x = 20; x < 150; x++) {
        let count = 0;
        for (let y = 0; y < 150; y++) if (pixels.at(x, y)[1] < 128) count++;
        widest = Math.max(widest, count);
      }
      return widest;
    };
    const thick = await draw(arrow(12));
    expect(spread(thin)).toBeGreaterThan(8);
    expect(spread(thick) / spread(thin)).toBeCloseTo(3, 0);
    expect(thick.at(151, 75)).toEqual(WHITE);
  });

  it("polygon closes by itself and is filled", async () => {
    const points: [number, number][] = [
      [50, 30],
      [150, 30],
      [100, 120],
    ];
    const pixels = await draw(
      sampleAnnotation({ type: "polygon", geometry: { points }, style: { ...style, fill: "#00ff00" } }),
    );
    expect(pixels.at(75, 75)).toEqual(RED);
    expect(pixels.at(100, 60)).toEqual(GREEN);
  });

  it("freehand, and a single point as a dot", async () => {
    const stroke = await draw(
      sampleAnnotation({
        type: "freehand",
        geometry: {
          points: [
            [20, 20],
            [60, 60],
            [60, 100],
          ],
        },
        style,
      }),
    );
    expect(stroke.at(40, 40)).toEqual(RED);
    expect(stroke.at(60, 90)).toEqual(RED);
    const dot = await draw(
      sampleAnnotation({
        type: "freehand",
        geometry: { points: [[100, 100]] },
        style: { ...style, stroke_width: 20 },
      }),
    );
    expect(dot.at(108, 100)).toEqual(RED);
    expect(dot.at(112, 100)).toEqual(WHITE);
  });

  it("point: a pin whose tip is the point, inside the picture at every edge", async () => {
    for (const [x, y] of [
      [100, 75],
      [1, 1],
      [199, 1],
      [1, 149],
      [199, 149],
      [100, 0],
      [0, 75],
    ] as const) {
      const pixels = await draw(sampleAnnotation({ type: "point", geometry: { x, y }, style }));
      const near = {
        left: Math.max(0, x - 45),
        top: Math.max(0, y - 45),
        right: Math.min(200, x + 45),
        bottom: Math.min(150, y + 45),
      };
      const share = inkIn(pixels, WHITE, near);
      const area = share * (near.right - near.left) * (near.bottom - near.top);
      // A head with a radius of 12 pixels, and its tip. If an edge cut it off, it would be smaller.
      expect(area).toBeGreaterThan(380);
      expect(
        inkIn(pixels, WHITE, {
          left: Math.max(0, x - 3),
          top: Math.max(0, y - 3),
          right: Math.min(200, x + 3),
          bottom: Math.min(150, y + 3),
        }),
      ).toBeGreaterThan(0);
    }
  });

  it("text: glyphs in the stroke's colour at its box, turned about the centre of the box", async () => {
    const plain = await draw(
      sampleAnnotation({
        type: "text",
        geometry: { x: 20, y: 20 },
        text: "HHHH",
        style: { ...style, font_size: 40 },
      }),
    );
    expect(inkIn(plain, WHITE, { left: 20, top: 30, right: 120, bottom: 65 })).toBeGreaterThan(0.2);
    expect(inkIn(plain, WHITE, { left: 0, top: 90, right: 200, bottom: 150 })).toBe(0);
    const ground = await draw(
      sampleAnnotation({
        type: "text",
        geometry: { x: 20, y: 20 },
        text: "Hi",
        style: { stroke: "#ff0000", fill: "#00ff00", font_size: 40 },
      }),
    );
    expect(ground.at(21, 21)).toEqual(GREEN);
    const turned = await draw(
      sampleAnnotation({
        type: "text",
        geometry: { x: 60, y: 60, rotation: 90, width: 80 },
        text: "HHHH",
        style: { ...style, font_size: 20 },
      }),
    );
    // The box, 80 × 27, stands upright about (100, 73.6).
    expect(inkIn(turned, WHITE, { left: 88, top: 36, right: 112, bottom: 90 })).toBeGreaterThan(0.1);
    expect(inkIn(turned, WHITE, { left: 60, top: 60, right: 85, bottom: 87 })).toBe(0);
  });
});

describe("every style", () => {
  it("opacity is that of the whole annotation, not of its parts", async () => {
    const both = { stroke: "#ff0000", fill: "#ff0000", stroke_width: 10, opacity: 0.5 };
    const pixels = await draw(
      sampleAnnotation({ type: "box", geometry: { x: 50, y: 50, width: 60, height: 60 }, style: both }),
    );
    // Where stroke and fill overlap, it is as light as elsewhere.
    for (const x of [47, 53, 80])
      expect(colorDistance(pixels.at(x, 80), [255, 127, 127, 255])).toBeLessThan(3);
    const line = await draw(
      sampleAnnotation({
        type: "line",
        geometry: {
          points: [
            [20, 20],
            [100, 20],
          ],
        },
        style: { ...style, opacity: 0.5 },
      }),
    );
    expect(colorDistance(line.at(60, 20), [255, 127, 127, 255])).toBeLessThan(3);
    const none = await draw(
      sampleAnnotation({
        type: "line",
        geometry: {
          points: [
            [20, 20],
            [100, 20],
          ],
        },
        style: { ...style, opacity: 0 },
      }),
    );
    expect(none.at(60, 20)).toEqual(WHITE);
  });

  it("colours with alpha, also of an arrow's shaft under its head", async () => {
    const pixels = await draw(
      sampleAnnotation({
        type: "arrow",
        geometry: {
          points: [
            [20, 75],
            [150, 75],
          ],
        },
        style: { stroke: "#ff000080", stroke_width: 10 },
      }),
    );
    for (const x of [40, 105, 118, 130]) {
      expect(colorDistance(pixels.at(x, 75), [255, 127, 127, 255])).toBeLessThan(3);
    }
  });

  it("dash: drawn and blank in turn", async () => {
    const pixels = await draw(
      sampleAnnotation({
        type: "line",
        geometry: {
          points: [
            [20, 75],
            [180, 75],
          ],
        },
        style: { ...style, dash: [20, 10] },
      }),
    );
    for (const start of [20, 50, 80]) {
      expect(pixels.at(start + 10, 75)).toEqual(RED);
      expect(pixels.at(start + 25, 75)).toEqual(WHITE);
    }
  });

  it("no stroke: only the inside", async () => {
    const pixels = await draw(
      sampleAnnotation({
        type: "box",
        geometry: { x: 50, y: 50, width: 60, height: 60 },
        style: { stroke: null, fill: "#00ff00" },
      }),
    );
    expect(pixels.at(51, 80)).toEqual(GREEN);
    expect(pixels.at(48, 80)).toEqual(WHITE);
  });

  it("R49 z order: by z_index, then by ordinal, whatever times, ids and the order of reading", async () => {
    const box = (color: string, more: Partial<Annotation>): Annotation =>
      sampleAnnotation(
        {
          type: "box",
          geometry: { x: 10, y: 10, width: 50, height: 50 },
          style: { fill: color, stroke: null },
        },
        more,
      );
    const low = "00000000-0000-4000-8000-000000000001";
    const high = "00000000-0000-4000-8000-000000000002";
    const older = "2026-01-01T00:00:00.000Z";
    const younger = "2026-01-02T00:00:00.000Z";
    const top = async (...boxes: Annotation[]): Promise<number[]> => (await draw(...boxes)).at(30, 30);
    expect(
      await top(box("#00ff00", { z_index: 2, ordinal: 1024 }), box("#ff0000", { z_index: 1, ordinal: 1025 })),
    ).toEqual(GREEN);
    expect(
      await top(
        box("#00ff00", { ordinal: 1025, created_at: older, id: low }),
        box("#ff0000", { ordinal: 1024, created_at: younger, id: high }),
      ),
    ).toEqual(GREEN);
  });
});

describe("sizes", () => {
  it("scale makes the picture and the drawing larger or smaller together", async () => {
    const picture = encodePixels(100, 60, (x) => (x < 50 ? [0, 0, 255, 255] : [255, 255, 255, 255]), 95);
    const document = await documentWithImage(picture);
    const annotations = [
      sampleAnnotation({
        type: "box",
        geometry: { x: 60, y: 20, width: 20, height: 20 },
        style: { fill: "#00ff00", stroke: null },
      }),
    ];
    for (const scale of [0.5, 1, 2, 2.55]) {
      const file = await render({ document, annotations, options: { scale } });
      expect([file.width, file.height]).toEqual([Math.round(100 * scale), Math.round(60 * scale)]);
      const pixels = decodePixels(file.bytes);
      expect(pixels.at(70 * scale, 30 * scale)).toEqual(GREEN);
      expect(colorDistance(pixels.at(20 * scale, 30 * scale), [0, 0, 255, 255])).toBeLessThan(12);
      expect(colorDistance(pixels.at(90 * scale, 5 * scale), WHITE)).toBeLessThan(12);
    }
  });

  it("bands join without a seam", async () => {
    const document = sampleDocument({ width: 2000, height: 900 });
    const annotations = [
      sampleAnnotation({
        type: "line",
        geometry: {
          points: [
            [100, 10],
            [1900, 890],
          ],
        },
        style: { ...style, stroke_width: 9 },
      }),
    ];
    const pixels = decodePixels((await render({ document, annotations })).bytes);
    for (let x = 110; x < 1890; x += 5) expect(pixels.at(x, 10 + ((x - 100) * 880) / 1800)).toEqual(RED);
  });

  it("a document without picture and size is as large as its annotations and 16 pixels around them", async () => {
    const annotations = [
      sampleAnnotation({
        type: "box",
        geometry: { x: -100, y: 500, width: 40, height: 20 },
        style: { ...style, fill: "#00ff00" },
      }),
    ];
    const file = await render({ annotations, options: { background: "#0000ff" } });
    expect(file.warnings).toEqual([
      "The document has no picture, width and height: the sheet was made to fit its annotations",
    ]);
    expect(file.width).toBeGreaterThanOrEqual(40 + 32 + 4);
    expect(file.width).toBeLessThan(40 + 32 + 10);
    const pixels = decodePixels(file.bytes);
    expect(pixels.at(pixels.width / 2, pixels.height / 2)).toEqual(GREEN);
    expect(pixels.at(5, 5)).toEqual([0, 0, 255, 255]);
  });

  it("an empty document is an empty sheet that says so", async () => {
    const file = await render({});
    expect([file.width, file.height]).toEqual([800, 600]);
    expect(file.warnings[0]).toContain("an empty sheet of 800 × 600 pixels");
  });
});
