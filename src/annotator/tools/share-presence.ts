import { effect, type ReadonlySignal, untracked } from "@preact/signals";
import type { Point } from "../../protocol/model/geometry.ts";
import { shareCursor, shareDraft, shareSelection } from "../editor/own-presence.ts";
import type { Editor } from "../editor/editor.ts";
import type { SharedState } from "../editor/shared-state.ts";
import type { Stage } from "../stage/stage-api.ts";

/** Milliseconds between two presences. The room sends them as often; to simplify a stroke more often would be in vain. */
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
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isChanged = false;
  const share = (): void => {
    isChanged = false;
    const state: Record<keyof SharedState, unknown> = {
      cursor: cursor.value ? shareCursor(cursor.value) : undefined,
      selection: shareSelection(editor.selection.value),
      draft: readDraft(editor),
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
    for (const each of [cursor, editor.selection, editor.preview, stage.seen]) void each.value;
    isChanged = true;
    if (timer === undefined) untracked(share);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

/** The first of what is dragged: for all of them there would be no room. */
function readDraft(editor: Editor): SharedState["draft"] {
  const [mark] = editor.preview.value.values();
  if (!mark) return undefined;
  const known = editor.room.annotations.get(mark.id);
  // A text that is being typed is not drawn here: there is a field in its place. The others see it.
  const shown = { ...mark, style: { ...mark.style, opacity: known?.style.opacity ?? 1 } };
  return shareDraft(shown, known === undefined);
}
