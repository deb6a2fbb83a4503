import { describe, expect, it } from "vitest";
import { PeopleColors } from "../../../src/annotator/editor/people.ts";
import { readShape } from "../../../src/annotator/editor/read-shape.ts";
import { readSharedState } from "../../../src/annotator/editor/shared-state.ts";

describe("what any client may say", () => {
  it.each([
    [
      "a point with a third number",
      [
        [1, 2, 3],
        [4, 5],
      ],
    ],
    ["a point with one number", [[1], [4, 5]]],
    ["a text in place of a point", ["ab", [4, 5]]],
    ["an object in place of a point", [{ 0: 1, 1: 2, length: 2 }, [4, 5]]],
  ])("is no line: %s", (_, points) => {
    expect(readShape("line", { points })).toBeUndefined();
  });

  it.each([
    { x: "1", y: 2, width: 3 },
    { x: 1, y: null, width: 3 },
    { x: 1, y: 2, width: Number.NaN },
    { x: 1, y: 2, width: 0 },
  ])("is no view: %j", (view) => {
    expect(readSharedState({ view }).view).toBeUndefined();
    expect(readSharedState({ view: { x: 1, y: 2, width: 3 } }).view).toEqual({ x: 1, y: 2, width: 3 });
  });
});

describe("the colours of people", () => {
  it("are as many as there are, one after the other, and stay with whoever comes back", () => {
    const colors = new PeopleColors();
    const all = Array.from({ length: 9 }, (_, at) => colors.colorOf(`person ${at}`));
    expect(all).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 1].map((number) => `who-${number}`));
    expect(colors.colorOf("person 3")).toBe("who-4");
  });
});
