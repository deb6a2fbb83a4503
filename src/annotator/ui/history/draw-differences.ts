import type { Annotation } from "../../../protocol/model/annotation.ts";
import type { Differences } from "../../editor/past/differences.ts";
import { drawOutline } from "../../stage/outline.ts";
import type { Point, Stage } from "../../stage/stage-api.ts";
import { createSvg } from "../../stage/svg.ts";

const signs = { added: "+", gone: "−", moved: "→" } as const;
type Sign = keyof typeof signs;

/**
 * Draws what has changed over the faded marks: what was added, what was removed (dashed), and what is different now,
 * with a dotted line where it was.
 *
 * @param tellWho who made a difference, to be shown at its sign; null: nobody said
 * @returns functions that place the signs at another scale, and that take everything away
 */
export function drawDifferences(
  { added, removed, changed }: Differences,
  stage: Stage,
  tellWho: (markId: string) => string | null,
) {
  const group = createSvg("g");
  const placed: { element: HTMLElement; at: Point }[] = [];
  const outline = (mark: Annotation, name: string): void => {
    for (const className of ["diff-under", `diff ${name}`]) {
      const element = drawOutline(mark, className);
      element.setAttribute("vector-effect", "non-scaling-stroke");
      group.append(element);
    }
  };
  const sign = (mark: Annotation, name: Sign): void => {
    const element = document.createElement("span");
    element.className = `sign ${name}`;
    element.textContent = signs[name];
    const who = tellWho(mark.id);
    if (who !== null) element.dataset["tip"] = who;
    placed.push({ element, at: cornerOf(mark) });
  };
  for (const mark of added) {
    outline(mark, "added");
    sign(mark, "added");
  }
  for (const mark of removed) {
    outline(mark, "gone");
    sign(mark, "gone");
  }
  for (const { before, after } of changed) {
    outline(before, "was");
    outline(after, "moved");
    sign(after, "moved");
  }
  stage.diffLayer.append(group);
  stage.pinLayer.append(...placed.map(({ element }) => element));
  stage.element.toggleAttribute("data-faded", true);
  return {
    place(scale: number): void {
      for (const { element, at } of placed)
        element.style.transform = `translate(${at.x * scale}px, ${at.y * scale}px)`;
    },
    remove(): void {
      group.remove();
      for (const { element } of placed) element.remove();
      stage.element.toggleAttribute("data-faded", false);
    },
  };
}

/** The top right of a shape: where its sign is. */
function cornerOf({ geometry }: Annotation): Point {
  if ("points" in geometry) {
    const highest = geometry.points.reduce((best, point) => (point[1] < best[1] ? point : best));
    return { x: highest[0], y: highest[1] };
  }
  if ("rx" in geometry) return { x: geometry.cx, y: geometry.cy - geometry.ry };
  return { x: geometry.x + ("width" in geometry ? (geometry.width ?? 0) : 0), y: geometry.y };
}
