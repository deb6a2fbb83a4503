import type { Annotation, AnnotationDraft } from "../../../src/protocol/model/annotation.ts";
import { showDraft } from "../../../src/annotator/editor/draft.ts";

let ordinal = 0;

/** A mark with an id and an ordinal of its own. */
export function makeMark(draft: AnnotationDraft): Annotation {
  ordinal += 1;
  return { ...showDraft(draft, "document"), ordinal };
}

export function makeBox(
  x: number,
  y: number,
  width = 10,
  height = 10,
  more: Partial<AnnotationDraft> = {},
): Annotation {
  return makeMark({ ...more, type: "box", geometry: { x, y, width, height } });
}
