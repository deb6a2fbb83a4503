import { expect, it } from "vitest";
import { readToolNames, toolKeys, toolNames } from "../../../src/annotator/editor/tool-name.ts";

it("reads the tools that an application offers", () => {
  expect(readToolNames(null)).toBeNull();
  expect(readToolNames("box, select  wand")).toEqual(["select", "box"]);
  expect(readToolNames("")).toEqual([]);
});

it("has a key of its own for each tool", () => {
  expect(new Set(toolNames.map((tool) => toolKeys[tool])).size).toBe(toolNames.length);
});
