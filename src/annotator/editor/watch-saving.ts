import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Editor } from "./editor.ts";
import { LONG_MS, NOTICEABLE_MS, type SaveState, toSaveState, type Wait } from "./save-state.ts";

export interface SavingWatch {
  readonly state: ReadonlySignal<SaveState>;
  /** The connection was lost and is not back. */
  readonly isAway: ReadonlySignal<boolean>;
  stop(): void;
}

/** Follows what the room says about saving, and how long it takes. */
export function watchSaving(
  editor: Editor,
  counts: { conflicts: ReadonlySignal<number>; refused: ReadonlySignal<number> },
): SavingWatch {
  const wait = signal<Wait>("short");
  const isAway = signal(false);
  const isWaiting = computed(() => editor.unsaved.value > 0);
  let timers: ReturnType<typeof setTimeout>[] = [];
  const stopTimers = (): void => timers.forEach(clearTimeout);

  const stopWaiting = effect(() => {
    stopTimers();
    wait.value = "short";
    if (!isWaiting.value) return;
    timers = [
      setTimeout(() => (wait.value = "noticeable"), NOTICEABLE_MS),
      setTimeout(() => (wait.value = "long"), LONG_MS),
    ];
  });
  const stopAway = effect(() => {
    const { state } = editor.status.value;
    // While it tries to connect again it is still away: the words must not jump with each try.
    if (state === "offline") isAway.value = true;
    else if (state !== "connecting") isAway.value = false;
  });
  return {
    isAway,
    state: computed(() =>
      toSaveState({
        status: editor.status.value,
        isAway: isAway.value,
        isOpen: editor.isLoaded.value,
        unsaved: editor.unsaved.value,
        conflicts: counts.conflicts.value,
        refused: counts.refused.value,
        wait: wait.value,
      }),
    ),
    stop() {
      stopTimers();
      stopWaiting();
      stopAway();
    },
  };
}
