import type { Annotation } from "../../protocol/model/annotation.ts";
import type { Words } from "../words/en.ts";
import { firstStyle } from "./mark-style.ts";

/** How a mark is called in lists: its label, or what it says, or its kind; and beside that, what tells it from others. */
export function describeMark(mark: Annotation, words: Words): { name: string; detail: string } {
  const text = mark.text.replaceAll(/\s+/g, " ").trim();
  const [label, ...more] = mark.labels;
  if (mark.type === "text") return { name: text || words.tools.text, detail: label ?? "" };
  if (label !== undefined) return { name: label, detail: text || more.join(", ") };
  return text ? { name: text, detail: "" } : { name: words.tools[mark.type], detail: "" };
}

/** The colour that stands for a mark: that of its outline, or of its inside, without transparency. */
export function colorOf({ style }: Annotation): string {
  return (style.stroke ?? style.fill ?? firstStyle.color).slice(0, 7);
}

/** How large it is: sides in pixels, or the number of points. */
export function measureMark(mark: Annotation, words: Words, language: string): string {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  switch (mark.type) {
    case "box":
      return `${whole.format(mark.geometry.width)} × ${whole.format(mark.geometry.height)}`;
    case "ellipse":
      return `${whole.format(mark.geometry.rx * 2)} × ${whole.format(mark.geometry.ry * 2)}`;
    case "text":
    case "point":
      return `${whole.format(mark.geometry.x)}, ${whole.format(mark.geometry.y)}`;
    default:
      return words.marks.points(mark.geometry.points.length);
  }
}
