import { describe, expect, it } from "vitest";
import { PRESENCE_MAX_BYTES } from "../../../src/protocol/limits.ts";
import type { Point } from "../../../src/protocol/model/geometry.ts";
import { labelsInUse, listLabels } from "../../../src/annotator/editor/label-view.ts";
import { readStyle, toStyle, toStylePatch } from "../../../src/annotator/editor/mark-style.ts";
import { shareDraft, shareDrag, shareSelection } from "../../../src/annotator/editor/own-presence.ts";
import { DRAG_MAX, readSharedState } from "../../../src/annotator/editor/shared-state.ts";
import { makeBox, makeMark } from "./marks.ts";

const SIDE = 2_000;
const style = { color: "#1f58fb", width: "thick", dashed: true, fill: 0.2 } as const;

describe("styles", () => {
  it("reads back what it has made", () => {
    for (const width of ["thin", "medium", "thick"] as const) {
      const made = toStyle({ ...style, width }, "box", SIDE);
      expect(readStyle(makeBox(0, 0, 9, 9, { style: made }), SIDE)).toEqual({ ...style, width });
    }
  });

  it("fills only what has an inside", () => {
    expect(toStyle(style, "box", SIDE).fill).toBe("#1f58fb33");
    expect(toStyle(style, "text", SIDE).fill).toBeNull();
    expect(toStyle({ ...style, fill: 0 }, "box", SIDE).fill).toBeNull();
    const line = makeMark({
      type: "line",
      geometry: {
        points: [
          [0, 0],
          [1, 1],
        ],
      },
    });
    expect(toStylePatch({ fill: 0.5 }, line, SIDE)).toEqual({});
  });

  it("colours the ground of a text that has one, and gives none to others", () => {
    const text = (fill: string | null) =>
      makeMark({ type: "text", geometry: { x: 0, y: 0 }, text: "Exit", style: { fill } });
    expect(toStylePatch({ color: "#ffffff" }, text("#00000080"), SIDE)).toEqual({
      stroke: "#ffffff",
      fill: "#ffffff80",
    });
    expect(toStylePatch({ color: "#ffffff" }, text(null), SIDE)).toEqual({ stroke: "#ffffff" });
    expect(toStylePatch({ fill: 0.5 }, text("#00000080"), SIDE)).toEqual({});
  });

  it("changes only what was chosen, and what goes with it", () => {
    const box = makeBox(0, 0, 9, 9, { style: toStyle(style, "box", SIDE) });
    expect(toStylePatch({ color: "#ffffff" }, box, SIDE)).toEqual({ stroke: "#ffffff", fill: "#ffffff33" });
    expect(toStylePatch({ fill: 0 }, box, SIDE)).toEqual({ fill: null });
    // Dashes are as long as the line is wide.
    expect(toStylePatch({ width: "medium" }, box, SIDE)).toEqual({ stroke_width: 5, dash: [20, 15] });
    expect(toStylePatch({ dashed: false }, box, SIDE)).toEqual({ dash: null });
  });
});

describe("small pictures and odd colours", () => {
  it("writes no smaller than can be read", () => {
    expect(toStyle(style, "text", 100).font_size).toBe(8);
    expect(toStyle(style, "text", 100_000).font_size).toBeGreaterThan(100);
  });

  it("reads a fill without transparency as whole", () => {
    const filled = (fill: string): number =>
      readStyle(makeBox(0, 0, 9, 9, { style: { ...toStyle(style, "box", SIDE), fill } }), SIDE).fill;
    expect([filled("#1f58fb"), filled("#1f58fb80"), filled("#1f58fb00")]).toEqual([1, 0.5, 0]);
  });
});

