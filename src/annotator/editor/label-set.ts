import type { ReadonlySignal } from "@preact/signals";
import { listLabels, type LabelView } from "./label-view.ts";
import type { Editor } from "./editor.ts";

/** The labels that the document keeps, and how they are changed. */
export class LabelSet {
  readonly #editor: Editor;

  constructor(editor: Editor) {
    this.#editor = editor;
  }

  get value(): ReadonlySignal<readonly LabelView[]> {
    return this.#editor.labelSet;
  }

  /** Adds a label, in a pen that no other one has. @returns its name */
  add(name: string): string {
    const color = listLabels(this.#editor.labels.value, [name]).at(-1)?.color;
    if (color !== undefined) this.replace([...this.value.value, { name, color, key: null }]);
    return name;
  }

  /** Puts a label on a key, and takes the key from whichever had it. A label that only marks had joins the set. */
  putOnKey(name: string, key: string): void {
    const labels = this.value.value;
    const isKept = labels.some((label) => label.name === name);
    const joining = isKept ? [] : this.#editor.labels.value.filter((label) => label.name === name);
    this.replace(
      [...labels, ...joining].map((label) => ({
        ...label,
        key: label.name === name ? key : label.key === key ? null : label.key,
      })),
    );
  }

  replace(labels: readonly LabelView[]): void {
    this.#editor.room.labels.set(labels);
  }
}
