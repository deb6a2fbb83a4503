import type { AnnotationType } from "../../protocol/model/geometry.ts";

/** The tools that draw: one for each kind of annotation. */
export const drawingTools = [
  "box",
  "ellipse",
  "line",
  "arrow",
  "polyline",
  "polygon",
  "freehand",
  "text",
  "point",
] as const satisfies readonly AnnotationType[];
export const toolNames = ["select", "hand", ...drawingTools, "comment"] as const;

/** A tool of the rail. */
export type ToolName = (typeof toolNames)[number];

/** The key that chooses each tool. */
export const toolKeys: Readonly<Record<ToolName, string>> = {
  select: "v",
  hand: "h",
  box: "b",
  ellipse: "o",
  line: "l",
  arrow: "a",
  polyline: "y",
  polygon: "p",
  freehand: "f",
  text: "t",
  point: "m",
  comment: "c",
};

export function isDrawingTool(tool: ToolName): tool is AnnotationType {
  return (drawingTools as readonly string[]).includes(tool);
}

/** Reads a list like "select box polygon". Unknown names are left out. null: there is no list. */
export function readToolNames(list: string | null): readonly ToolName[] | null {
  if (list === null) return null;
  const wanted = new Set(list.split(/[\s,]+/));
  return toolNames.filter((tool) => wanted.has(tool));
}
