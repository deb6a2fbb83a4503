import { effect, untracked } from "@preact/signals";
import type { Editor } from "../editor/editor.ts";
import { readSharedState } from "../editor/shared-state.ts";
import type { Stage } from "../stage/stage-api.ts";

/** The part of the picture that is seen, whatever size the window has. */
interface Place {
  x: number;
  y: number;
  scale: number;
}

/** The view goes where that of the followed person goes, until this one moves it, or that one leaves. */
export function followPerson(editor: Editor, stage: Stage): () => void {
  /** Where the followed person has brought the view. */
  let brought: Place | null = null;
  const readPlace = (): Place => {
    const { x, y } = stage.seen.value;
    return { x, y, scale: stage.view.value.scale };
  };
  const stopFollowing = effect(() => {
    const connectionId = editor.following.value;
    brought = null;
    if (connectionId === null) return;
    const person = editor.others.value.find((other) => other.connectionId === connectionId);
    if (!person) {
      editor.following.value = null;
      return;
    }
    const { view } = readSharedState(person.state);
    if (!view) return;
    stage.follow(view);
    brought = untracked(readPlace);
  });
  const stopAtOwnMove = effect(() => {
    const now = readPlace();
    const isGesture = stage.gesture.value !== "none";
    // By a key, a button, or a mark that was gone to.
    const isElsewhere = brought !== null && !isSame(now, brought);
    if (isGesture || isElsewhere) editor.following.value = null;
  });
  return () => {
    stopFollowing();
    stopAtOwnMove();
  };
}

/** A window of another size has the same middle, but for the last digits. */
function isSame(a: Place, b: Place): boolean {
  const reach = 1 / b.scale;
  return Math.abs(a.x - b.x) < reach && Math.abs(a.y - b.y) < reach && a.scale === b.scale;
}
