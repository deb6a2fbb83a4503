import type { Annotation, Review } from "../../protocol/model/annotation.ts";
import type { Editor } from "./editor.ts";

/** In the order in which they are offered. The schema's own list would bring zod into the page. */
export const reviews: readonly Review[] = ["none", "approved", "changes_requested"];

/** What marks have in common. null: they differ. */
export function reviewOfAll(marks: readonly Annotation[]): Review | null {
  const [first = "none", ...others] = new Set(marks.map(({ review }) => review));
  return others.length === 0 ? first : null;
}

export function setReview(editor: Editor, review: Review): void {
  editor.changeSelected(() => ({ review }));
}
