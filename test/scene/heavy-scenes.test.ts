import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Annotation } from "../../src/protocol/model/annotation.ts";
import { DASH_MAX, POINTS_MAX } from "../../src/protocol/limits.ts";
import { ok } from "../../src/protocol/errors.ts";
import type { Point } from "../../src/protocol/model/geometry.ts";
import { estimateDrawings } from "../../src/raster/draw/drawing-time.ts";
import { drawOverlay } from "../../src/raster/draw/overlay.ts";
import { initRasterizer } from "../../src/raster/draw/rasterize.ts";
import { readConfig } from "../../src/config.ts";
import { checkTime } from "../../src/export/render-raster.ts";
import { isLongLine, measureDrawing, type MeasuredDrawing } from "../../src/raster/draw/measure-drawing.ts";
import { drawAnnotation } from "../../src/scene/draw-annotation.ts";
import type { Canvas } from "../../src/scene/shape.ts";
import { collectFile } from "../support/export/collect-file.ts";
import { renderExport } from "../../src/export/render.ts";
import { good, newDocument, open } from "../support/room.ts";
import { deliver, queueJob, storedJob } from "../support/export/jobs.ts";
import { sampleAnnotation, sampleDocument, stateOf } from "../support/export/sample-state.ts";
import { setText } from "../support/texts.ts";

const size = { width: 1800, height: 1200 };
const frame = { left: 0, top: 0, right: size.width, bottom: size.height };
const canvas: Canvas = {
  frame,
  wantsStroke: (points) => isLongLine(points, frame),
  layoutText: (words, size) => setText(words, size, 0, 0),
};
const view = { scaleX: 1, scaleY: 1, originX: 0, originY: 0 };
const BAND_HEIGHT = 291;

/** Points all over an area `beyond` times as large as the frame, the same in each run. */
function scribble(count: number, beyond = 1): Point[] {
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: count }, () => [
    (0.5 + (random() - 0.5) * beyond) * size.width,
    (0.5 + (random() - 0.5) * beyond) * size.height,
  ]);
}

function draw(input: Parameters<typeof sampleAnnotation>[0]): MeasuredDrawing {
  return measureDrawing(drawAnnotation(sampleAnnotation(input), canvas), frame);
}

const stroke = (count: number, beyond = 1) =>
  draw({ type: "freehand", geometry: { points: scribble(count, beyond) } });
const dashed = (count: number, dash = [10, 6]) =>
  draw({ type: "freehand", geometry: { points: scribble(count) }, style: { dash } });
const area = (count: number, stroke: string | null = "#d81b60") =>
  draw({ type: "polygon", geometry: { points: scribble(count) }, style: { stroke, fill: "#ffb30080" } });

/** The estimate for `count` copies of a drawing, in seconds. */
function seconds(drawing: MeasuredDrawing, count: number): number {
  return (estimateDrawings([drawing], view, BAND_HEIGHT) * count) / 1000;
}

function check(drawing: MeasuredDrawing, count: number, scale = 1): void {
  const drawings = Array.from({ length: count }, () => drawing);
  const scaled = { width: size.width * scale, height: size.height * scale };
  checkTime({
    scene: { frame, drawings, marks: [], footerHeight: 0, outlineBytes: 0, warnings: [] },
    size: scaled,
    frameSize: scaled,
  });
}

