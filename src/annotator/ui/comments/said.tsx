import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { authorOf } from "../../../protocol/model/person.ts";
import type { Comment } from "../../../protocol/model/comment.ts";
import { formatTime } from "../../words/format.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { initialOf } from "../people.ts";
import { splitText } from "./comment-text.ts";
import { WriteField } from "./write-field.tsx";

/** What one person said, and when. Its author may change it or take it back. */
export function Said({ comment, canWrite }: { comment: Comment; canWrite: boolean }): VNode {
  const { surface, words, language } = useAnnotator();
  const { comments, saving } = surface;
  const { text, created_at, edited_at, status, version } = comment;
  /** What its author does to it. */
  const doing = useSignal<"reading" | "editing" | "deleting">("reading");
  const typed = useSignal("");
  const isMine = comments.isMine(comment);
  const name = comments.nameOf(authorOf(comment), words);
  const isGone = status === "deleted";
  const isWaiting = version === 0;
  const unsaved = comments.unsaved(comment);
  const isUnsaved = isWaiting || unsaved.has("text") || unsaved.has("deletion");
  const canChange = canWrite && !isGone && !isWaiting && isMine;
  const t = words.comments;
  const when = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const own = comments.me.value.name;
  const known = own === null ? comments.names.value : [...comments.names.value, own];
  return (
    <li class={`said${isUnsaved ? " waiting" : ""}${unsaved.has("deletion") ? " going" : ""}`}>
      <span class={`face ${isMine ? "rest" : surface.people.colorOf(comment.author)}`} aria-hidden="true">
        {initialOf(isMine ? (comments.me.value.name ?? name) : name)}
      </span>
      <div class="by">
        <span class="who">{name}</span>
        <time datetime={created_at} title={when.format(new Date(created_at))}>
          {formatTime(created_at, language)}
        </time>
        {edited_at !== null && !isGone && <span class="quietly edited">{t.edited}</span>}
        {canChange && doing.value === "reading" && (
          <span class="own">
            <button
              type="button"
              class="button low square"
              aria-label={t.edit}
              onClick={() => {
                typed.value = text;
                doing.value = "editing";
              }}
            >
              <Icon name="pen" small />
            </button>
            <button
              type="button"
              class="button low square"
              aria-label={t.delete}
              onClick={() => (doing.value = "deleting")}
            >
              <Icon name="trash" small />
            </button>
          </span>
        )}
      </div>
      {doing.value === "editing" && canChange ? (
        <WriteField
          id={`edit-${comment.id}`}
          label={t.editLabel}
          sendName={t.save}
          value={typed.value}
          takesFocus
          onInput={(next) => (typed.value = next)}
          onSend={(next) => {
            if (next !== text) comments.edit(comment, next);
            doing.value = "reading";
          }}
          onEscape={() => (doing.value = "reading")}
        />
      ) : (
        <p class={isGone ? "quietly" : undefined} dir="auto">
          {isGone
            ? t.gone
            : splitText(text, known).map((part, index) =>
                part.isMention ? (
                  <span key={index} class="at">
                    {part.text}
                  </span>
                ) : (
                  part.text
                ),
              )}
        </p>
      )}
      {isUnsaved && <p class="state quietly">{saving.isAway.value ? t.waiting : t.sending}</p>}
      {doing.value === "deleting" && canChange && (
        <div class="ask">
          <span>{t.deleteAsk}</span>
          <button type="button" class="button low edge" autofocus onClick={() => (doing.value = "reading")}>
            {t.keep}
          </button>
          <button
            type="button"
            class="button low danger edge"
            onClick={() => {
              doing.value = "reading";
              comments.delete(comment);
            }}
          >
            {t.delete}
          </button>
        </div>
      )}
    </li>
  );
}
