import fc from "fast-check";
import type { Annotation, Style } from "../../../src/protocol/model/annotation.ts";
import { defaultStyle } from "../../../src/protocol/model/default-style.ts";
import type { Point, Shape } from "../../../src/protocol/model/geometry.ts";

let made = 0;

/** A mark of a shape, with what a test does not care about filled in. */
export function markOf(shape: Shape, style: Partial<Style> = {}, more: Partial<Annotation> = {}): Annotation {
  made++;
  return {
    id: `mark-${made}`,
    document_id: "document",
    style: { ...defaultStyle, ...style },
    text: "words",
    labels: [],
    properties: {},
    author: null,
    author_name: null,
    updated_by: null,
    review: "none",
    z_index: 0,
    status: "active",
    version: 1,
    seq: 1,
    ordinal: made,
    created_at: "2026-01-01T00:00:00.000Z",
    updated_at: "2026-01-01T00:00:00.000Z",
    ...more,
    ...shape,
  };
}

const place = fc.integer({ min: -20, max: 220 });
const length = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 150 }) },
  { weight: 1, arbitrary: fc.constant(0) },
);
const rotation = fc.integer({ min: -360, max: 360 });
const points = (min: number, max: number): fc.Arbitrary<Point[]> =>
  fc.array(fc.tuple(place, place), { minLength: min, maxLength: max });

const shape: fc.Arbitrary<Shape> = fc.oneof(
  fc
    .record({ x: place, y: place, width: length, height: length, rotation })
    .map((geometry) => ({ type: "box" as const, geometry })),
  fc
    .record({ cx: place, cy: place, rx: length, ry: length, rotation })
    .map((geometry) => ({ type: "ellipse" as const, geometry })),
  points(2, 2).map((all) => ({ type: "line" as const, geometry: { points: all } })),
  points(2, 5).map((all) => ({ type: "arrow" as const, geometry: { points: all } })),
  points(2, 8).map((all) => ({ type: "polyline" as const, geometry: { points: all } })),
  points(3, 8).map((all) => ({ type: "polygon" as const, geometry: { points: all } })),
  points(1, 30).map((all) => ({ type: "freehand" as const, geometry: { points: all } })),
  fc.record({ x: place, y: place, rotation }).map((geometry) => ({ type: "text" as const, geometry })),
  fc.record({ x: place, y: place }).map((geometry) => ({ type: "point" as const, geometry })),
);

/** Any mark on a picture of 200 × 200. */
export const anyMark: fc.Arbitrary<Annotation> = fc
  .tuple(shape, fc.integer({ min: 1, max: 20 }), fc.boolean())
  .map(([each, width, isFilled]) =>
    markOf(each, { stroke_width: width, fill: isFilled ? "#00ff00" : null, font_size: 20 }),
  );
