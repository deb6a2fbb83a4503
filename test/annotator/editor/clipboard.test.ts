import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  LABEL_MAX,
  LABELS_MAX,
  METADATA_MAX_BYTES,
  TEXT_MAX,
  Z_INDEX_MAX,
} from "../../../src/protocol/limits.ts";
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

  it("takes what is as large as it may be, and nothing larger", () => {
    const read = (fields: object) => {
      const clipping = readClipping(clip({ ...box, ...fields }));
      return "marks" in clipping ? clipping.marks[0] : undefined;
    };
    const textOf = (count: number) => read({ text: "x".repeat(count) })?.text?.length;
    expect([textOf(TEXT_MAX), textOf(TEXT_MAX + 1)]).toEqual([TEXT_MAX, 0]);
    const labelOf = (count: number) => read({ labels: ["x".repeat(count)] })?.labels?.length;
    expect([labelOf(LABEL_MAX), labelOf(LABEL_MAX + 1)]).toEqual([1, 0]);
    const labels = Array.from({ length: LABELS_MAX + 1 }, (_, at) => `label ${at}`);
    expect(read({ labels })?.labels).toEqual(labels.slice(0, LABELS_MAX));
    const noteOf = (bytes: number) => read({ properties: { n: "x".repeat(bytes - '{"n":""}'.length) } });
    expect(noteOf(METADATA_MAX_BYTES)?.properties).toHaveProperty("n");
    expect(noteOf(METADATA_MAX_BYTES + 1)?.properties).toEqual({});
    for (const z of [Z_INDEX_MAX, -Z_INDEX_MAX]) {
      expect(read({ z_index: z })?.z_index).toBe(z);
      expect(read({ z_index: z + Math.sign(z) })?.z_index).toBe(0);
    }
  });

  it("reads no clipboard that has room for a film", () => {
    const text = clip(box);
    const most = 8 * 1024 * 1024;
    expect(readClipping(text.padEnd(most))).toHaveProperty("marks");
    expect(readClipping(text.padEnd(most + 1))).toEqual({ refused: "other" });
  });

  it("leaves out what is no mark at all", () => {
    const read = readClipping(clip(null, 7, "box", [box], box));
    expect("marks" in read ? read.marks.length : 0).toBe(1);
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
