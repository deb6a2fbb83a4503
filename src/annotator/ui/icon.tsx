import type { VNode } from "preact";

interface IconProps {
  /** A symbol of `icons.svg`. */
  name: string;
  small?: boolean;
  /** true: it has a direction of reading, and is mirrored in right-to-left pages. */
  turns?: boolean;
}

/** An icon of `icons.svg`, which the annotator and the page have in their documents. It is never the only name. */
export function Icon({ name, small = false, turns = false }: IconProps): VNode {
  return (
    <svg class={`icon${small ? " small" : ""}${turns ? " turns" : ""}`} aria-hidden="true">
      <use href={`#i-${name}`} />
    </svg>
  );
}
