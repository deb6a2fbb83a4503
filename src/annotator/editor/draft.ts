import type { Annotation, AnnotationDraft } from "../../protocol/model/annotation.ts";
import { defaultStyle } from "../../protocol/model/default-style.ts";
import type { AnnotationType, Shape } from "../../protocol/model/geometry.ts";
import { patchAnnotation } from "../../client/annotations/patch.ts";
import { newId } from "../../client/new-id.ts";
import type { Editor } from "./editor.ts";
import { frameOf } from "./geometry/frame.ts";
import { transformMark } from "./geometry/transform-mark.ts";
import { toStyle } from "./mark-style.ts";

/** A new mark with the style and the labels that are chosen. Its id is for good. */
export function draftMark(editor: Editor, shape: Shape, id = newId(), text = ""): AnnotationDraft {
  return {
    ...shape,
    id,
    style: toStyle(editor.style.value, shape.type, editor.side),
    labels: [...editor.nextLabels.value],
    text,
  };
}

/** A draft as an annotation, to be shown before there is one: above all others. */
export function showDraft(draft: AnnotationDraft, documentId: string): Annotation {
  const now = new Date().toISOString();
  const shown = {
    document_id: documentId,
    style: defaultStyle,
    text: draft.text ?? "",
    labels: draft.labels ?? [],
    review: draft.review ?? "none",
    properties: draft.properties ?? {},
    author: null,
    author_name: null,
    updated_by: null,
    z_index: draft.z_index ?? 0,
    status: "active",
    version: 1,
    seq: 0,
    ordinal: Number.MAX_SAFE_INTEGER,
    created_at: now,
    updated_at: now,
  } as const;
  return patchAnnotation({ ...draft, ...shown, id: draft.id ?? newId() }, { style: draft.style });
}

/** A type with its geometry, where the compiler has lost sight of which goes with which. */
export function shapeOf<T extends AnnotationType>(
  type: T,
  geometry: Extract<Shape, { type: T }>["geometry"],
): Shape {
  return { type, geometry } as Shape;
}

/** A new mark that is moved by so much. */
export function moveDraft(draft: AnnotationDraft, dx: number, dy: number): AnnotationDraft {
  const mark = showDraft(draft, "");
  const { geometry } = transformMark(mark, frameOf(mark, undefined), { kind: "move", dx, dy });
  return { ...draft, geometry } as AnnotationDraft;
}
