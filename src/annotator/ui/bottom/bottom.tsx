import type { VNode } from "preact";
import { useAnnotator } from "../annotator-context.ts";
import { LabelBar } from "./label-bar.tsx";
import { ViewBar } from "./view-bar.tsx";

/** Undo, zoom, and the labels. */
export function Bottom(): VNode | null {
  const { editor } = useAnnotator();
  // The bar of time takes its place.
  if (editor.moment.value !== null) return null;
  return (
    <div class="bottom">
      <ViewBar />
      {editor.canEdit.value && <LabelBar />}
    </div>
  );
}
