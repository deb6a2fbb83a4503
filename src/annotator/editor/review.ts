import type { Annotation, AnnotationPatch } from "../../protocol/model/annotation.ts";
import type { Editor } from "./editor.ts";

/** What a review says of a mark. */
export const reviews = ["none", "approved", "changes_requested"] as const;
export type Review = (typeof reviews)[number];

export function reviewOf(mark: Annotation): Review {
  const value = "review" in mark ? mark.review : "none";
  return reviews.find((review) => review === value) ?? "none";
}

/** What the selected marks have in common. null: they differ. */
export function reviewOfAll(marks: readonly Annotation[]): Review | null {
  const [first = "none", ...others] = new Set(marks.map(reviewOf));
  return others.length === 0 ? first : null;
}

export function setReview(editor: Editor, review: Review): void {
  const { room } = editor;
  const patch: AnnotationPatch & { review: Review } = { review };
  room.gesture(() => {
    for (const { id } of editor.selected.value) room.annotations.update(id, patch);
  });
}
