import type { VNode } from "preact";
import { Icon } from "../icon.tsx";

interface FieldProps {
  /** A symbol of `icons.svg`. */
  icon: string;
  /** For screen readers: a placeholder is no name. */
  label: string;
  /** The input. */
  children: VNode;
}

/** A field with an icon in place of a visible name. */
export function Field({ icon, label, children }: FieldProps): VNode {
  return (
    <label class="field">
      <Icon name={icon} small />
      <span class="only-read">{label}</span>
      {children}
    </label>
  );
}
