import { useSignal, useSignalEffect } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { colorOf, describeMark } from "../../editor/describe-mark.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { Dot } from "../parts/dot.tsx";
import type { ShownThread } from "./comments.ts";
import { PIN_SIZE, pinPoint, placeThread, readRoom } from "./place-thread.ts";
import { RefusedComments } from "./refused-comments.tsx";
import { Said } from "./said.tsx";
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
  const draft = useSignal(comments.readDraft(markId));
  const minute = useSignal(0);
  void minute.value;
  const t = words.comments;
  const canWrite = comments.canWrite.value && mark !== null;
  const close = (): void => comments.close();
  usePlace(element, shown);
  useFocus(element, shown, canWrite);
  useClosingPress(close);
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
        <button type="button" class="button low square" aria-label={words.keys.close} onClick={close}>
          <Icon name="x" small />
        </button>
      </header>
      {thread?.isResolved && (
        <p class="resolved">
          <Icon name="approved" small />
          {thread.first.resolved_by === null
            ? t.resolved
            : t.resolvedBy(comments.nameOf(thread.first.resolved_by, words, thread.first.resolved_by_name))}
        </p>
      )}
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
          id={`reply-${markId}`}
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
    comments.writeDraft(markId, text);
  }

  function whyReadOnly(): string {
    if (mark === null) return t.comesBack;
    return surface.comments.canWrite.value ? "" : t.readOnly;
  }
}

function join(before: string, text: string): string {
  return before.trim() === "" ? text : `${before}\n${text}`;
}

/** Keeps the thread beside its pin, whatever moves. On a phone the view moves so that the pin is above the sheet. */
function usePlace(element: { current: HTMLElement | null }, shown: ShownThread): void {
  const { editor, stage } = useAnnotator();
  const { markId } = shown;
  const place = (): void => {
    const thread = element.current;
    const pin = pinPoint(stage, markId, 0);
    if (!thread || !pin) return;
    const { width, height } = thread.getBoundingClientRect();
    const { x, y } = placeThread(pin, { width, height }, readRoom(stage.element));
    thread.style.setProperty("--thread-x", `${x}px`);
    thread.style.setProperty("--thread-y", `${y}px`);
  };
  useSignalEffect(() => {
    void [stage.view.value, stage.size.value, editor.marks.value, editor.preview.value];
    place();
  });
  useLayoutEffect(() => {
    const thread = element.current;
    if (!thread) return;
    place();
    const sizes = new ResizeObserver(place);
    sizes.observe(thread);
    sizes.observe(stage.element);
    const { top, left } = thread.getBoundingClientRect();
    const area = stage.element.getBoundingClientRect();
    const pin = pinPoint(stage, markId, 0);
    const isSheet = left <= area.left;
    if (isSheet && pin && area.top + pin.y > top - PIN_SIZE) stage.panBy(0, (top - area.top) / 2 - pin.y);
    return () => sizes.disconnect();
  }, []);
}

/** The thread gets the focus, and gives it back to where it was. */
function useFocus(
  element: { current: HTMLElement | null },
  { thread }: ShownThread,
  canWrite: boolean,
): void {
  const { stage } = useAnnotator();
  useEffect(() => {
    const root = stage.element.getRootNode();
    const before = root instanceof ShadowRoot ? root.activeElement : null;
    const isTouch = matchMedia("(pointer: coarse)").matches;
    if (!canWrite || (thread && isTouch)) element.current?.focus({ preventScroll: true });
    return () => {
      // Whoever went elsewhere meanwhile stays there.
      if (root instanceof ShadowRoot && root.activeElement !== null && !isInside(root.activeElement)) return;
      const target = before instanceof HTMLElement && before.isConnected ? before : stage.picture;
      target.focus({ preventScroll: true });
    };
  }, []);

  function isInside(active: Element): boolean {
    return element.current?.contains(active) ?? true;
  }
}

/** Stage pixels that a press may move and still be a click: one beside the thread closes it. */
const CLICK_REACH = 6;

function useClosingPress(close: () => void): void {
  const { editor, stage } = useAnnotator();
  useEffect(() => {
    let pressed: { x: number; y: number } | null = null;
    return stage.onPointer(({ kind, point }) => {
      // The comment tool has its own way.
      if (editor.tool.value === "comment") return;
      if (kind === "down") pressed = point;
      if (kind === "cancel") pressed = null;
      if (kind !== "up" || !pressed) return;
      if (Math.hypot(point.x - pressed.x, point.y - pressed.y) <= CLICK_REACH) close();
      pressed = null;
    });
  }, [stage]);
}
