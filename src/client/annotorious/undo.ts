import type { ImageAnnotation, ImageAnnotator } from "@annotorious/annotorious";
import type { Room } from "../room-api.ts";

type UndoingAnnotator<E> = Pick<ImageAnnotator<ImageAnnotation, E>, "undo" | "redo" | "canUndo" | "canRedo">;

/**
 * Has `anno.undo` and the keys undo in the room. Annotorious would bring back annotations as they were, with what
 * others have done meanwhile.
 *
 * @returns `isUndoing`: whether what the store tells now is Annotorious' own undo, which can't be switched off
 */
export function takeOverUndo<E>(
  anno: UndoingAnnotator<E>,
  room: Room,
  usesKeys: boolean,
): { isUndoing: () => boolean; stop: () => void } {
  const { undo, redo, canUndo, canRedo } = anno;
  Object.assign(anno, {
    undo: () => void room.undo(),
    redo: () => void room.redo(),
    canUndo: () => room.history.canUndo.value,
    canRedo: () => room.history.canRedo.value,
  });
  let isUndoing = false;
  // While the event goes down, so before Annotorious, which listens to the document, too.
  const press = (event: KeyboardEvent): void => {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || (key !== "z" && key !== "y")) return;
    isUndoing = true;
    setTimeout(() => {
      isUndoing = false;
    });
    if (!usesKeys || isEditable(event.target)) return;
    if (key === "y" || event.shiftKey) room.redo();
    else room.undo();
  };
  document.addEventListener("keydown", press, true);
  return {
    isUndoing: () => isUndoing,
    stop() {
      document.removeEventListener("keydown", press, true);
      Object.assign(anno, { undo, redo, canUndo, canRedo });
    },
  };
}

/** In a field, the keys undo what was typed there. */
function isEditable(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"))
  );
}
