import type { Annotation, AnnotationPatch } from "../../protocol/model/annotation.ts";
import type { Editor } from "./editor.ts";

/** What a review says of a mark. */
export const reviews = ["none", "approved", "changes_requested"] as const;
export type Review = (typeof reviews)[number];

export function reviewOf(mark: Annotation): Review {
  const value = "review" in mark ? mark.review : "none";
  return reviews.find((review) => review === value) ?? "none";
}

/** What marks have in common. null: they differ. */
export function reviewOfAll(marks: readonly Annotation[]): Review | null {
  const [first = "none", ...others] = new Set(marks.map(reviewOf));
  return others.length === 0 ? first : null;
}

export function setReview(editor: Editor, review: Review): void {
  const patch: AnnotationPatch & { review: Review } = { review };
  editor.changeSelected(() => patch);
}
