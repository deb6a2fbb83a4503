import { effect, type ReadonlySignal, untracked } from "@preact/signals";
import type { Annotation } from "../../protocol/model/annotation.ts";
import type { Point } from "../../protocol/model/geometry.ts";
import { shareCursor, shareDraft, shareDrag, shareSelection } from "../editor/own-presence.ts";
import type { Editor } from "../editor/editor.ts";
import type { SharedState } from "../editor/shared-state.ts";
import type { Stage } from "../stage/stage-api.ts";

/**
 * Milliseconds between two presences. The room sends them as often; to simplify a stroke more often would be in vain.
 */
const SHARE_MS = 50;
/** Nobody is here to see it: who comes finds it soon enough. */
const SHARE_ALONE_MS = 500;

/**
 * Shows the others where this person is: cursor, selection, what is being drawn or dragged, and the view.
 *
 * @param cursor in image pixels; null: the pointer is not on the picture
 */
export function sharePresence(
  editor: Editor,
  stage: Stage,
  cursor: ReadonlySignal<Point | null>,
): () => void {
  const changes = new SharedChanges(editor);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isChanged = false;
  const share = (): void => {
    isChanged = false;
    const state: Record<keyof SharedState, unknown> = {
      cursor: cursor.value ? shareCursor(cursor.value) : undefined,
      selection: shareSelection(editor.selection.value),
      ...changes.read(),
      view: stage.seen.value,
    };
    editor.room.presence.update(state);
    const pause = editor.others.peek().length > 0 ? SHARE_MS : SHARE_ALONE_MS;
    timer = setTimeout(() => {
      timer = undefined;
      if (isChanged) share();
    }, pause);
  };
  const stop = effect(() => {
    for (const each of [cursor, editor.selection, editor.preview, editor.unsaved, stage.seen])
      void each.value;
    isChanged = true;
    untracked(() => {
      changes.follow();
      if (timer === undefined) share();
    });
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

type Change = Required<Record<"draft" | "drag", unknown>>;

const NOTHING: Change = { draft: undefined, drag: undefined };

/**
 * What is being drawn or dragged, as others are told. What has ended is told until the service has it: otherwise it
 * would go, or jump back, on their screens, and come again with the change itself.
 */
class SharedChanges {
  readonly #editor: Editor;
  #gesture = 0;
  /** What was told last, and which marks it is about. */
  #told: { change: Change; ids: readonly string[]; gesture: number } | null = null;

  constructor(editor: Editor) {
    this.#editor = editor;
  }

  /** The preview may have changed. */
  follow(): void {
    if (this.#editor.preview.value.size === 0) this.#gesture++;
  }

  read(): Change {
    const { preview, previewTransform } = this.#editor;
    const marks = [...preview.value.values()];
    const [first, ...more] = marks;
    const transform = previewTransform.value;
    const told = this.#told;
    const isOver = told !== null && told.gesture !== this.#gesture;
    // Others apply a drag to the marks as they have them: not before they have the one before.
    const isDrag = more.length > 0 && transform !== null;
    if (isOver && (!first || isDrag) && this.#isUnsaved(told.ids)) return told.change;
    if (!first) {
      this.#told = null;
      return NOTHING;
    }
    const ids = marks.map(({ id }) => id);
    const change = isDrag
      ? { draft: undefined, drag: shareDrag(this.#gesture, ids, transform) }
      : { draft: this.#readDraft(first), drag: undefined };
    this.#told = { change, ids, gesture: this.#gesture };
    return change;
  }

  #readDraft(mark: Annotation): SharedState["draft"] {
    const known = this.#editor.room.annotations.get(mark.id);
    // A text that is being typed is not drawn here: there is a field in its place. The others see it.
    return shareDraft({ ...mark, style: { ...mark.style, opacity: known?.style.opacity ?? 1 } });
  }

  /** What was given up is saved: there is nothing to save. */
  #isUnsaved(ids: readonly string[]): boolean {
    const { annotations } = this.#editor.room;
    return ids.some((id) => annotations.get(id) && !annotations.isSaved(id));
  }
}
