import { batch, effect, untracked } from "@preact/signals";
import type { AnnotationDraft } from "../../../protocol/model/annotation.ts";
import type { AnnotationType, Shape } from "../../../protocol/model/geometry.ts";
import { newId } from "../../../client/new-id.ts";
import { draftMark, showDraft } from "../../editor/draft.ts";
import type { Editor } from "../../editor/editor.ts";
import { nameMark } from "../name-mark.ts";

/** The mark that is being drawn: only a preview until it is done, then one change of the room. */
export class Sketch {
  readonly #editor: Editor;
  #id = newId();
  #draft: AnnotationDraft | null = null;
  #canFinish = false;
  #stop: (() => void) | undefined;

  constructor(editor: Editor) {
    this.#editor = editor;
  }

  get isShown(): boolean {
    return this.#draft !== null;
  }

  /**
   * @param points those that are placed
   * @param canFinish whether it is a mark already
   * @param type what it is to become
   */
  show(shape: Shape, points: number, canFinish: boolean, type: AnnotationType = shape.type): void {
    if (!this.#editor.canEdit.value) return this.drop();
    this.#stop?.();
    // A label that is chosen meanwhile is for this mark.
    this.#stop = effect(() => {
      void this.#editor.nextLabels.value;
      void this.#editor.style.value;
      untracked(() => this.#draw(shape, points, canFinish, type));
    });
  }

  #draw(shape: Shape, points: number, canFinish: boolean, type: AnnotationType): void {
    const editor = this.#editor;
    const before = this.#draft;
    this.#draft = draftMark(editor, shape, this.#id);
    // Another tool has other labels: what was begun ends as it was.
    if (before && type !== editor.tool.value) {
      const { style, labels } = before;
      this.#draft = { ...this.#draft, style, labels };
    }
    this.#canFinish = canFinish;
    const shown = showDraft(this.#draft, editor.room.documentId);
    batch(() => {
      editor.preview.value = new Map([[this.#id, shown]]);
      editor.drawing.value = { type, points, canFinish };
    });
  }

  /** Makes the mark. false: it is none yet, and what there was is dropped. */
  commit(): boolean {
    const editor = this.#editor;
    const draft = this.#draft;
    if (!draft || !this.#canFinish || !editor.canEdit.value) {
      this.drop();
      return false;
    }
    batch(() => {
      const { id } = editor.room.gesture(() => editor.room.annotations.create(draft));
      this.drop();
      if (editor.keepsTool.value) return;
      editor.chooseTool("select");
      editor.select([id]);
    });
    const mark = showDraft(draft, editor.room.documentId);
    editor.announce((words) => words.stage.made(nameMark(mark, words), editor.present.value.length));
    return true;
  }

  drop(): void {
    this.#stop?.();
    this.#stop = undefined;
    if (!this.#draft) return;
    this.#draft = null;
    this.#id = newId();
    batch(() => {
      this.#editor.preview.value = new Map();
      this.#editor.drawing.value = null;
    });
  }
}
