import fc from "fast-check";
import { expect, it } from "vitest";
import {
  fieldsBefore,
  isSame,
  joinPatches,
  patchAnnotation,
  patchTo,
} from "../../src/client/annotations/patch.ts";
import { decideUpdate } from "../../src/room/decide/decide-annotation.ts";
import type { RoomReader } from "../../src/room/decide/command.ts";
import {
  type Annotation,
  type AnnotationPatch,
  annotationPatchSchema,
} from "../../src/protocol/model/annotation.ts";
import { defaultStyle } from "../../src/protocol/model/default-style.ts";

/*
 * What the client shows at once is what the service will make of it (src/client/annotations/patch.ts beside
 * src/room/decide/).
 */

const json = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, fc.integer({ min: 0, max: 2 }), fc.constant("x"), tie("object")),
  object: fc.dictionary(fc.constantFrom("a", "b", "c.d"), tie("value"), { maxKeys: 3 }),
}));
const properties = json["object"];
/** As a patch has it: null removes a member. */
const mergedProperties = fc.dictionary(
  fc.constantFrom("a", "b", "c.d"),
  fc.oneof(fc.constant(null), json["value"]),
  { maxKeys: 3 },
);
const color = fc.constantFrom("#112233", null);
const style = fc.record(
  {
    stroke: color,
    fill: color,
    stroke_width: fc.constantFrom(1, 2),
    opacity: fc.constantFrom(0, 1),
    dash: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const stylePatch = fc.record(
  {
    stroke: color,
    fill: color,
    stroke_width: fc.constantFrom(1, null),
    font_size: fc.constantFrom(9, null),
    opacity: fc.constantFrom(0.5, null),
    dash: fc.constantFrom([1], null),
  },
  { requiredKeys: [] },
);
const geometry = fc.record({ x: fc.integer({ min: 0, max: 3 }), y: fc.integer({ min: 0, max: 3 }) });
const patch = fc
  .record(
    {
      text: fc.constantFrom("", "a"),
      labels: fc.constantFrom([], ["l"]),
      z_index: fc.integer({ min: 0, max: 2 }),
      geometry,
      style: stylePatch,
      properties: mergedProperties,
    },
    { requiredKeys: [] },
  )
  .map((patch): AnnotationPatch => annotationPatchSchema.parse(patch));
const annotation = fc
  .record({ geometry, style, properties })
  .map(({ geometry, style, properties }): Annotation => ({
    id: "0c7e3f52-8f2f-4b8e-8e55-a2f0f5c1d7b3",
    document_id: "4a3c1f9e-6f0b-4d55-9d52-0f3b6f0c9a11",
    type: "point",
    geometry,
    style: { ...defaultStyle, ...style },
    text: "",
    labels: [],
    properties,
    author: null,
    author_name: null,
    updated_by: null,
    review: "none",
    z_index: 0,
    status: "active",
    version: 1,
    seq: 2,
    ordinal: 1024,
    created_at: "2026-11-26T09:00:00.000Z",
    updated_at: "2026-11-26T09:00:00.000Z",
  }));

/** What the service makes of an annotation, without what it numbers. */
function decide(current: Annotation, patch: AnnotationPatch): Annotation {
  const room = { head: 2, readAnnotation: () => current } as unknown as RoomReader;
  const decided = decideUpdate(
    room,
    { now: 0, newId: () => "", by: { id: null, name: null } },
    current.id,
    1,
    patch,
  );
  if (!decided.ok) throw new Error(decided.error.message);
  const { version, seq, updated_at } = current;
  return { ...decided.value, version, seq, updated_at };
}

it("a patch does in the client what it does in the service", () => {
  fc.assert(
    fc.property(annotation, patch, (current, patch) => {
      expect(patchAnnotation(current, patch)).toEqual(decide(current, patch));
    }),
    { numRuns: 500 },
  );
});

it("the patch back undoes a patch, in the service too", () => {
  fc.assert(
    fc.property(annotation, patch, (current, patch) => {
      const patched = decide(current, patch);
      const back = patchTo(patched, fieldsBefore(current, patch));
      expect(decide(patched, back)).toEqual(current);
    }),
    { numRuns: 500 },
  );
});

it("two patches joined do what they do one after the other, for flat properties", () => {
  const flat = patch.filter(
    ({ properties = {} }) =>
      !Object.values(properties).some((value) => typeof value === "object" && value !== null),
  );
  fc.assert(
    fc.property(annotation, flat, flat, (current, first, second) => {
      const joined = joinPatches(first, second);
      expect(decide(current, joined)).toEqual(decide(decide(current, first), second));
    }),
    { numRuns: 500 },
  );
});

it("two JSON values are the same if they have the same members, in any order", () => {
  expect(isSame({ a: [1, { b: null }], c: "x" }, { c: "x", a: [1, { b: null }] })).toBe(true);
  for (const [a, b] of [
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [[], {}],
    [null, {}],
    [1, "1"],
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: undefined }, {}],
  ] as const) {
    expect(isSame(a, b), JSON.stringify([a, b])).toBe(false);
  }
});
