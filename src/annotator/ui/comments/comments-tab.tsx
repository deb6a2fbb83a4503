import type { VNode } from "preact";
import { colorOf, describeMark } from "../../editor/describe-mark.ts";
import { formatTime } from "../../words/format.ts";
import { authorOf } from "../../../protocol/model/person.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { uncoverPicture } from "../panel/uncover-picture.ts";
import { Dot } from "../parts/dot.tsx";
import { type Thread, threadFilters } from "./list-threads.ts";

/** All threads of the picture, the newest first. One of them leads to its mark. */
export function CommentsTab(): VNode {
  const { surface, words, language } = useAnnotator();
  const { comments } = surface;
  const { filter } = comments;
  const t = words.comments;
  const threads = comments.filtered(filter.value);
  const unread = comments.filtered("unread").length;
  const format = new Intl.NumberFormat(language);
  return (
    <>
      <div class="tool-row">
        <div class="choice thread-filter" role="radiogroup" aria-label={t.filter}>
          {threadFilters.map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="thread-filter"
                checked={filter.value === name}
                onChange={() => (filter.value = name)}
                onKeyDown={(event) => event.key.startsWith("Arrow") && event.stopPropagation()}
              />
              <span>
                {t.filters[name]}
                {name === "unread" && unread > 0 && <span class="count"> {format.format(unread)}</span>}
              </span>
            </label>
          ))}
        </div>
      </div>
      <div class="rows" role="tabpanel" id="tab-panel" aria-labelledby="tab-comments">
        {threads.length === 0 && (
          <div class="nothing">
            <p>
              {comments.threads.value.length === 0
                ? t.none(comments.canWrite.value)
                : t.noneFound[filter.value]}
            </p>
          </div>
        )}
        <ul class="threads" aria-label={t.title}>
          {threads.map((thread) => (
            <ThreadRow key={thread.id} thread={thread} />
          ))}
        </ul>
      </div>
    </>
  );
}

function ThreadRow({ thread }: { thread: Thread }): VNode {
  const { editor, stage, surface, words, language } = useAnnotator();
  const { comments } = surface;
  const { first, isResolved, markId } = thread;
  const t = words.comments;
  const mark = editor.marks.value.find(({ id }) => id === markId);
  const last = thread.comments.at(-1) ?? first;
  const isUnread = comments.isUnread(thread);
  const go = (): void => {
    uncoverPicture({ stage, surface });
    if (editor.tool.value !== "comment") editor.chooseTool("select");
    editor.show([markId]);
    editor.select([markId]);
    const box = stage.boundsOf(markId);
    if (box) stage.reveal(box);
    comments.open(markId, thread.id);
  };
  return (
    <li>
      <button
        type="button"
        class={isUnread ? "thread-row unread" : "thread-row"}
        aria-current={comments.shown.value?.thread?.id === thread.id}
        onClick={go}
      >
        <span class="thread-mark">
          {mark && <Dot color={colorOf(mark)} />}
          <span class="what">{mark ? describeMark(mark, words).name : ""}</span>
          {isUnread && <span class="only-read">, {t.unread}</span>}
          {isResolved && (
            <span class="good">
              <Icon name="approved" small />
              <span class="only-read">{t.resolved}</span>
            </span>
          )}
          <time datetime={last.created_at}>{formatTime(last.created_at, language)}</time>
        </span>
        <span class="thread-text" dir="auto">
          <strong>{comments.nameOf(authorOf(first), words)}</strong>{" "}
          {first.status === "deleted" ? <span class="quietly">{t.gone}</span> : first.text}
        </span>
        {thread.comments.length > 1 && (
          <span class="thread-more">
            {t.replies(thread.comments.length - 1, comments.nameOf(authorOf(last), words))}
          </span>
        )}
      </button>
    </li>
  );
}
