import type { VNode } from "preact";

/** Undo, zoom, and the labels. */
export function Bottom(): VNode {
  return <div class="bottom" />;
}