describe("labels", () => {
  it("lists the set first, then those in use, each with a key and a colour of its own", () => {
    const set = [{ name: "wall", color: "#123456", key: "2" }];
    const labels = listLabels(set, ["door", "wall", "roof"]);
    expect(labels.map(({ name, key }) => [name, key])).toEqual([
      ["wall", "2"],
      ["door", "1"],
      ["roof", "3"],
    ]);
    expect(new Set(labels.map(({ color }) => color)).size).toBe(3);
    expect(listLabels([], ["door"])[0]?.color).toBe(labels[1]?.color);
  });

  it("lists a label once, however often it is in use, and never in white or ink", () => {
    const names = Array.from({ length: 30 }, (_, at) => `label ${at % 10}`);
    const listed = listLabels([], names);
    expect(listed.map(({ name }) => name)).toEqual(names.slice(0, 10));
    expect(listed.map(({ color }) => color)).not.toContain("#ffffff");
    expect(listed.map(({ color }) => color)).not.toContain("#16181d");
    // As many colours as there are, before one comes again.
    expect(new Set(listed.map(({ color }) => color)).size).toBe(8);
  });

  it("gives no more keys than there are", () => {
    const names = Array.from({ length: 12 }, (_, at) => `label ${at}`);
    expect(listLabels([], names).filter(({ key }) => key === null)).toHaveLength(3);
  });

  it("knows labels in the order in which marks were made", () => {
    const [first, second] = [
      makeBox(0, 0, 1, 1, { labels: ["b"] }),
      makeBox(0, 0, 1, 1, { labels: ["a", "b"] }),
    ];
    expect(labelsInUse([second, first])).toEqual(["b", "a"]);
  });
});

describe("presence", () => {
  it("shows the words of a text that is being typed, and the note of no other mark", () => {
    const text = makeMark({ type: "text", geometry: { x: 1, y: 2 }, text: "Exit" });
    expect(shareDraft(text)).toMatchObject({ type: "text", text: "Exit" });
    expect(shareDraft(makeBox(1, 2, 3, 4, { text: "Oak" }))).not.toHaveProperty("text");
    const long = makeMark({ type: "text", geometry: { x: 1, y: 2 }, text: `${"x".repeat(249)}😀` });
    // A sign that is cut in two would be none.
    expect(shareDraft(long)).toMatchObject({ text: `${"x".repeat(249)}\ufffd` });
  });

  it("fits, whatever is drawn and selected", () => {
    const points = Array.from({ length: 10_000 }, (_, at): Point => [
      at * 97.123 - 900_000,
      -Math.sin(at) * 999_999.99,
    ]);
    const ids = Array.from({ length: 500 }, () => makeBox(0, 0).id);
    const stroke = makeMark({ type: "freehand", geometry: { points } });
    const text = makeMark({ type: "text", geometry: { x: 1, y: 1 }, text: "漢字😀".repeat(999) });
    for (const mark of [stroke, text]) {
      const state = {
        cursor: [-999_999.9, -999_999.9],
        selection: shareSelection(ids),
        draft: shareDraft(mark),
        view: { x: -123_456.789, y: -123_456.789, width: 123_456.789 },
      };
      const bytes = new TextEncoder().encode(JSON.stringify(state)).length;
      expect(bytes).toBeLessThan(PRESENCE_MAX_BYTES);
    }
  });

  it("fits, however many marks are dragged together, and says the first of them", () => {
    const ids = Array.from({ length: DRAG_MAX + 1 }, () => makeBox(0, 0).id);
    const anchor: Point = [-123_456.123_456_789, -123_456.123_456_789];
    const factor = -Math.PI * 1e5;
    const state = {
      cursor: [-999_999.9, -999_999.9],
      selection: shareSelection(ids),
      drag: shareDrag(999_999, ids, { kind: "scale", anchor, angle: -factor / 1e6, sx: factor, sy: factor }),
      view: { x: -123_456.789, y: -123_456.789, width: 123_456.789 },
    };
    expect(state.drag.ids).toEqual(ids.slice(0, DRAG_MAX));
    const bytes = new TextEncoder().encode(JSON.stringify(state)).length;
    expect(bytes).toBeLessThan(PRESENCE_MAX_BYTES);
    expect(readSharedState(state).drag).toEqual(state.drag);
  });
});
