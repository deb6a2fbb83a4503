import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { describeMark } from "../../editor/describe-mark.ts";
import { useAnnotator } from "../annotator-context.ts";
import { useRoving } from "../parts/use-roving.ts";
import { StyleControls } from "./style-controls.tsx";

/** How the selection looks, or else the next mark. */
export function StyleBar(): VNode {
  const { editor, words } = useAnnotator();
  const bar = useRef<HTMLDivElement>(null);
  useRoving(bar);
  const mark = editor.selected.value.at(-1);
  const name = mark ? words.style.of(describeMark(mark, words).name) : words.style.next;
  return (
    <div ref={bar} class="sheet stylebar below" role="toolbar" aria-label={name}>
      <StyleControls style={editor.shownStyle.value} onChange={(change) => editor.applyStyle(change)} />
    </div>
  );
}
