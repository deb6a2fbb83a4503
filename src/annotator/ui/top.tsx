import type { VNode } from "preact";
import { useAnnotator } from "./annotator-context.ts";

/** The title and the state of saving; beside it the style of the next mark. */
export function Top(): VNode {
  const { editor, words } = useAnnotator();
  const { state } = editor.status.value;
  return (
    <header class="top">
      <div class="sheet head">
        <h1>{editor.document.value?.title ?? words.status.connecting}</h1>
        <p class="save" role="status">
          {state === "live" && editor.unsaved.value === 0
            ? words.status.saved
            : words.status.waiting(editor.unsaved.value)}
        </p>
      </div>
    </header>
  );
}
