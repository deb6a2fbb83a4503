import { expect, it } from "vitest";
import { findLabels } from "../../../src/annotator/editor/find-labels.ts";

const labels = ["Moss", "Wet snow", "Snow", "Bridge"].map((name) => ({ name, color: "#112233", key: null }));
const find = (query: string) => findLabels(labels, query).map(({ label }) => label.name);

it("finds labels that begin with what was typed before those that have it inside", () => {
  expect(find("s")).toEqual(["Snow", "Wet snow", "Moss"]);
});

it("takes no notice of case and of spaces around", () => {
  expect(find("  SNOW ")).toEqual(["Snow", "Wet snow"]);
});

it("lists all labels in their order while nothing is typed", () => {
  expect(find("")).toEqual(["Moss", "Wet snow", "Snow", "Bridge"]);
});

it("tells which part of the name was typed", () => {
  expect(findLabels(labels, "id")).toMatchObject([{ from: 2, to: 4 }]);
});
