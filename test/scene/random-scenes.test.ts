import * as fc from "fast-check";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { annotationInputSchema, type AnnotationInput } from "../../src/protocol/model/annotation.ts";
import { annotationTypes } from "../../src/protocol/model/geometry.ts";
import { blendLayer } from "../../src/raster/draw/blend.ts";
import { isLongLine, measureDrawing } from "../../src/raster/draw/measure-drawing.ts";
import { drawOverlay } from "../../src/raster/draw/overlay.ts";
import { initRasterizer } from "../../src/raster/draw/rasterize.ts";
import { compareDrawings, drawAnnotation } from "../../src/scene/draw-annotation.ts";
import type { Canvas } from "../../src/scene/shape.ts";
import { createTextPlatform } from "../../src/export/text-platform.ts";
import { TextLayout } from "../../src/text/text-layout.ts";
import { sampleAnnotation } from "../support/export/sample-state.ts";

const WIDTH = 64;
const HEIGHT = 48;

/** Mostly near the frame, sometimes as far away as the protocol allows. */
const coordinate = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -20, max: 84, noNaN: true }) },
  { weight: 1, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1e6, 1e6, WIDTH, HEIGHT) },
);
const length = fc.oneof(fc.double({ min: 0, max: 60, noNaN: true }), fc.constantFrom(0, 1e-7, 1e6));
const rotation = fc.option(fc.double({ min: -360, max: 360, noNaN: true }), { nil: undefined });
const points = (minLength: number, maxLength = 12): fc.Arbitrary<{ points: [number, number][] }> =>
  fc.record({ points: fc.array(fc.tuple(coordinate, coordinate), { minLength, maxLength }) });

const geometries = {
  box: fc.record({ x: coordinate, y: coordinate, width: length, height: length, rotation }),
  ellipse: fc.record({ cx: coordinate, cy: coordinate, rx: length, ry: length, rotation }),
  line: points(2, 2),
  arrow: points(2),
  polyline: points(2),
  polygon: points(3),
  freehand: points(1),
  text: fc.record({ x: coordinate, y: coordinate, width: fc.option(length, { nil: undefined }), rotation }),
  point: fc.record({ x: coordinate, y: coordinate }),
};
const color = fc
  .tuple(fc.integer({ min: 0, max: 0xffffff }), fc.option(fc.nat(255)))
  .map(
    ([rgb, alpha]) =>
      `#${rgb.toString(16).padStart(6, "0")}${alpha === null ? "" : alpha.toString(16).padStart(2, "0")}`,
  );
const style = fc.record(
  {
    stroke: fc.option(color),
    fill: fc.option(color),
    stroke_width: fc.oneof(fc.double({ min: 0, max: 12, noNaN: true }), fc.constantFrom(0, 1000)),
    font_size: fc.oneof(fc.double({ min: 1, max: 40, noNaN: true }), fc.constantFrom(1, 2000)),
    opacity: fc.double({ min: 0, max: 1, noNaN: true }),
    dash: fc.array(fc.double({ min: 0.001, max: 50, noNaN: true }), { minLength: 1, maxLength: 8 }),
  },
  { requiredKeys: [] },
);
const text = fc
  .oneof(
    fc.string({ unit: "binary", maxLength: 24 }),
    fc.string({ unit: "grapheme", maxLength: 24 }),
    fc.constantFrom("ab אב (גד) 12", "👩‍👩‍👧‍👦 \u202e<x>&\u0301", "\u0000\u001f]]>"),
  )
  .map((value) => `a${value.replaceAll("\0", "").toWellFormed()}`);

const input: fc.Arbitrary<AnnotationInput> = fc.constantFrom(...annotationTypes).chain((type) =>
  fc
    .record({ geometry: geometries[type], style, text })
    // JSON, as from a client, drops undefined values.
    .map((fields): unknown => JSON.parse(JSON.stringify({ type, ...fields })))
    .map((value) => annotationInputSchema.parse(value)),
);

const frame = { left: 0, top: 0, right: WIDTH, bottom: HEIGHT };

function canvasOf(texts: TextLayout, strokes: boolean): Canvas {
  return {
    frame,
    layoutText: texts.layout,
    wantsStroke: strokes ? (points) => isLongLine(points, frame) : undefined,
  };
}

describe("whatever the protocol takes", () => {
  it("is valid SVG that the rasterizer draws, as premultiplied pixels", async () => {
    await initRasterizer();
    const layout = new TextLayout(createTextPlatform(env.ASSETS));
    await fc.assert(
      fc.asyncProperty(
        fc.array(input, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(0.1, 1, 4),
        fc.boolean(),
        async (inputs, scale, strokes) => {
          await layout.load(inputs.map((each) => each.text));
          const drawings = inputs
            .map((each) => drawAnnotation(sampleAnnotation(each), canvasOf(layout, strokes)))
            .map((drawing) => measureDrawing(drawing, frame))
            .sort(compareDrawings);
          for (const { svg, bounds, edges } of drawings) {
            expect(edges).toBeGreaterThanOrEqual(0);
            expect(edges).toBeLessThan(Infinity);
            const numbers = svg.replace(/data-id="[^"]*"|#[0-9a-f]{6}|<title>[^<]*/g, "");
            expect(numbers).not.toMatch(/NaN|Infinity|undefined|\de[+-]?\d/);
            expect(Object.values(bounds).every(Number.isFinite)).toBe(true);
          }
          const [width, height] = [Math.ceil(WIDTH * scale), Math.ceil(HEIGHT * scale)];
          const view = { width, height, scaleX: scale, scaleY: scale, originX: 0, originY: 0 };
          for (const layer of drawOverlay(drawings, view)) {
            expect(layer.left + layer.width).toBeLessThanOrEqual(width);
            expect(layer.top + layer.height).toBeLessThanOrEqual(height);
            if ("coverage" in layer) continue;
            expect(layer.pixels.byteLength).toBe(layer.width * layer.height * 4);
            for (let at = 0; at < layer.pixels.byteLength; at += 4) {
              const [r = 0, g = 0, b = 0, a = 0] = layer.pixels.subarray(at, at + 4);
              if (Math.max(r, g, b) > a) throw new Error(`Not premultiplied: ${r} ${g} ${b} ${a}`);
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it("draws within the bounds it tells", async () => {
    await initRasterizer();
    const layout = new TextLayout(createTextPlatform(env.ASSETS));
    const view = { width: WIDTH, height: HEIGHT, scaleX: 1, scaleY: 1, originX: 0, originY: 0 };
    await fc.assert(
      fc.asyncProperty(input, fc.boolean(), async (each, strokes) => {
        await layout.load([each.text]);
        const canvas = canvasOf(layout, strokes);
        const drawing = measureDrawing(drawAnnotation(sampleAnnotation(each), canvas), frame);
        const { left, top, right, bottom } = drawing.bounds;
        // With bounds that reach everywhere, it is drawn on the whole window.
        const rows = new Uint8Array(WIDTH * HEIGHT * 4);
        for (const layer of drawOverlay([{ ...drawing, bounds: frame }], view)) {
          // Letters are painted where they are, whatever the bounds say.
          if (!drawing.texts) expect(layer.width).toBe(WIDTH);
          rows.fill(0);
          blendLayer(rows, WIDTH, layer);
          for (let pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
            if (rows[pixel * 4 + 3] === 0) continue;
            const [x, y] = [pixel % WIDTH, Math.floor(pixel / WIDTH)];
            // A pixel for antialiasing, and for the precision of 32-bit floats a million pixels away.
            expect(x + 2 > left && x - 1 < right && y + 2 > top && y - 1 < bottom).toBe(true);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});
