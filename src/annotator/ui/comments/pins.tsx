import { effect, useSignal } from "@preact/signals";
import { render, type VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { describeMark } from "../../editor/describe-mark.ts";
import { AnnotatorProvider, useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { useRoving } from "../parts/use-roving.ts";
import type { Thread } from "./list-threads.ts";
import { PIN_SIZE, pinOffset } from "./place-thread.ts";

/** Puts the pins on the picture: they lie among the stage's own layers. */
export function PinLayer(): null {
  const context = useAnnotator();
  const { stage } = context;
  useEffect(() => {
    // The stage lets pins have their pointers: it knows them by this.
    const layer = document.createElement("div");
    layer.dataset["pins"] = "";
    stage.pinLayer.append(layer);
    render(
      <AnnotatorProvider value={context}>
        <Pins layer={layer} />
      </AnnotatorProvider>,
      layer,
    );
    return () => {
      render(null, layer);
      layer.remove();
    };
  }, [context]);
  return null;
}

function Pins({ layer }: { layer: HTMLElement }): VNode {
  const { editor, stage, surface, words } = useAnnotator();
  const { comments } = surface;
  const elements = useRef(new Map<string, HTMLElement>());
  const root = useRef<HTMLElement | null>(layer);
  /** Which pins are seen: when that changes, another one may be the tab stop. */
  const seen = useSignal("");
  useRoving(root);

  const pinned = comments.pinned.value;
  void seen.value;

  useEffect(() => {
    if (pinned.length > 0) {
      layer.setAttribute("role", "toolbar");
      layer.setAttribute("aria-label", words.comments.pins);
    } else {
      layer.removeAttribute("role");
      layer.removeAttribute("aria-label");
    }
  }, [pinned.length === 0]);

  const place = (): void => {
    const { width, height } = stage.area.value;
    const { x, y } = stage.view.value;
    const inSight: string[] = [];
    for (const { thread, index } of pinned) {
      const element = elements.current.get(thread.id);
      const offset = element && pinOffset(stage, thread.markId, index);
      if (!element) continue;
      // One that is cut off must not get the focus: the browser would scroll the picture to it.
      const isSeen =
        offset !== undefined &&
        x + offset.x >= 0 &&
        y + offset.y >= PIN_SIZE &&
        x + offset.x <= width - PIN_SIZE &&
        y + offset.y <= height;
      element.hidden = !isSeen;
      if (!isSeen) continue;
      // A pan moves the layer: to set the same place again changes nothing.
      element.style.transform = `translate(${offset.x}px, ${offset.y - PIN_SIZE}px)`;
      inSight.push(thread.id);
    }
    seen.value = inSight.join();
  };
  const latest = useRef(place);
  latest.current = place;
  useEffect(place);
  // In the same frame as the picture: `useSignalEffect` would be one frame late.
  useEffect(
    () =>
      effect(() => {
        void [stage.view.value, stage.size.value, editor.marks.value, editor.preview.value];
        latest.current();
      }),
    [stage],
  );

  return (
    <>
      {pinned.map(({ thread }) => (
        <Pin
          key={thread.id}
          thread={thread}
          keep={(element) => {
            if (element) elements.current.set(thread.id, element);
            else elements.current.delete(thread.id);
          }}
        />
      ))}
    </>
  );
}

function Pin({ thread, keep }: { thread: Thread; keep: (element: HTMLElement | null) => void }): VNode {
  const { editor, surface, words, language } = useAnnotator();
  const { comments } = surface;
  const isUnread = comments.isUnread(thread);
  const isOpen = comments.shown.value?.thread?.id === thread.id;
  const mark = editor.marks.value.find(({ id }) => id === thread.markId);
  const name = mark ? describeMark(mark, words).name : "";
  const count = new Intl.NumberFormat(language).format(thread.count);
  return (
    <button
      ref={keep}
      type="button"
      class={`pin${isUnread ? " unread" : ""}${thread.isResolved ? " resolved" : ""}`}
      data-thread={thread.id}
      aria-label={words.comments.pin(name, thread.count, isUnread)}
      aria-haspopup="dialog"
      aria-expanded={isOpen}
      onClick={() => (isOpen ? comments.close() : comments.open(thread.markId, thread.id))}
      onKeyDown={(event) => {
        // These belong to the button here, not to the picture.
        if (event.key === "Enter" || event.key === " ") event.stopPropagation();
      }}
    >
      {thread.isResolved ? <Icon name="check" small /> : count}
    </button>
  );
}
