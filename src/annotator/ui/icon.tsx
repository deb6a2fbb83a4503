import type { VNode } from "preact";

/** An icon of `icons.svg`, which the annotator and the page have in their documents. It is never the only name. */
export function Icon({ name, small = false }: { name: string; small?: boolean }): VNode {
  return (
    <svg class={small ? "icon small" : "icon"} aria-hidden="true">
      <use href={`#i-${name}`} />
    </svg>
  );
}
