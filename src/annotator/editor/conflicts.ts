import { type ReadonlySignal, signal } from "@preact/signals";
import { isSame, patchTo, valueOf } from "../../client/annotations/patch.ts";
import type { Conflict } from "../../client/room-api.ts";
import type { Editor } from "./editor.ts";

/**
 * The conflicts of a room, until this person chooses. Each field of a mark is asked about once: what happens to it
 * meanwhile takes the place of what was asked.
 */
export class Conflicts {
  readonly open: ReadonlySignal<readonly Conflict[]>;
  readonly #editor: Editor;
  readonly #open = signal<readonly Conflict[]>([]);
  readonly #stop: () => void;

  constructor(editor: Editor) {
    this.#editor = editor;
    this.open = this.#open;
    this.#stop = editor.room.on("conflict", (conflict) => {
      this.#open.value = [...this.#without(conflict), conflict];
    });
  }

  takeTheirs(conflict: Conflict): void {
    this.#settle(conflict, conflict.theirs);
  }

  keepMine(conflict: Conflict): void {
    this.#settle(conflict, conflict.mine);
  }

  stop(): void {
    this.#stop();
  }

  #without({ annotationId, field }: Conflict): Conflict[] {
    return this.#open.value.filter((open) => open.annotationId !== annotationId || open.field !== field);
  }

  /** A step of its own, so that the choice can be undone. */
  #settle(conflict: Conflict, value: unknown): void {
    this.#open.value = this.#without(conflict);
    const { annotationId, field } = conflict;
    const { room } = this.#editor;
    const mark = room.annotations.get(annotationId);
    if (!mark || isSame(valueOf(mark, field), value)) return;
    room.gesture(() => room.annotations.update(annotationId, patchTo(mark, { [field]: value })));
  }
}
