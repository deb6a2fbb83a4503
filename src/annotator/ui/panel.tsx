import type { VNode } from "preact";
import { useAnnotator } from "./annotator-context.ts";

/** People, marks, comments and history. */
export function Panel(): VNode {
  const { editor } = useAnnotator();
  return (
    <aside class="sheet panel">
      <div class="rows">{editor.marks.value.length}</div>
    </aside>
  );
}
