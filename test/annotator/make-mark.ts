import { randomUUID } from "node:crypto";
import type { Annotation, AnnotationFields } from "../../src/protocol/model/annotation.ts";
import { defaultStyle } from "../../src/protocol/model/default-style.ts";
import type { Geometries } from "../../src/protocol/model/geometry.ts";

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
  const at = "2026-11-26T10:00:00.000Z";
  const mark = {
    id: randomUUID(),
    document_id: randomUUID(),
    style: defaultStyle,
    text: "",
    labels: [],
    properties: {},
    author: null,
    review: "none",
    z_index: 0,
    status: "active",
    version: 1,
    seq: 1,
    ordinal: 1,
    created_at: at,
    updated_at: at,
    type,
    geometry: geometries[type],
    ...fields,
  };
  return mark as Annotation;
}
