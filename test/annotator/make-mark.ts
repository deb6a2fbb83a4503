import { randomUUID } from "node:crypto";
import type { Annotation, AnnotationFields } from "../../src/protocol/model/annotation.ts";
import type { Geometries, Shape } from "../../src/protocol/model/geometry.ts";
import { markOf } from "./stage/marks.ts";

const geometries = {
  box: { x: 10, y: 20, width: 300, height: 200 },
  arrow: {
    points: [
      [0, 0],
      [10, 10],
    ],
  },
  text: { x: 10, y: 20 },
} satisfies Partial<Geometries>;

/** A mark as the room has it. */
export function makeMark(type: keyof typeof geometries, fields: Partial<AnnotationFields> = {}): Annotation {
  return {
    ...markOf({ type, geometry: geometries[type] } as Shape),
    id: randomUUID(),
    text: "",
    ...fields,
  };
}
