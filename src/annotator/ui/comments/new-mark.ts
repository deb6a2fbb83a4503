import { effect, untracked } from "@preact/signals";
import { showDraft } from "../../editor/draft.ts";
import type { Editor, OpenThread } from "../../editor/editor.ts";

/**
 * A point that somebody has set to comment on. It is shown, and becomes a mark when something is said there: so it
 * leaves no step of undo where nothing is.
 */
export class NewMark {
  readonly #editor: Editor;
  readonly #hasWords: (markId: string) => boolean;
  readonly #stop: () => void;
  #open: OpenThread | null = null;
  readonly #ending = new AbortController();

  /** @param hasWords whether something is typed for a mark that was not sent: then the mark is made all the same */
  constructor(editor: Editor, hasWords: (markId: string) => boolean) {
    this.#editor = editor;
    this.#hasWords = hasWords;
    this.#stop = effect(() => {
      const now = editor.thread.value;
      untracked(() => this.#follow(now));
    });
    // The page may be closed.
    window.addEventListener("pagehide", () => this.#keep(this.#open), { signal: this.#ending.signal });
  }

  /** Something is said now. */
  make(open = this.#open): void {
    const { room, canEdit } = this.#editor;
    const newMark = open?.newMark;
    if (!newMark || !canEdit.value || room.annotations.get(open.markId)) return;
    room.gesture(() => room.annotations.create(newMark));
  }

  stop(): void {
    this.#stop();
    this.#ending.abort();
  }

  #follow(now: OpenThread | null): void {
    const { preview, room } = this.#editor;
    const left = this.#open;
    this.#open = now;
    if (left?.newMark && left.markId !== now?.markId) this.#keep(left);
    if (left?.newMark && preview.value.has(left.markId)) preview.value = new Map();
    if (now?.newMark) preview.value = new Map([[now.markId, showDraft(now.newMark, room.documentId)]]);
  }

  #keep(open: OpenThread | null): void {
    if (open && this.#hasWords(open.markId)) this.make(open);
  }
}
