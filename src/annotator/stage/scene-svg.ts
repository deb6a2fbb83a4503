import type { Annotation } from "../../protocol/model/annotation.ts";
import { drawAnnotation, drawingElement } from "../../scene/draw-annotation.ts";
import type { LayoutText } from "../../scene/shape.ts";
import { defineEmoji, defineGlyph } from "../../scene/text-svg.ts";
import type { Size } from "./view-geometry.ts";

const SVG = "http://www.w3.org/2000/svg";

/** A mark as the scene's SVG, with what it refers to by id. */
export interface MarkSvg {
  element: string;
  /** By id: several marks may need the same. */
  definitions: ReadonlyMap<string, string>;
}

/** Draws a mark as exports do. Without its title, which browsers show as a tooltip. */
export function writeMark(mark: Annotation, { width, height }: Size, layoutText: LayoutText): MarkSvg {
  const frame = { left: 0, top: 0, right: width, bottom: height };
  const { group: _, ...drawing } = drawAnnotation(mark, { frame, layoutText });
  const definitions = new Map<string, string>();
  for (const { text } of drawing.texts ?? []) {
    for (const glyph of text.glyphs)
      if (!definitions.has(glyph.id)) definitions.set(glyph.id, defineGlyph(glyph));
    for (const { emoji } of text.emoji) definitions.set(emoji.id, defineEmoji(emoji));
  }
  return { element: drawingElement(drawing), definitions };
}

const parser = new DOMParser();

/**
 * An element for each mark, with what it refers to. What people wrote is in none of it: letters are outlines. It is
 * read as XML, which runs nothing.
 */
export function parseMarks(marks: readonly MarkSvg[]): Element[] {
  if (marks.length === 0) return [];
  const groups = marks.map(({ element, definitions }) => {
    const defs = definitions.size > 0 ? `<defs>${Array.from(definitions.values()).join("")}</defs>` : "";
    return `<g>${defs}${element}</g>`;
  });
  const { documentElement } = parser.parseFromString(
    `<svg xmlns="${SVG}">${groups.join("")}</svg>`,
    "image/svg+xml",
  );
  return Array.from(documentElement.children);
}
