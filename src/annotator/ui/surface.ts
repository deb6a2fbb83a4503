import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { Conflicts } from "../editor/conflicts.ts";
import type { Client } from "../../client/rest/create-client.ts";
import type { Editor } from "../editor/editor.ts";
import { LabelSet } from "../editor/label-set.ts";
import { Past } from "../editor/past/past.ts";
import { type SavingWatch, watchSaving } from "../editor/watch-saving.ts";
import type { Words } from "../words/en.ts";
import { Comments } from "./comments/comments.ts";
import type { CommentCount, Me } from "./comments/list-threads.ts";
import { createDialogState, type DialogState } from "./dialog-state.ts";
import { Notices } from "./notices.ts";
import { offerReload } from "./parts/reload.ts";
import { type People, watchPeople } from "./people.ts";

/** What the parts of the surface share. Each annotator of a page has one of its own. */
export interface Surface {
  readonly dialogs: DialogState;
  readonly notices: Notices;
  readonly conflicts: Conflicts;
  readonly labels: LabelSet;
  readonly saving: SavingWatch;
  readonly people: People;
  readonly past: Past;
  readonly comments: Comments;
  /** By id of the mark. */
  readonly commentCounts: ReadonlySignal<ReadonlyMap<string, CommentCount>>;
  stop(): void;
}

export function createSurface(
  editor: Editor,
  client: Client,
  words: Words,
  /** Labels that the application offers beside the document's own. */
  offeredLabels: ReadonlySignal<readonly string[]>,
  /** This person, as their comments say. */
  me: ReadonlySignal<Me>,
): Surface {
  const notices = new Notices();
  const past = new Past(editor, client);
  const conflicts = new Conflicts(editor);
  const labels = new LabelSet(editor);
  const people = watchPeople(editor, words, me);
  const comments = new Comments(editor, people, me);
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
      if (!notice) return;
      const help = { icon: "warn", actions: [offerReload(words)], stays: true };
      notices.tell({
        key: "editor",
        icon: "info",
        title: notice.say(words),
        ...(notice.needsReload && help),
      });
    }),
  ];
  return {
    dialogs: createDialogState(),
    notices,
    conflicts,
    labels,
    saving,
    people,
    past,
    comments,
    commentCounts: comments.counts,
    stop() {
      for (const stop of stops) stop();
      notices.stop();
      conflicts.stop();
      comments.stop();
      saving.stop();
    },
  };
}
