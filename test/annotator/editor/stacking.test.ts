import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import { Z_INDEX_MAX } from "../../../src/protocol/limits.ts";
import { moveInStack, type StackingMove } from "../../../src/annotator/editor/stacking.ts";
import { makeBox } from "./marks.ts";

const everything = (): boolean => true;

/** The names of boxes in drawing order after a move. */
function order(
  marks: readonly Annotation[],
  names: string,
  move: StackingMove,
  overlaps: (a: Annotation, b: Annotation) => boolean = everything,
): string {
  const ids = new Set(names.split("").map((name) => marks.find(({ text }) => text === name)?.id ?? ""));
  const changes = moveInStack(marks, ids, move, overlaps);
  const moved = marks.map((mark) => ({ ...mark, z_index: changes.get(mark.id) ?? mark.z_index }));
  return sort(moved)
    .map(({ text }) => text)
    .join("");
}

function sort(marks: readonly Annotation[]): Annotation[] {
  return marks.toSorted((a, b) => a.z_index - b.z_index || a.ordinal - b.ordinal);
}

function stack(names: string, z: readonly number[] = []): Annotation[] {
  return sort(names.split("").map((text, at) => makeBox(0, 0, 10, 10, { text, z_index: z[at] ?? 0 })));
}

describe("moveInStack", () => {
  it("moves one step, to the front and to the back", () => {
    expect(order(stack("abcd"), "b", "forward")).toBe("acbd");
    expect(order(stack("abcd"), "c", "backward")).toBe("acbd");
    expect(order(stack("abcd"), "a", "toFront")).toBe("bcda");
    expect(order(stack("abcd"), "d", "toBack")).toBe("dabc");
    expect(order(stack("abcd"), "d", "forward")).toBe("abcd");
    expect(order(stack("abcd"), "ac", "toFront")).toBe("bdac");
  });

  it("goes past those that it does not overlap", () => {
    const marks = stack("abcd");
    const overlaps = (a: Annotation, b: Annotation): boolean => `${a.text}${b.text}`.includes("d");
    // b and c make no difference to a.
    expect(order(marks, "a", "forward", overlaps)).toBe("bcda");
  });

  it("steps past exactly one of marks that all overlap, whatever their z_index is", () => {
    const levels = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(levels, fc.integer({ min: 0, max: 4 }), fc.boolean(), (z, at, isUp) => {
        const marks = stack("abcde", z);
        const names = marks.map(({ text }) => text);
        const name = names[at] ?? "";
        const to = Math.min(4, Math.max(0, at + (isUp ? 1 : -1)));
        const wanted = names.toSpliced(at, 1).toSpliced(to, 0, name).join("");
        expect(order(marks, name, isUp ? "forward" : "backward")).toBe(wanted);
      }),
    );
  });

  it("changes no mark that lies right already, and none beyond the limit", () => {
    const marks = stack("abc", [0, 0, 7]);
    const [a, , c] = marks;
    // c is above b by its own z_index: it stays as it is.
    const changes = moveInStack(marks, new Set([a?.id ?? ""]), "forward", everything);
    expect(changes.has(c?.id ?? "")).toBe(false);
    const high = stack("ab", [0, Z_INDEX_MAX]);
    const lifted = moveInStack(high, new Set([high[0]?.id ?? ""]), "toFront", everything);
    expect([...lifted.values()]).toEqual([Z_INDEX_MAX]);
  });

  it("leaves those alone that lie elsewhere", () => {
    const marks = stack("abcd");
    // Only a and b overlap.
    const overlaps = (x: Annotation, y: Annotation): boolean => !/[cd]/.test(`${x.text}${y.text}`);
    const changes = moveInStack(marks, new Set([marks[0]?.id ?? ""]), "forward", overlaps);
    const names = [...changes.keys()].map((id) => marks.find((mark) => mark.id === id)?.text);
    expect(names).toEqual(["a"]);
  });
});
