import { describe, expect, it } from "vitest";
import { filterMarks, isChosen, noFilter } from "../../../src/annotator/editor/filter-marks.ts";
import { makeMark } from "../make-mark.ts";

const fall = makeMark("box", { labels: ["Fall"], text: "the main one", author: "ada", review: "approved" });
const path = makeMark("arrow", { labels: ["Path", "Old"], properties: { locked: true } });
const note = makeMark("text", { text: "Path washed out", author: "ben" });
const marks = [fall, path, note];
const nothing = new Set<string>();

describe("filterMarks", () => {
  it("lists all marks, the topmost first, and leaves the list it was given alone", () => {
    expect(filterMarks(marks, noFilter, nothing)).toEqual([note, path, fall]);
    expect(marks).toEqual([fall, path, note]);
  });

  it("finds every typed word in labels, text and kind, in any case", () => {
    const find = (text: string) => filterMarks(marks, { ...noFilter, text }, nothing);
    expect(find("PATH")).toEqual([note, path]);
    expect(find("path old")).toEqual([path]);
    expect(find("main fall")).toEqual([fall]);
    expect(find("arrow")).toEqual([path]);
    expect(find("nowhere")).toEqual([]);
  });

  it("narrows by kind, label, person and review, all at once", () => {
    expect(filterMarks(marks, { ...noFilter, types: new Set(["box", "text"]) }, nothing)).toEqual([
      note,
      fall,
    ]);
    expect(filterMarks(marks, { ...noFilter, labels: new Set(["Old"]) }, nothing)).toEqual([path]);
    expect(filterMarks(marks, { ...noFilter, people: new Set(["ben", ""]) }, nothing)).toEqual([note, path]);
    expect(filterMarks(marks, { ...noFilter, reviews: new Set(["approved"]) }, nothing)).toEqual([fall]);
    const both = { ...noFilter, types: new Set(["box"] as const), people: new Set(["ben"]) };
    expect(filterMarks(marks, both, nothing)).toEqual([]);
  });

  it("finds marks that are locked or hidden", () => {
    const hidden = new Set([fall.id]);
    expect(filterMarks(marks, { ...noFilter, states: new Set(["locked"]) }, hidden)).toEqual([path]);
    expect(filterMarks(marks, { ...noFilter, states: new Set(["hidden"]) }, hidden)).toEqual([fall]);
    const either = { ...noFilter, states: new Set(["locked", "hidden"] as const) };
    expect(filterMarks(marks, either, hidden)).toEqual([path, fall]);
  });

  it("says whether there is more to the filter than text", () => {
    expect(isChosen({ ...noFilter, text: "path" })).toBe(false);
    expect(isChosen({ ...noFilter, people: new Set(["ada"]) })).toBe(true);
  });
});
