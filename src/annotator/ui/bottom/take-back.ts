import { describeMark } from "../../editor/describe-mark.ts";
import type { AnnotatorContext } from "../annotator-context.ts";

/** Undoes or redoes a step, and tells what stays as it is because somebody else has changed it meanwhile. */
export function takeBack({ editor, surface, words }: AnnotatorContext, what: "undo" | "redo"): void {
  const done = editor.room[what]();
  const kept = done?.kept[0];
  if (!kept) return;
  const mark = editor.room.annotations.get(kept.annotationId);
  const marks = new Set(done.kept.map(({ annotationId }) => annotationId)).size;
  surface.notices.tell({
    key: "undo",
    icon: what,
    title:
      marks === 1 && mark ? words.status.keptOne(describeMark(mark, words).name) : words.status.keptSome(marks),
    detail: words.status.keptDetail,
  });
}
