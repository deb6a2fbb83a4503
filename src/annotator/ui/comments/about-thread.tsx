import type { VNode } from "preact";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import type { ShownThread } from "./comments.ts";
import type { Thread } from "./list-threads.ts";

/** Whether a thread is settled, and by whom. */
export function Settled({ thread }: { thread: Thread }): VNode | null {
  const { surface, words } = useAnnotator();
  const { comments, saving } = surface;
  const { isResolved, first } = thread;
  const t = words.comments;
  const isWaiting = comments.unsaved(first).has("resolved");
  if (!isResolved && !isWaiting) return null;
  const { resolved_by: by, resolved_by_name: name } = first;
  return (
    <p class={isResolved ? "resolved" : "resolved not"}>
      <Icon name={isResolved ? "approved" : "restore"} small />
      {isResolved
        ? by === null
          ? t.resolved
          : t.resolvedBy(comments.nameOf({ id: by, name }, words))
        : t.reopened}
      {isWaiting && <span class="state quietly">{saving.isAway.value ? t.waiting : t.sending}</span>}
    </p>
  );
}

/** What else is said about the mark: its pins may be hard to hit. */
export function OtherThreads({ shown }: { shown: ShownThread }): VNode | null {
  const { surface, words } = useAnnotator();
  const { comments } = surface;
  const { markId, others } = shown;
  const t = words.comments;
  if (others.length === 0) return null;
  return (
    <div class="also" role="group" aria-label={t.also}>
      {others.map(({ id, first, count }) => (
        <button key={id} type="button" class="entry" onClick={() => comments.open(markId, id)}>
          <Icon name="comment" small />
          <span class="grow" dir="auto">
            {first.status === "deleted" ? t.gone : first.text}
          </span>
          <span class="quietly">{t.count(count)}</span>
        </button>
      ))}
    </div>
  );
}
