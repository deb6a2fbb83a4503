import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { annotationInputSchema } from "../../../src/protocol/model/annotation.ts";
import { PASTE_MAX, readClipping, writeClipping } from "../../../src/annotator/editor/clipboard.ts";
import { makeBox, makeMark } from "./marks.ts";

function clip(...marks: unknown[]): string {
  return JSON.stringify({ kind: "acetate/marks", marks });
}

const box = { type: "box", geometry: { x: 1, y: 2, width: 3, height: 4 } };

describe("the clipboard", () => {
  it("brings back what was copied, without ids, and unlocked", () => {
    const mark = makeBox(1, 2, 3, 4, {
      labels: ["door"],
      text: "Oak",
      properties: { locked: true, floor: 2 },
    });
    const text = makeMark({ type: "text", text: "Mind", geometry: { x: 1, y: 2, width: 30, rotation: 4 } });
    const read = readClipping(writeClipping([mark, text]));
    if (!("marks" in read)) throw new Error("it was refused");
    expect(read.marks).toHaveLength(2);
    expect(read.marks[0]).toMatchObject({ ...box, labels: ["door"], text: "Oak", properties: { floor: 2 } });
    expect(read.marks[0]).not.toHaveProperty("id");
    expect(read.marks[0]?.style).toEqual(mark.style);
    expect(read.marks[1]?.geometry).toEqual(text.geometry);
  });

  it.each([
    ["something else", "a line of text"],
    ["no JSON", "acetate/marks {"],
    ["another kind", JSON.stringify({ kind: "other", note: "acetate/marks", marks: [box] })],
    ["no marks", clip()],
    ["no list", JSON.stringify({ kind: "acetate/marks", marks: {} })],
    ["an unknown type", clip({ ...box, type: "script" })],
    ["text for a number", clip({ type: "point", geometry: { x: "1", y: 1 } })],
    ["a number that is too large", clip({ type: "point", geometry: { x: 1e9, y: 1 } })],
    ["a negative size", clip({ type: "box", geometry: { x: 1, y: 1, width: -1, height: 1 } })],
    [
      "too few points",
      clip({
        type: "polygon",
        geometry: {
          points: [
            [1, 1],
            [2, 2],
          ],
        },
      }),
    ],
    [
      "points that are none",
      clip({
        type: "line",
        geometry: {
          points: [
            [1, 1],
            [2, null],
          ],
        },
      }),
    ],
    ["an empty text", clip({ type: "text", geometry: { x: 1, y: 1 }, text: " " })],
  ])("refuses %s", (_, text) => {
    expect(readClipping(text)).toEqual({ refused: "other" });
  });

  it("takes as many marks as it may, and no more", () => {
    const many = Array.from({ length: PASTE_MAX }, () => box);
    expect(readClipping(clip(...many))).toHaveProperty("marks.length", PASTE_MAX);
    expect(readClipping(clip(...many, box))).toEqual({ refused: "tooMany" });
  });

  it("leaves out what is not valid in a mark that is", () => {
    const read = readClipping(
      clip({
        ...box,
        style: { stroke: "red", fill: "#12345678", stroke_width: -1, dash: [0], opacity: 0.5, extra: 1 },
        labels: ["a", "a", "", 7, "b".repeat(65)],
        text: "\ud800",
        properties: { bad: "\u0000" },
        z_index: 0.5,
        id: "own",
        author: "Eve",
      }),
    );
    if (!("marks" in read)) throw new Error("it was refused");
    expect(read.marks[0]).toEqual({
      ...box,
      style: { fill: "#12345678", opacity: 0.5 },
      labels: ["a"],
      text: "",
      properties: {},
      z_index: 0,
    });
  });

  it("never makes anything of JSON that the service would refuse", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom("box", "text", "point", "polygon"), (value, type) => {
        const read = readClipping(
          clip(
            { type, geometry: value, text: value },
            { ...box, style: value, labels: value, properties: value, text: value },
          ),
        );
        for (const mark of "marks" in read ? read.marks : []) annotationInputSchema.parse(mark);
      }),
    );
  });
});
