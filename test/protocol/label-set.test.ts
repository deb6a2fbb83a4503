import { describe, expect, it } from "vitest";
import { parseInput } from "../../src/input/parse-input.ts";
import { LABEL_MAX, LABEL_SET_MAX } from "../../src/protocol/limits.ts";
import { labelSetInputSchema } from "../../src/protocol/model/label-set.ts";

function problemsOf(...labels: unknown[]) {
  const parsed = parseInput(labelSetInputSchema, { labels });
  return parsed.ok ? [] : (parsed.error.errors ?? []);
}
const wall = { name: "wall", color: "#e11d48" };

describe("R68 the labels of a label set", () => {
  it("have a name as annotations do, a colour, and a key or none", () => {
    const labels = [
      { name: "  wall ", color: "#E11D48", key: "w" },
      { name: "door", color: "#2563eb", key: null },
      { name: "x".repeat(LABEL_MAX), color: "#000000" },
    ];
    const parsed = parseInput(labelSetInputSchema, { labels });
    expect(parsed).toEqual({
      ok: true,
      value: {
        labels: [
          { name: "wall", color: "#e11d48", key: "w" },
          { name: "door", color: "#2563eb", key: null },
          { name: "x".repeat(LABEL_MAX), color: "#000000", key: null },
        ],
      },
    });
    const refusedNames = ["", "  ", "x".repeat(LABEL_MAX + 1), "\ud800", 7, null, undefined];
    for (const name of refusedNames) {
      expect(problemsOf({ ...wall, name }).map(({ path }) => path)).toContain("labels.0.name");
    }
  });

  it("have colours without alpha", () => {
    for (const color of ["red", "#e11", "#e11d4880", "e11d48", "#e11d4g", "", null, undefined]) {
      expect(problemsOf({ ...wall, color }).map(({ path }) => path)).toEqual(["labels.0.color"]);
    }
  });

  it("have keys of one digit or small letter", () => {
    for (const key of ["0", "9", "a", "z", null]) expect(problemsOf({ ...wall, key })).toEqual([]);
    for (const key of ["", "A", "ä", "10", "F1", " ", 1, "-"]) {
      expect(problemsOf({ ...wall, key }).map(({ path }) => path)).toEqual(["labels.0.key"]);
    }
  });

  it("repeat no name and no key, and the one that does is named", () => {
    const again = { ...wall, key: "w" };
    expect(
      problemsOf({ ...wall, key: "w" }, { ...wall, name: "door", key: "w" }, { ...wall, key: null }),
    ).toEqual([
      { path: "labels.2.name", message: "must not repeat the name of a label before it" },
      { path: "labels.1.key", message: "must not repeat the key of a label before it" },
    ]);
    // As they are after trimming.
    expect(problemsOf(wall, { ...wall, name: " wall " })).toHaveLength(1);
    expect(problemsOf({ ...wall, name: "Wall" }, again)).toEqual([]);
    expect(problemsOf({ ...wall, name: "a" }, { ...wall, name: "b" })).toEqual([]);
  });

  it("are as many as the limit says, and have no other members", () => {
    const many = Array.from({ length: LABEL_SET_MAX }, (_, n) => ({ name: `label ${n}`, color: "#000000" }));
    expect(problemsOf(...many)).toEqual([]);
    expect(problemsOf(...many, wall)).toMatchObject([{ path: "labels" }]);
    expect(problemsOf({ ...wall, colour: "#000000" })).toHaveLength(1);
    expect(parseInput(labelSetInputSchema, {}).ok).toBe(false);
    expect(parseInput(labelSetInputSchema, { labels: [], version: 0 }).ok).toBe(false);
  });
});
