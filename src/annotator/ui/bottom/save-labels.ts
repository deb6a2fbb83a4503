import type { Editor } from "../../editor/editor.ts";
import type { LabelSet } from "../../editor/label-set.ts";
import type { LabelView } from "../../editor/label-view.ts";

/** A label as it is being edited. */
export interface DraftLabel extends LabelView {
  /** Its name before. null: it is new. */
  was: string | null;
}

export function draftLabels(labels: readonly LabelView[]): DraftLabel[] {
  return labels.map((label) => ({ ...label, was: label.name }));
}

/** Replaces the document's set. Marks keep their labels: a label that was renamed is renamed on them, in one step. */
export function saveLabels(editor: Editor, labels: LabelSet, draft: readonly DraftLabel[]): void {
  const kept = draft
    .map(({ was, name, color, key }) => ({ was, name: name.trim() || (was ?? ""), color, key }))
    .filter(({ name }) => name !== "");
  labels.replace(kept.map(({ name, color, key }) => ({ name, color, key })));
  const renamed = new Map(
    kept.flatMap(({ was, name }) => (was !== null && was !== name ? [[was, name]] : [])),
  );
  if (renamed.size === 0) return;
  const { annotations } = editor.room;
  editor.room.gesture(() => {
    for (const mark of editor.present.value) {
      if (!mark.labels.some((label) => renamed.has(label))) continue;
      annotations.update(mark.id, ({ labels }) => ({
        labels: [...new Set(labels.map((label) => renamed.get(label) ?? label))],
      }));
    }
  });
  editor.nextLabels.value = editor.nextLabels.value.map((label) => renamed.get(label) ?? label);
}
