import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import { POINTS_MAX, ROTATION_MAX } from "../limits.ts";
import { coordinateSchema, lengthSchema } from "./scalars.ts";

/** The nine geometries, in float pixels of the upright image. The origin is top left; x grows right, y grows down. */

const rotation = describe(
  z.optional(z.number().check(z.minimum(-ROTATION_MAX), z.maximum(ROTATION_MAX))),
  "Degrees clockwise about the centre of the shape. Absent: 0",
);
const point = describe(z.tuple([coordinateSchema, coordinateSchema]), "x and y");
export type Point = z.infer<typeof point>;

function pointsSchema(description: string, min: number, max: number = POINTS_MAX) {
  return z.strictObject({
    points: describe(z.array(point).check(z.minLength(min), z.maxLength(max)), description),
  });
}

export const geometrySchemas = {
  box: component(
    z.strictObject({
      x: describe(coordinateSchema, "The left edge, before rotation"),
      y: describe(coordinateSchema, "The top edge, before rotation"),
      width: describe(lengthSchema, "The width, before rotation"),
      height: describe(lengthSchema, "The height, before rotation"),
      rotation,
    }),
    "BoxGeometry",
    "A rectangle",
  ),
  ellipse: component(
    z.strictObject({
      cx: describe(coordinateSchema, "The centre's x"),
      cy: describe(coordinateSchema, "The centre's y"),
      rx: describe(lengthSchema, "The horizontal radius, before rotation"),
      ry: describe(lengthSchema, "The vertical radius, before rotation"),
      rotation,
    }),
    "EllipseGeometry",
    "An ellipse",
  ),
  line: component(pointsSchema("Start and end", 2, 2), "LineGeometry", "A straight line between two points"),
  arrow: component(
    pointsSchema("From tail to tip", 2),
    "ArrowGeometry",
    "A line through all points. Its head ends at the last one",
  ),
  polyline: component(
    pointsSchema("The corners, in order", 2),
    "PolylineGeometry",
    "An open line through all points",
  ),
  polygon: component(
    pointsSchema("The corners, in order. The first one is not repeated", 3),
    "PolygonGeometry",
    "A closed shape. Where it crosses itself, everything its outline winds around is inside (SVG's nonzero rule)",
  ),
  freehand: component(
    pointsSchema("The stroke, as drawn. A single point is a dot", 1),
    "FreehandGeometry",
    "A stroke drawn by hand",
  ),
  text: component(
    z.strictObject({
      x: describe(coordinateSchema, "The left edge of the text's box, before rotation"),
      y: describe(coordinateSchema, "The top edge of the text's box, before rotation"),
      width: describe(
        z.optional(lengthSchema),
        "Lines wrap at this width. Absent: lines end only at line breaks",
      ),
      rotation,
    }),
    "TextGeometry",
    "The place of a text",
  ),
  point: component(
    z.strictObject({
      x: describe(coordinateSchema, "The point's x"),
      y: describe(coordinateSchema, "The point's y"),
    }),
    "PointGeometry",
    "A single point, shown as a pin",
  ),
} as const;

export type AnnotationType = keyof typeof geometrySchemas;
export const annotationTypes = Object.keys(geometrySchemas) as [AnnotationType, ...AnnotationType[]];

/** The geometry of each annotation type: `Geometries["box"]`. */
export type Geometries = { [T in AnnotationType]: z.infer<(typeof geometrySchemas)[T]> };
export type Geometry = Geometries[AnnotationType];

/** A type with its geometry. Narrowing `type` narrows `geometry`. */
export type Shape = { [T in AnnotationType]: { type: T; geometry: Geometries[T] } }[AnnotationType];

function shapeOf<T extends AnnotationType>(type: T) {
  return z.object({ type: z.literal(type), geometry: geometrySchemas[type] });
}
/** Parses a geometry by its type. */
export const shapeSchema = z.discriminatedUnion("type", [
  shapeOf("box"),
  shapeOf("ellipse"),
  shapeOf("line"),
  shapeOf("arrow"),
  shapeOf("polyline"),
  shapeOf("polygon"),
  shapeOf("freehand"),
  shapeOf("text"),
  shapeOf("point"),
]);

/** Any geometry, for patches. Which one an annotation takes follows from its `type`; the room checks it. */
export const geometrySchema = z.union([
  geometrySchemas.box,
  geometrySchemas.ellipse,
  geometrySchemas.text,
  geometrySchemas.point,
  geometrySchemas.freehand,
]);
