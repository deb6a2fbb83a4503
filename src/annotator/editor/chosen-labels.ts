import type { Editor } from "./editor.ts";

/** Labels that are shown as chosen: those of the mark selected last, else those of the next mark. */
export function chosenLabels(editor: Editor): readonly string[] {
  return editor.selected.value.at(-1)?.labels ?? editor.nextLabels.value;
}
