import { type ReadonlySignal, signal } from "@preact/signals";
import { isSame, patchTo, valueOf } from "../../client/annotations/patch.ts";
import type { Conflict } from "../../client/room-api.ts";
import type { Editor } from "./editor.ts";

/** A conflict that this person has not settled yet. */
export interface OpenConflict extends Conflict {
  /** Who set the other value. null: that can't be told. */
  by: string | null;
}

/**
 * The conflicts of a room, until this person chooses. Each field of a mark is asked about once: what happens to it
 * meanwhile takes the place of what was asked.
 */
export class Conflicts {
  readonly open: ReadonlySignal<readonly OpenConflict[]>;
  readonly #editor: Editor;
  readonly #open = signal<readonly OpenConflict[]>([]);
  readonly #stop: () => void;

  constructor(editor: Editor) {
    this.#editor = editor;
    this.open = this.#open;
    this.#stop = editor.room.on("conflict", (conflict) => {
      this.#open.value = [...this.#without(conflict), { ...conflict, by: this.#guessAuthor(conflict) }];
    });
  }

  takeTheirs(conflict: OpenConflict): void {
    this.#settle(conflict, conflict.theirs);
  }

  keepMine(conflict: OpenConflict): void {
    this.#settle(conflict, conflict.mine);
  }

  stop(): void {
    this.#stop();
  }

  /** The service does not tell who: it is the one who has the mark selected, or the only one who is here. */
  #guessAuthor({ annotationId }: Conflict): string | null {
    const others = this.#editor.others.value;
    const holder = others.find(({ state }) => {
      const selection = state["selection"];
      return Array.isArray(selection) && selection.includes(annotationId);
    });
    return (holder ?? (others.length === 1 ? others[0] : undefined))?.name ?? null;
  }

  #without({ annotationId, field }: Conflict): OpenConflict[] {
    return this.#open.value.filter((open) => open.annotationId !== annotationId || open.field !== field);
  }

  /** A step of its own, so that the choice can be undone. */
  #settle(conflict: OpenConflict, value: unknown): void {
    this.#open.value = this.#without(conflict);
    const { annotationId, field } = conflict;
    const { room } = this.#editor;
    const mark = room.annotations.get(annotationId);
    if (!mark || isSame(valueOf(mark, field), value)) return;
    room.gesture(() => room.annotations.update(annotationId, patchTo(mark, { [field]: value })));
  }
}
