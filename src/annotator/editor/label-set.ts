import type { Editor } from "./editor.ts";
import { listLabels, type LabelView } from "./label-view.ts";

/** Changes the labels that the document keeps. */
export class LabelSet {
  readonly #editor: Editor;

  constructor(editor: Editor) {
    this.#editor = editor;
  }

  /** Adds a label, in a pen that no other one has. @returns its name */
  add(name: string): string {
    const color = listLabels(this.#editor.labels.value, [name]).at(-1)?.color;
    if (color !== undefined) this.replace([...this.#kept, { name, color, key: null }]);
    return name;
  }

  /** Puts a label on a key, and takes the key from whichever had it. A label that only marks had is kept from now on. */
  putOnKey(name: string, key: string): void {
    const isKept = this.#kept.some((label) => label.name === name);
    const joining = isKept ? [] : this.#editor.labels.value.filter((label) => label.name === name);
    this.replace(
      [...this.#kept, ...joining].map((label) => ({
        ...label,
        key: label.name === name ? key : label.key === key ? null : label.key,
      })),
    );
  }

  replace(labels: readonly LabelView[]): void {
    this.#editor.room.labels.set(labels);
  }

  get #kept(): readonly LabelView[] {
    return this.#editor.labelSet.value?.labels ?? [];
  }
}
