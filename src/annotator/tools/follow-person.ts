import { effect } from "@preact/signals";
import type { Editor } from "../editor/editor.ts";
import { isNumber, isRecord } from "../editor/read-geometry.ts";
import { COORDINATE_MAX } from "../../protocol/limits.ts";
import type { Stage } from "../stage/stage-api.ts";

/** The view goes where that of the followed person goes, until this one moves it, or that one leaves. */
export function followPerson(editor: Editor, stage: Stage): () => void {
  const stopFollowing = effect(() => {
    const connectionId = editor.following.value;
    if (connectionId === null) return;
    const person = editor.others.value.find((other) => other.connectionId === connectionId);
    if (!person) {
      editor.following.value = null;
      return;
    }
    const view = readView(person.state["view"]);
    if (view) stage.follow(view);
  });
  const stopAtGesture = effect(() => {
    if (stage.gesture.value !== "none") editor.following.value = null;
  });
  return () => {
    stopFollowing();
    stopAtGesture();
  };
}

/** What another client says of its view: it may say anything. */
function readView(view: unknown): { x: number; y: number; width: number } | null {
  if (!isRecord(view)) return null;
  const { x, y, width } = view;
  return isPlace(x) && isPlace(y) && isNumber(width, 1, COORDINATE_MAX) ? { x, y, width } : null;
}

function isPlace(value: unknown): value is number {
  return isNumber(value, -COORDINATE_MAX, COORDINATE_MAX);
}
