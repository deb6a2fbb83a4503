import { computed, effect, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Editor } from "./editor.ts";
import { colorOf } from "./describe-mark.ts";
import { pens } from "./mark-style.ts";
import { editableSelection, restyle } from "./restyle.ts";
import type { ToolName } from "./tool-name.ts";

/** A label that marks can have. */
export interface LabelView {
  name: string;
  /** #rrggbb */
  color: string;
  /** The key that gives it: a digit. null: none. */
  key: string | null;
}

/** The document's set of labels, and how it is changed. */
export interface LabelSource {
  readonly value: ReadonlySignal<readonly LabelView[]>;
  set(labels: readonly LabelView[]): void;
}

/** The keys that give labels, in the order in which they go to labels that have none of their own. */
export const labelKeys = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** The labels of a document: those of its set, then those that marks have beside it. */
export class LabelList {
  readonly all: ReadonlySignal<readonly LabelView[]>;
  readonly #editor: Editor;
  readonly #source: LabelSource;
  /** The last labels of each tool. */
  readonly #ofTool = new Map<ToolName, readonly string[]>();
  readonly #stop: () => void;

  constructor(editor: Editor, source: LabelSource) {
    this.#editor = editor;
    this.#source = source;
    this.all = computed(() => giveKeys([...source.value.value, ...this.#strays()]));
    this.#stop = effect(() => {
      const labels = this.#ofTool.get(editor.tool.value);
      if (labels && labels !== editor.nextLabels.peek()) this.#chooseNext(labels);
    });
  }

  get defined(): ReadonlySignal<readonly LabelView[]> {
    return this.#source.value;
  }

  find(name: string): LabelView | undefined {
    return this.all.value.find((label) => label.name === name);
  }

  byKey(key: string): LabelView | undefined {
    return this.all.value.find((label) => label.key === key);
  }

  /** Labels that are shown as chosen: those of the mark selected last, else those of the next mark. */
  get chosen(): readonly string[] {
    return this.#editor.selected.value.at(-1)?.labels ?? this.#editor.nextLabels.value;
  }

  /**
   * Gives the selected marks a label in place of their first one, or takes it from them if all have it. Without a
   * selection it goes to the next mark.
   */
  choose(name: string): void {
    const editor = this.#editor;
    const marks = editableSelection(editor);
    if (marks.length === 0) {
      if (editor.selected.value.length > 0) return;
      this.#chooseNext(editor.nextLabels.value[0] === name ? [] : [name]);
      this.#ofTool.set(editor.tool.value, editor.nextLabels.value);
      return;
    }
    const isTaken = marks.every(({ labels }) => labels[0] === name);
    editor.room.gesture(() => {
      for (const mark of marks) {
        const [first, ...rest] = mark.labels;
        const others = rest.filter((label) => label !== name);
        const color = this.find(name)?.color;
        // Whoever gave a mark a colour of its own keeps it.
        const isOwnColor = first !== undefined && this.find(first)?.color !== colorOf(mark);
        const style =
          isTaken || isOwnColor || color === undefined ? {} : { style: recolor(mark.style.fill, color) };
        editor.room.annotations.update(mark.id, { labels: isTaken ? others : [name, ...others], ...style });
      }
    });
  }

  /** Adds a label to the selected marks, or takes it from them if all have it. */
  toggle(name: string): void {
    const marks = editableSelection(this.#editor);
    const isTaken = marks.every(({ labels }) => labels.includes(name));
    this.#editor.room.gesture(() => {
      for (const { id, labels } of marks) {
        const others = labels.filter((label) => label !== name);
        this.#editor.room.annotations.update(id, { labels: isTaken ? others : [...others, name] });
      }
    });
  }

  /** Adds a label to the document's set, in a pen that no label has yet. @returns its name */
  define(name: string): string {
    const taken = new Set(this.all.value.map(({ color }) => color));
    const free = Object.values(pens).filter((color) => color !== pens.white && color !== pens.ink);
    const color = free.find((pen) => !taken.has(pen)) ?? free[this.all.value.length % free.length] ?? pens.ruby;
    this.save([...this.defined.value, { name, color, key: null }]);
    return name;
  }

  /** Changes the document's set. */
  save(labels: readonly LabelView[]): void {
    this.#source.set(labels);
  }

  /** Puts a label on a key, and takes the key from whichever label had it. A stray label becomes one of the set. */
  putOnKey(name: string, key: string): void {
    const labels = this.#source.value.value;
    const known = labels.some((label) => label.name === name);
    const stray = known ? [] : this.all.value.filter((label) => label.name === name);
    this.save(
      [...labels, ...stray].map((label) => ({
        ...label,
        key: label.name === name ? key : label.key === key ? null : label.key,
      })),
    );
  }

  stop(): void {
    this.#stop();
  }

  #chooseNext(labels: readonly string[]): void {
    this.#editor.nextLabels.value = labels;
    const color = labels[0] === undefined ? undefined : this.find(labels[0])?.color;
    if (color !== undefined && this.#editor.selected.peek().length === 0) restyle(this.#editor, { color });
  }

  /** Labels in use that the set lacks, in the colour of the first mark that has them. */
  #strays(): LabelView[] {
    const known = new Set(this.#source.value.value.map(({ name }) => name));
    const strays: LabelView[] = [];
    for (const mark of this.#editor.marks.value) {
      for (const name of mark.labels) {
        if (known.has(name)) continue;
        known.add(name);
        strays.push({ name, color: colorOf(mark), key: null });
      }
    }
    return strays.sort((a, b) => a.name.localeCompare(b.name));
  }
}

/** Gives the free digits to labels that have no key, in order. */
export function giveKeys(labels: readonly LabelView[]): LabelView[] {
  const taken = new Set(labels.map(({ key }) => key));
  const free = labelKeys.filter((key) => !taken.has(key));
  return labels.map((label) => (label.key === null ? { ...label, key: free.shift() ?? null } : label));
}

function recolor(fill: string | null, color: string): { stroke: string; fill?: string } {
  return { stroke: color, ...(fill !== null && { fill: color + fill.slice(7) }) };
}

/** Keeps a set that nobody else sees: for a service without label sets. */
export function keepLabels(value: Signal<readonly LabelView[]>): LabelSource {
  return { value, set: (labels) => (value.value = labels) };
}
