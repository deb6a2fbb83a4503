import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { colorOf, describeMark } from "../../editor/describe-mark.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { Dot } from "../parts/dot.tsx";
import type { ShownThread } from "./comments.ts";
import { OtherThreads, Settled } from "./about-thread.tsx";
import { RefusedComments } from "./refused-comments.tsx";
import { Said } from "./said.tsx";
import { useClosingPress, useFocus, usePlace } from "./use-thread.ts";
import { WriteField } from "./write-field.tsx";

/** The thread that is open: beside its pin, or a sheet from below on a phone. */
export function OpenThread(): VNode | null {
  const { surface } = useAnnotator();
  const shown = surface.comments.shown.value;
  return shown && <Thread key={shown.markId} shown={shown} />;
}

/** "8 minutes ago" grows old. */
const MINUTE_MS = 60_000;

function Thread({ shown }: { shown: ShownThread }): VNode {
  const { surface, words } = useAnnotator();
  const { comments } = surface;
  const { mark, markId, thread } = shown;
  const element = useRef<HTMLElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const draft = useSignal(comments.readDraft(shown));
  const minute = useSignal(0);
  void minute.value;
  const t = words.comments;
  const canWrite = comments.canWrite.value && mark !== null;
  const close = (): void => comments.close();
  usePlace(element, shown);
  useFocus(element, shown, canWrite);
  useClosingPress(close);
  useLayoutEffect(() => {
    // Another thread of the same mark.
    draft.value = comments.readDraft(shown);
  }, [thread?.id]);
  useEffect(() => {
    const timer = setInterval(() => (minute.value += 1), MINUTE_MS);
    return () => clearInterval(timer);
  }, []);
  useLayoutEffect(() => {
    // The newest one is seen.
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [thread?.comments.length]);

  return (
    <section
      ref={element}
      class="sheet thread"
      role="dialog"
      aria-labelledby="thread-name"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
        event.stopPropagation();
      }}
    >
      <div class="sheet-handle" aria-hidden="true">
        <svg class="pegs">
          <use href="#i-pegs" />
        </svg>
      </div>
      <header>
        <h2 id="thread-name">
          {mark && <Dot color={colorOf(mark)} />}
          <span class="only-read">{t.on} </span>
          <span class="what">{mark ? describeMark(mark, words).name : t.deletedMark}</span>
        </h2>
        {thread && canWrite && (
          <button
            type="button"
            class="button low"
            onClick={() => comments.setResolved(thread, !thread.isResolved)}
          >
            <Icon name={thread.isResolved ? "restore" : "check"} small />
            {thread.isResolved ? t.reopen : t.resolve}
          </button>
        )}
        {thread && canWrite && (
          <button
            type="button"
            class="button low square"
            aria-label={t.another}
            title={t.another}
            onClick={() => comments.beginAnother(shown)}
          >
            <Icon name="plus" small />
          </button>
        )}
        <button type="button" class="button low square" aria-label={words.keys.close} onClick={close}>
          <Icon name="x" small />
        </button>
      </header>
      {thread && <Settled thread={thread} />}
      <OtherThreads shown={shown} />
      <div ref={list} class="all-said" role="log" aria-label={t.title} tabIndex={thread ? 0 : undefined}>
        {thread && (
          <ol>
            {thread.comments.map((comment) => (
              <Said key={comment.id} comment={comment} canWrite={canWrite} />
            ))}
          </ol>
        )}
        <RefusedComments shown={shown} onTakeBack={(text) => setDraft(join(draft.value, text))} />
      </div>
      {canWrite ? (
        <WriteField
          id={`reply-${thread?.id ?? markId}`}
          label={thread ? t.reply : t.begin}
          sendName={t.send}
          value={draft.value}
          takesFocus={thread === null || !matchMedia("(pointer: coarse)").matches}
          onInput={setDraft}
          onSend={(text) => {
            comments.say(shown, text);
            draft.value = "";
          }}
          onEscape={close}
        />
      ) : (
        <p class="quietly read-only">{whyReadOnly()}</p>
      )}
    </section>
  );

  function setDraft(text: string): void {
    draft.value = text;
    comments.writeDraft(shown, text);
  }

  function whyReadOnly(): string {
    if (mark === null) return t.comesBack;
    return surface.comments.canWrite.value ? "" : t.readOnly;
  }
}

function join(before: string, text: string): string {
  return before.trim() === "" ? text : `${before}\n${text}`;
}
