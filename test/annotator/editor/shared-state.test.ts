import fc from "fast-check";
import { expect, it } from "vitest";
import { DRAG_MAX, type SharedState, readSharedState } from "../../../src/annotator/editor/shared-state.ts";
import { DASH_MAX } from "../../../src/protocol/limits.ts";
import type { Transform } from "../../../src/annotator/editor/geometry/transform-mark.ts";
import { geometrySchemas } from "../../../src/protocol/model/geometry.ts";
import { anyMark } from "../stage/marks.ts";

/** Characters of an id that somebody shares. */
const ID_MAX = 128;

it("reads what an annotator shows", () => {
  const state: SharedState = {
    cursor: [10.5, 20],
    selection: ["a", "b"],
    draft: {
      id: "a",
      type: "box",
      geometry: { x: 1, y: 2, width: 3, height: 4, rotation: 5 },
      style: { stroke: "#ff0000" },
    },
    view: { x: 1, y: 2, width: 300 },
  };
  expect(readSharedState({ ...state })).toEqual(state);
});

it.each<Transform>([
  { kind: "move", dx: 1.5, dy: -2 },
  { kind: "scale", anchor: [1, 2], angle: 30, sx: -2, sy: 0.5 },
  { kind: "turn", center: [1, 2], degrees: -90 },
])("reads what is dragged together: %o", (transform) => {
  const drag = { gesture: 3, ids: ["a", "b"], transform };
  expect(readSharedState({ drag })).toEqual({ drag });
});

it.each<[string, Record<string, unknown>]>([
  ["nothing", {}],
  ["another kind", { kind: "shear", dx: 1, dy: 1 }],
  ["a move of words", { kind: "move", dx: "1", dy: 1 }],
  ["a move into nowhere", { kind: "move", dx: Infinity, dy: 1 }],
  ["a factor too large", { kind: "scale", anchor: [0, 0], angle: 0, sx: 1e7, sy: 1 }],
  ["an anchor far away", { kind: "scale", anchor: [0, 1e7], angle: 0, sx: 1, sy: 1 }],
  ["an angle of many turns", { kind: "turn", center: [0, 0], degrees: 361 }],
  ["no centre", { kind: "turn", degrees: 1 }],
])("takes no drag by %s", (_name, transform) => {
  expect(readSharedState({ drag: { gesture: 1, ids: ["a"], transform } })).toEqual({});
});

it("takes so many dragged marks, no more, and only ids", () => {
  const ids = Array.from({ length: DRAG_MAX + 1 }, (_, index) => `mark ${index}`);
  const transform = { kind: "move", dx: 1, dy: 1 };
  expect(readSharedState({ drag: { gesture: 1, ids, transform } }).drag?.ids).toHaveLength(DRAG_MAX);
  expect(readSharedState({ drag: { gesture: 1, ids: [7, "", "a"], transform } }).drag?.ids).toEqual(["a"]);
  expect(readSharedState({ drag: { gesture: 0.5, ids, transform } })).toEqual({});
  expect(readSharedState({ drag: { gesture: 1, ids: "a", transform } })).toEqual({});
});

it("reads a cursor as other applications write it", () => {
  expect(readSharedState({ cursor: { x: 1, y: 2 } })).toEqual({ cursor: [1, 2] });
});

it("reads the geometry of every kind", () => {
  fc.assert(
    fc.property(anyMark, ({ type, geometry, style, text }) => {
      const draft = { type, geometry, style, text };
      expect(readSharedState({ draft }).draft).toEqual(draft);
    }),
  );
});

it.each<[string, Record<string, unknown>]>([
  ["a cursor of words", { cursor: ["1", "2"] }],
  ["a cursor that is nowhere", { cursor: [Number.NaN, 2] }],
  ["a cursor of three numbers", { cursor: [1, 2, 3] }],
  ["a cursor far away", { cursor: [1e300, 0] }],
  ["a selection of numbers", { selection: 7 }],
  ["a draft of another kind", { draft: { type: "script", geometry: {} } }],
  ["a box without a side", { draft: { type: "box", geometry: { x: 1, y: 2, width: 3 } } }],
  ["a box of negative width", { draft: { type: "box", geometry: { x: 1, y: 2, width: -3, height: 1 } } }],
  ["a line of one point", { draft: { type: "line", geometry: { points: [[1, 2]] } } }],
  ["points of words", { draft: { type: "freehand", geometry: { points: [["a", "b"]] } } }],
  [
    "too many points",
    { draft: { type: "freehand", geometry: { points: Array.from({ length: 10_001 }, () => [0, 0]) } } },
  ],
  ["a view of no width", { view: { x: 0, y: 0, width: 0 } }],
  ["null", { cursor: null, selection: null, draft: null, view: null }],
])("leaves out %s", (_name, state) => {
  const { selection = [], ...rest } = readSharedState(state);
  expect(selection).toEqual([]);
  expect(rest).toEqual({});
});

it("leaves out what is wrong in a style, and ids that are none", () => {
  const style = {
    stroke: "red",
    fill: "url(#x)",
    stroke_width: -1,
    opacity: 0.5,
    dash: ["x"],
    font_size: 1e9,
  };
  const draft = { type: "point", geometry: { x: 1, y: 2 }, style, id: 7, text: {} };
  expect(readSharedState({ draft, selection: [1, "", "a", "x".repeat(129)] })).toEqual({
    draft: { type: "point", geometry: { x: 1, y: 2 }, style: { opacity: 0.5 } },
    selection: ["a"],
  });
});

it("never throws, and what it reads is a geometry of the protocol, but for polygons that are being drawn", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("cursor", "selection", "draft", "drag", "view"), fc.jsonValue()),
      (state) => {
        const { draft } = readSharedState(state);
        if (draft && draft.type !== "polygon")
          expect(geometrySchemas[draft.type].safeParse(draft.geometry).success).toBe(true);
      },
    ),
  );
});

it("takes names and dashes up to their limits, and none beyond", () => {
  const id = (length: number): unknown => readSharedState({ selection: ["a".repeat(length)] }).selection;
  expect(id(ID_MAX)).toEqual(["a".repeat(ID_MAX)]);
  expect(id(ID_MAX + 1) ?? []).toEqual([]);
  const dash = (count: number): unknown => {
    const style = { dash: Array.from({ length: count }, () => 4) };
    const draft = { type: "box", geometry: { x: 0, y: 0, width: 9, height: 9 }, style };
    return readSharedState({ draft }).draft?.style?.dash?.length;
  };
  expect([0, 1, DASH_MAX, DASH_MAX + 1].map(dash)).toEqual([undefined, 1, DASH_MAX, undefined]);
});
