import { batch, effect, untracked } from "@preact/signals";
import type { Annotation, AnnotationPatch } from "../../../protocol/model/annotation.ts";
import { patchAnnotation } from "../../../client/annotations/patch.ts";
import type { Editor } from "../../editor/editor.ts";
import type { Transform } from "../../editor/geometry/transform-mark.ts";

/** What a drag changes in a mark. The room may ask again for a mark that somebody else has changed: keep it pure. */
export interface MarkChange {
  (mark: Annotation): AnnotationPatch;
  /** Absent: it is not the same for every mark. */
  transform?: Transform;
}

/**
 * Marks that are being dragged. Only the preview changes until the drag ends; then each mark is changed as it is by
 * then, so that what others do to it meanwhile stays, and is seen during the drag.
 */
export class MarkDrag {
  readonly #editor: Editor;
  #ids: readonly string[];
  #change: MarkChange = () => ({});
  readonly #stop: () => void;

  /** @param gone all of the marks were deleted meanwhile: the drag is over */
  constructor(editor: Editor, ids: readonly string[], gone: () => void) {
    this.#editor = editor;
    this.#ids = ids;
    this.#stop = effect(() => {
      const present = new Set(editor.present.value.map(({ id }) => id));
      untracked(() => {
        const left = this.#ids.filter((id) => present.has(id));
        if (left.length < this.#ids.length) editor.tell((words) => words.stage.goneWhileDragged);
        this.#ids = left;
        if (left.length === 0) gone();
        else this.#show();
      });
    });
  }

  show(change: MarkChange): void {
    this.#change = change;
    this.#show();
  }

  /** Makes the change, in one gesture. */
  end(): void {
    const { room, canEdit } = this.#editor;
    this.#stop();
    batch(() => {
      if (canEdit.value) {
        room.gesture(() => {
          for (const id of this.#ids) if (room.annotations.get(id)) room.annotations.update(id, this.#change);
        });
      }
      this.#clear();
    });
  }

  cancel(): void {
    this.#stop();
    this.#clear();
  }

  #clear(): void {
    batch(() => {
      this.#editor.preview.value = new Map();
      this.#editor.previewTransform.value = null;
    });
  }

  #show(): void {
    const { room, preview, previewTransform } = this.#editor;
    const shown = new Map<string, Annotation>();
    for (const id of this.#ids) {
      const mark = room.annotations.get(id);
      if (mark) shown.set(id, patchAnnotation(mark, this.#change(mark)));
    }
    batch(() => {
      preview.value = shown;
      previewTransform.value = this.#change.transform ?? null;
    });
  }
}
