import { z } from "zod";
import { POINTS_MAX } from "../limits.ts";
import { coordinateSchema, lengthSchema } from "./scalars.ts";

/**
 * The nine geometries. Float pixels in the upright image, origin top left, x to the right, y down.
 * `rotation` is degrees clockwise about the centre of the shape.
 */

const rotation = z.number().min(-360).max(360);
const point = z.tuple([coordinateSchema, coordinateSchema]);
export type Point = z.infer<typeof point>;

function points(min: number, max: number = POINTS_MAX) {
  return z.strictObject({ points: z.array(point).min(min).max(max) });
}

export const geometrySchemas = {
  /** x, y: the top left corner before rotation. */
  box: z.strictObject({
    x: coordinateSchema,
    y: coordinateSchema,
    width: lengthSchema,
    height: lengthSchema,
    rotation: rotation.optional(),
  }),
  ellipse: z.strictObject({
    cx: coordinateSchema,
    cy: coordinateSchema,
    rx: lengthSchema,
    ry: lengthSchema,
    rotation: rotation.optional(),
  }),
  /** From the first point to the second. */
  line: points(2, 2),
  /** Through all points; the head is at the last one and ends there. */
  arrow: points(2),
  polyline: points(2),
  /** Closed by itself: the first point is not repeated. Where it crosses itself, the inside is all that it winds around (SVG's nonzero rule). */
  polygon: points(3),
  /** A stroke as drawn; a single point is a dot. */
  freehand: points(1),
  /** x, y: the top left of the text's box; with `width` the text wraps. */
  text: z.strictObject({
    x: coordinateSchema,
    y: coordinateSchema,
    width: lengthSchema.optional(),
    rotation: rotation.optional(),
  }),
  point: z.strictObject({ x: coordinateSchema, y: coordinateSchema }),
} as const;

export type AnnotationType = keyof typeof geometrySchemas;
export const annotationTypes = Object.keys(geometrySchemas) as [AnnotationType, ...AnnotationType[]];

export type Geometries = { [T in AnnotationType]: z.infer<(typeof geometrySchemas)[T]> };
export type Geometry = Geometries[AnnotationType];

/** Any of the nine; which one an annotation must have follows from its `type`. */
export const geometrySchema = z.union([
  geometrySchemas.box,
  geometrySchemas.ellipse,
  geometrySchemas.text,
  geometrySchemas.point,
  points(1),
]);