describe("how long a scene takes is told before it is drawn", () => {
  it("as it was measured, within a factor of two and a half", () => {
    // Seconds in the Workers runtime, for 2 MP, on the machine that the estimate was fitted on.
    const measured: [MeasuredDrawing, number, number][] = [
      [stroke(100), 1_500, 15],
      [stroke(POINTS_MAX), 40, 10.5],
      [dashed(100), 300, 26],
      [area(100), 300, 14],
      [area(POINTS_MAX), 1, 1.2],
      [
        draw({ type: "box", geometry: { x: 450, y: 300, width: 900, height: 600, rotation: 30 } }),
        10_000,
        15,
      ],
    ];
    for (const [drawing, count, took] of measured) {
      expect(seconds(drawing, count) / took).toBeGreaterThan(0.4);
      expect(seconds(drawing, count) / took).toBeLessThan(2.5);
    }
  });

  it("and does not grow with what is outside of the picture", () => {
    expect(seconds(stroke(100, 100), 1)).toBeLessThan(seconds(stroke(100), 1) / 5);
    expect(
      seconds(
        draw({
          type: "freehand",
          geometry: {
            points: [
              [-1e6, 50],
              [1e6, 50],
            ],
          },
        }),
        1,
      ),
    ).toBeLessThan(0.01);
  });

  it("R51 and a scene that would take minutes fails at once with what to do, one that takes less does not", () => {
    expect(() => check(stroke(100), 3_000)).not.toThrow();
    expect(() => check(stroke(100), 10_000)).toThrow(
      /would take about \d+ minutes to draw, more than the 1 there is\. Export some of the annotations .*, simplify long strokes, or choose a smaller scale or the format svg\./,
    );
    // A quarter of the edge, a sixteenth of the area.
    expect(() => check(stroke(100), 10_000, 0.25)).not.toThrow();
    expect(() => check(area(100), 500)).not.toThrow();
    expect(() => check(area(100), 10_000)).toThrow("to draw");
    expect(() => check(dashed(100), 10_000)).toThrow("to draw");
  });

  it("for the finest dash that is drawn, too", () => {
    const fine = { dash: Array.from({ length: DASH_MAX }, () => 10) };
    const box = draw({ type: "box", geometry: { x: 0, y: 0, width: 1800, height: 1200 }, style: fine });
    const plain = draw({ type: "box", geometry: { x: 0, y: 0, width: 1800, height: 1200 } });
    expect(seconds(box, 1)).toBeGreaterThan(1.5 * seconds(plain, 1));
    // The dash would repeat more often than allowed. The line is drawn solid, and its dashes cost nothing.
    const haze = draw({
      type: "line",
      geometry: {
        points: [
          [0, 0],
          [1800, 0],
        ],
      },
      style: { dash: [0.001] },
    });
    expect(seconds(haze, 1)).toBeLessThan(0.01);
  });
});

describe("a layer is what is drawn in a fraction of a second", () => {
  beforeAll(initRasterizer);

  it.each<[string, MeasuredDrawing, number]>([
    ["a stroke", stroke(POINTS_MAX), 2],
    ["an area", area(POINTS_MAX, null), 5],
    ["a dashed line", dashed(POINTS_MAX, [1000, 600]), 20],
  ])("a few rows of %s of 10,000 points all over the picture", (_name, drawing, least) => {
    const window = { ...view, width: size.width, height: BAND_HEIGHT };
    const heights: number[] = [];
    for (const layer of drawOverlay([drawing], window)) heights.push(layer.height);
    expect(heights.length).toBeGreaterThanOrEqual(least);
    expect(heights.reduce((sum, height) => sum + height, 0)).toBe(BAND_HEIGHT);
  });
});

describe("more than can be drawn", () => {
  it("R51 is noticed before all of it is read", async () => {
    const points = scribble(POINTS_MAX);
    let pages = 0;
    const endless = {
      ...stateOf(sampleDocument(size), []),
      readAnnotationsAt: async () => {
        pages++;
        const page: Annotation[] = Array.from({ length: 5 }, () =>
          sampleAnnotation({ type: "freehand", geometry: { points } }),
        );
        return ok({ annotations: page, next: 1 });
      },
    };
    const sources = { room: endless, bucket: env.BUCKET, assets: env.ASSETS, limits: readConfig(env) };
    for (const format of ["png", "svg"] as const) {
      pages = 0;
      const job = { seq: 1, format, options: { scale: 1, quality: 85, background: "#ffffff" } };
      await expect(async () =>
        renderExport(job, sources, collectFile().write, async () => {}),
      ).rejects.toThrow("their lines and letters take more than 24 MiB. Export some of them");
      // 24 MiB hold 315 strokes, at eight bytes a point. A page has five.
      expect(pages).toBeLessThan(65);
    }
  });

  it("R51 ends the job with the reason at its first try, and the next job is done", async () => {
    const { id, room } = await newDocument();
    good(await room.updateDocument(open, size, {}));
    for (let batch = 0; batch < 2; batch++) {
      const operations = Array.from({ length: 300 }, () => ({
        op: "create" as const,
        type: "polygon" as const,
        geometry: { points: scribble(200) },
        style: { fill: "#ffb30080", opacity: 0.5 },
        text: "",
        labels: [],
        properties: {},
        z_index: 0,
      }));
      good(await room.applyBatch(open, operations, {}));
    }
    const heavy = await queueJob(id);
    expect(await deliver(heavy.id)).toBe(false);
    const failed = await storedJob(heavy.id);
    expect(failed).toMatchObject({ status: "failed", attempts: 1, result_url: null });
    expect(failed.error).toMatch(/minutes to draw/);

    const other = await newDocument();
    good(await other.room.updateDocument(open, { width: 60, height: 40 }, {}));
    const light = await queueJob(other.id);
    expect(await deliver(light.id)).toBe(false);
    expect(await storedJob(light.id)).toMatchObject({ status: "succeeded" });
  });
});
