import type { VNode } from "preact";

/** A colour, beside the name that it stands for: colour alone says nothing. */
export function Dot({ color }: { color: string }): VNode {
  return <span class="dot" style={{ "--pen": color }} />;
}
