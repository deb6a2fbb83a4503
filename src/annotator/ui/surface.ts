import { computed, effect, signal, type Signal } from "@preact/signals";
import { Conflicts } from "../editor/conflicts.ts";
import type { Editor } from "../editor/editor.ts";
import { keepLabels, LabelList } from "../editor/labels.ts";
import { type SavingWatch, watchSaving } from "../editor/watch-saving.ts";
import { createDialogState, type DialogState } from "./dialog-state.ts";
import { Notices } from "./notices.ts";

/** How many comments a mark has. */
export interface CommentCount {
  count: number;
  isUnread: boolean;
}

/** What the parts of the surface share. Each annotator of a page has one of its own. */
export interface Surface {
  readonly dialogs: DialogState;
  readonly notices: Notices;
  readonly conflicts: Conflicts;
  readonly labels: LabelList;
  readonly saving: SavingWatch;
  /** By id of the mark. Whoever shows comments keeps it up to date. */
  readonly commentCounts: Signal<ReadonlyMap<string, CommentCount>>;
  /** The connection of the person whose view is followed. */
  readonly followed: Signal<string | null>;
  stop(): void;
}

export function createSurface(editor: Editor): Surface {
  const notices = new Notices();
  const conflicts = new Conflicts(editor);
  const labels = new LabelList(editor, keepLabels(signal([])));
  const refused = signal(0);
  const stopRefused = editor.room.refused.subscribe((all) => (refused.value = all.length));
  const saving = watchSaving(editor, { conflicts: computed(() => conflicts.open.value.length), refused });
  const followed = signal<string | null>(null);
  const stopFollowing = effect(() => {
    const isHere = editor.others.value.some(({ connectionId }) => connectionId === followed.value);
    if (!isHere) followed.value = null;
  });
  return {
    dialogs: createDialogState(),
    notices,
    conflicts,
    labels,
    saving,
    commentCounts: signal(new Map()),
    followed,
    stop() {
      notices.stop();
      conflicts.stop();
      labels.stop();
      saving.stop();
      stopRefused();
      stopFollowing();
    },
  };
}
