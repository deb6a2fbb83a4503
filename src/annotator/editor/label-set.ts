import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { LabelSet as StoredLabels } from "../../protocol/model/label-set.ts";
import type { Editor } from "./editor.ts";
import { listLabels, type LabelView } from "./label-view.ts";

/** The labels that the document keeps, and how they are changed. */
export class LabelSet {
  readonly kept: ReadonlySignal<readonly LabelView[]>;
  readonly #editor: Editor;
  readonly #stop: () => void;

  constructor(editor: Editor) {
    this.#editor = editor;
    const stored = signal<StoredLabels | null>(null);
    this.#stop = editor.room.labels.subscribe((labels) => (stored.value = labels));
    this.kept = computed(() => stored.value?.labels ?? []);
  }

  /** Adds a label, in a pen that no other one has. @returns its name */
  add(name: string): string {
    const color = listLabels(this.#editor.labels.value, [name]).at(-1)?.color;
    if (color !== undefined) this.replace([...this.kept.value, { name, color, key: null }]);
    return name;
  }

  /** Puts a label on a key, and takes the key from whichever had it. A label that only marks had is kept from now on. */
  putOnKey(name: string, key: string): void {
    const labels = this.kept.value;
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

  stop(): void {
    this.#stop();
  }
}
