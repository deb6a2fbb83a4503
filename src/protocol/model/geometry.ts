import * as z from "zod";
import { POINTS_MAX, ROTATION_MAX } from "../limits.ts";
import { coordinateSchema, lengthSchema } from "./scalars.ts";

/** The nine geometries, in float pixels of the upright image. The origin is top left; x grows right, y grows down. */

const rotation = z
  .number()
  .min(-ROTATION_MAX)
  .max(ROTATION_MAX)
  .optional()
  .describe("Degrees clockwise about the centre of the shape. Absent: 0");
const point = z.tuple([coordinateSchema, coordinateSchema]).describe("x and y");
export type Point = z.infer<typeof point>;

function pointsSchema(description: string, min: number, max: number = POINTS_MAX) {
  return z.strictObject({ points: z.array(point).min(min).max(max).describe(description) });
}

export const geometrySchemas = {
  box: z
    .strictObject({
      x: coordinateSchema.describe("The left edge, before rotation"),
      y: coordinateSchema.describe("The top edge, before rotation"),
      width: lengthSchema.describe("The width, before rotation"),
      height: lengthSchema.describe("The height, before rotation"),
      rotation,
    })
    .meta({ id: "BoxGeometry", description: "A rectangle" }),
  ellipse: z
    .strictObject({
      cx: coordinateSchema.describe("The centre's x"),
      cy: coordinateSchema.describe("The centre's y"),
      rx: lengthSchema.describe("The horizontal radius, before rotation"),
      ry: lengthSchema.describe("The vertical radius, before rotation"),
      rotation,
    })
    .meta({ id: "EllipseGeometry", description: "An ellipse" }),
  line: pointsSchema("Start and end", 2, 2).meta({
    id: "LineGeometry",
    description: "A straight line between two points",
  }),
  arrow: pointsSchema("From tail to tip", 2).meta({
    id: "ArrowGeometry",
    description: "A line through all points. Its head ends at the last one",
  }),
  polyline: pointsSchema("The corners, in order", 2).meta({
    id: "PolylineGeometry",
    description: "An open line through all points",
  }),
  polygon: pointsSchema("The corners, in order. The first one is not repeated", 3).meta({
    id: "PolygonGeometry",
    description:
      "A closed shape. Where it crosses itself, everything its outline winds around is inside (SVG's nonzero rule)",
  }),
  freehand: pointsSchema("The stroke, as drawn. A single point is a dot", 1).meta({
    id: "FreehandGeometry",
    description: "A stroke drawn by hand",
  }),
  text: z
    .strictObject({
      x: coordinateSchema.describe("The left edge of the text's box, before rotation"),
      y: coordinateSchema.describe("The top edge of the text's box, before rotation"),
      width: lengthSchema
        .optional()
        .describe("Lines wrap at this width. Absent: lines end only at line breaks"),
      rotation,
    })
    .meta({ id: "TextGeometry", description: "The place of a text" }),
  point: z
    .strictObject({
      x: coordinateSchema.describe("The point's x"),
      y: coordinateSchema.describe("The point's y"),
    })
    .meta({ id: "PointGeometry", description: "A single point, shown as a pin" }),
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
