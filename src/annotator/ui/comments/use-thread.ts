import { useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Point } from "../../stage/stage-api.ts";
import { useAnnotator } from "../annotator-context.ts";
import type { ShownThread } from "./comments.ts";
import { PIN_SIZE, pinPoint, placeThread, readRoom, type Room, type Size } from "./place-thread.ts";

/** Keeps the thread beside its pin, whatever moves. On a phone the view moves so that the pin is above the sheet. */
export function usePlace(element: { current: HTMLElement | null }, shown: ShownThread): void {
  const { editor, stage, surface } = useAnnotator();
  const { markId, thread: open } = shown;
  const { pinned } = surface.comments;
  // Measured again only when one of them changes: while the view moves, each measuring would lay out the page anew.
  const measured = useRef<{ size: Size; room: Room } | null>(null);
  const ownPin = (): Point | undefined => {
    const own = pinned.value.find(({ thread }) => thread.id === open?.id);
    const last = pinned.value.filter(({ thread }) => thread.markId === markId).length;
    return pinPoint(stage, markId, own?.index ?? last);
  };
  const place = (): void => {
    const thread = element.current;
    const pin = ownPin();
    if (!thread || !pin) return;
    const { size, room } = (measured.current ??= {
      size: thread.getBoundingClientRect(),
      room: readRoom(stage.element),
    });
    const pins = pinned.value.flatMap((each) => pinPoint(stage, each.thread.markId, each.index) ?? []);
    const { x, y } = placeThread(pin, size, room, [pin, ...pins]);
    thread.style.setProperty("--thread-x", `${x}px`);
    thread.style.setProperty("--thread-y", `${y}px`);
  };
  const latest = useRef(place);
  latest.current = place;
  useSignalEffect(() => {
    void [stage.view.value, stage.size.value, editor.marks.value, editor.preview.value, pinned.value];
    latest.current();
  });
  const measureAndPlace = (): void => {
    measured.current = null;
    latest.current();
  };
  useLayoutEffect(measureAndPlace, [open?.id]);
  useLayoutEffect(() => {
    const thread = element.current;
    if (!thread) return;
    const sizes = new ResizeObserver(measureAndPlace);
    sizes.observe(thread);
    sizes.observe(stage.element);
    const { top, left } = thread.getBoundingClientRect();
    const area = stage.element.getBoundingClientRect();
    const pin = ownPin();
    const isSheet = left <= area.left;
    if (isSheet && pin && area.top + pin.y > top - PIN_SIZE) stage.panBy(0, (top - area.top) / 2 - pin.y);
    return () => sizes.disconnect();
  }, []);
}

/** The thread gets the focus, and gives it back to where it was. */
export function useFocus(
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

export function useClosingPress(close: () => void): void {
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
