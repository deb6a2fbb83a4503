import { describe, expect, it } from "vitest";
import { type Annotation, annotationSchema } from "../../src/protocol/model/annotation.ts";
import { annotationTypes } from "../../src/protocol/model/geometry.ts";
import { makeAnnotation } from "../support/resources.ts";

/** Compiles only where `type` narrows `geometry`. */
function sizeOf(annotation: Annotation): number {
  switch (annotation.type) {
    case "box":
      return annotation.geometry.width * annotation.geometry.height;
    case "ellipse":
      return Math.PI * annotation.geometry.rx * annotation.geometry.ry;
    case "text":
      return annotation.geometry.width ?? 0;
    case "point":
      return annotation.geometry.x - annotation.geometry.x;
    case "line":
    case "arrow":
    case "polyline":
    case "polygon":
    case "freehand":
      return annotation.geometry.points.length;
  }
}

describe("Annotation", () => {
  it("is told apart by its type: a geometry of another type is refused", () => {
    const box = { type: "box", geometry: { x: 1, y: 2, width: 3, height: 4 } } as const;
    const annotation = makeAnnotation({}, box);
    expect(annotationSchema.parse(annotation)).toEqual(annotation);
    expect(sizeOf(annotation)).toBe(12);
    for (const type of annotationTypes.filter((other) => other !== "box")) {
      expect([type, annotationSchema.safeParse({ ...annotation, type }).success]).toEqual([type, false]);
    }
  });
});
