import type { VNode } from "preact";
import { useAnnotator } from "../annotator-context.ts";
import { LabelBar } from "./label-bar.tsx";
import { ViewBar } from "./view-bar.tsx";

/** Undo, zoom, and the labels. */
export function Bottom(): VNode {
  const { editor } = useAnnotator();
  return (
    <div class="bottom">
      <ViewBar />
      {editor.canEdit.value && <LabelBar />}
    </div>
  );
}
