import { computed, effect, type ReadonlySignal, signal, type Signal } from "@preact/signals";
import { Conflicts } from "../editor/conflicts.ts";
import type { Client } from "../../client/rest/create-client.ts";
import type { Editor } from "../editor/editor.ts";
import { LabelSet } from "../editor/label-set.ts";
import { Past } from "../editor/past/past.ts";
import { type SavingWatch, watchSaving } from "../editor/watch-saving.ts";
import type { Words } from "../words/en.ts";
import { createDialogState, type DialogState } from "./dialog-state.ts";
import { Notices } from "./notices.ts";
import { type People, watchPeople } from "./people.ts";

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
  readonly labels: LabelSet;
  readonly saving: SavingWatch;
  readonly people: People;
  readonly past: Past;
  /** By id of the mark. Whoever shows comments keeps it up to date. */
  readonly commentCounts: Signal<ReadonlyMap<string, CommentCount>>;
  stop(): void;
}

export function createSurface(
  editor: Editor,
  client: Client,
  words: Words,
  /** Labels that the application offers beside the document's own. */
  offeredLabels: ReadonlySignal<readonly string[]>,
): Surface {
  const notices = new Notices();
  const past = new Past(editor, client);
  const conflicts = new Conflicts(editor);
  const labels = new LabelSet(editor);
  const refused = signal(0);
  const saving = watchSaving(editor, { conflicts: computed(() => conflicts.open.value.length), refused });
  const stops = [
    editor.room.refused.subscribe((all) => (refused.value = all.length)),
    effect(() => {
      editor.offeredLabels.value = offeredLabels.value;
    }),
    // What tools and keys tell.
    effect(() => {
      const notice = editor.notice.value;
      if (notice) notices.tell({ key: "editor", icon: "info", title: notice.say(words) });
    }),
  ];
  return {
    dialogs: createDialogState(),
    notices,
    conflicts,
    labels,
    saving,
    people: watchPeople(editor, words),
    past,
    commentCounts: signal(new Map()),
    stop() {
      for (const stop of stops) stop();
      notices.stop();
      past.stop();
      conflicts.stop();
      saving.stop();
    },
  };
}
