import { describe, expect, it } from "vitest";
import { colorOf, describeMark, measureMark } from "../../../src/annotator/editor/describe-mark.ts";
import { de } from "../../../src/annotator/words/de.ts";
import { en } from "../../../src/annotator/words/en.ts";
import { makeMark } from "../make-mark.ts";

describe("describeMark", () => {
  it("calls a mark by its first label, and tells it apart by its note, or by its other labels", () => {
    expect(describeMark(makeMark("box", { labels: ["Fall"], text: " main\n one " }), en)).toEqual({
      name: "Fall",
      detail: "main one",
    });
    expect(describeMark(makeMark("box", { labels: ["Fall", "Wet", "Old"] }), en).detail).toBe("Wet, Old");
  });

  it("calls a text by what it says", () => {
    const mark = makeMark("text", { labels: ["Sign"], text: "Path washed out" });
    expect(describeMark(mark, en)).toEqual({ name: "Path washed out", detail: "Sign" });
  });

  it("calls a mark without label and note by its kind", () => {
    expect(describeMark(makeMark("box"), de)).toEqual({ name: "Rechteck", detail: "" });
  });
});

it("takes the colour of the outline, or of the inside, without transparency", () => {
  const { style } = makeMark("box");
  expect(colorOf(makeMark("box", { style: { ...style, stroke: "#11223380" } }))).toBe("#112233");
  expect(colorOf(makeMark("box", { style: { ...style, stroke: null, fill: "#445566" } }))).toBe("#445566");
});

it("measures a mark in the numbers of the language", () => {
  const mark = makeMark("box", {});
  expect(measureMark(mark, en, "en")).toBe("300 × 200");
  expect(measureMark(makeMark("arrow"), de, "de")).toBe("2 Punkte");
});
