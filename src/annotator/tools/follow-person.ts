import { effect } from "@preact/signals";
import type { Editor } from "../editor/editor.ts";
import { readSharedState } from "../editor/shared-state.ts";
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
    const { view } = readSharedState(person.state);
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
