import { computed, effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import type { Comment } from "../../../protocol/model/comment.ts";
import type { RefusedOperation } from "../../../client/room-api.ts";
import type { Annotation } from "../../../protocol/model/annotation.ts";
import type { Editor } from "../../editor/editor.ts";
import { fromReadable } from "../../editor/from-readable.ts";
import type { Words } from "../../words/en.ts";
import type { People } from "../people.ts";
import { Keep } from "../../editor/keep.ts";
import {
  type CommentCount,
  concerns,
  isUnread,
  listThreads,
  type Me,
  seqOf,
  type Thread,
  type ThreadFilter,
} from "./list-threads.ts";
import { SeenThreads } from "./seen-threads.ts";

/** What the popover shows. */
export interface ShownThread {
  markId: string;
  /** null: it was deleted. */
  mark: Annotation | null;
  /** null: what is written next begins it. */
  thread: Thread | null;
}

/** Comments as the surface shows them. Each annotator of a page has its own. */
export class Comments {
  readonly me: ReadonlySignal<Me>;
  /** Threads on marks that are shown, the newest first. */
  readonly threads: ReadonlySignal<readonly Thread[]>;
  /** By id of the mark: comments in threads that are open. */
  readonly counts: ReadonlySignal<ReadonlyMap<string, CommentCount>>;
  /** What the list shows. With "all", pins of resolved threads show too. */
  readonly filter: Signal<ThreadFilter> = signal("open");
  readonly shown: ReadonlySignal<ShownThread | null>;
  /** Whether this person may write now: by role, and not in the past. */
  readonly canWrite: ReadonlySignal<boolean>;
  /** Names that can be addressed: of those who are here, and of those who have written. */
  readonly names: ReadonlySignal<readonly string[]>;
  readonly #editor: Editor;
  readonly #people: People;
  /** The names that authors had in their tokens. */
  readonly #names: ReadonlySignal<ReadonlyMap<string, string>>;
  readonly #seen: SeenThreads;
  readonly #refused: ReadonlySignal<readonly RefusedOperation[]>;
  readonly #drafts = new Keep(() => sessionStorage);
  readonly #ending = new AbortController();
  readonly #stops: (() => void)[] = [];

  constructor(editor: Editor, people: People, me: ReadonlySignal<Me>) {
    const { room } = editor;
    const onStop = (stop: () => void): void => void this.#stops.push(stop);
    this.#editor = editor;
    this.#people = people;
    this.me = me;
    this.#seen = new SeenThreads(room.documentId, me.peek().id);
    this.#refused = fromReadable(room.refused, onStop);
    const comments = fromReadable(room.comments, onStop);
    const all = computed(() => listThreads(comments.value));
    const marks = editor.markById;
    this.threads = computed(() => all.value.filter(({ markId }) => marks.value.has(markId)));
    this.counts = computed(() => this.#count());
    this.canWrite = computed(() => editor.access.value.canComment && editor.moment.value === null);
    this.#names = computed(() => {
      const named = comments.value.filter(
        ({ author, author_name: name }) => author !== null && name !== null,
      );
      return new Map(named.map(({ author, author_name: name }) => [author ?? "", name ?? ""]));
    });
    this.names = computed(() => {
      const own = me.value;
      const names = [
        ...people.here.value.map(({ name }) => name),
        ...comments.value.map(({ author, author_name: name }) => (author === own.id ? null : name)),
      ];
      return [...new Set(names.flatMap((name) => (name === null || name === own.name ? [] : name)))];
    });
    this.shown = computed(() => {
      const open = editor.thread.value;
      if (!open) return null;
      const { markId, threadId } = open;
      const thread = all.value.find((each) =>
        threadId === null ? each.markId === markId && !each.isResolved : each.id === threadId,
      );
      return { markId, mark: marks.value.get(markId) ?? null, thread: thread ?? null };
    });
    const isLooking = signal(document.visibilityState === "visible");
    document.addEventListener(
      "visibilitychange",
      () => (isLooking.value = document.visibilityState === "visible"),
      { signal: this.#ending.signal },
    );
    this.#stops.push(
      effect(() => {
        const thread = this.shown.value?.thread;
        if (!thread) return;
        if (isLooking.value) this.#seen.see(thread.id, seqOf(thread));
        // It stays this one, also when somebody resolves it.
        const open = editor.thread.peek();
        if (open?.threadId === null) editor.thread.value = { ...open, threadId: thread.id };
      }),
      this.#dropEmptyPoints(),
    );
  }

  isUnread(thread: Thread): boolean {
    return isUnread(thread, this.#seen.value.value.get(thread.id) ?? 0, this.me.value);
  }

  /** Threads that pass a filter. */
  filtered(filter: ThreadFilter): readonly Thread[] {
    const threads = this.threads.value;
    if (filter === "all") return threads;
    if (filter === "unread") return threads.filter((thread) => this.isUnread(thread));
    if (filter === "open") return threads.filter(({ isResolved }) => !isResolved);
    return threads.filter((thread) => concerns(thread, this.me.value, this.names.value));
  }

  /** How a person is called: as they are here, or as their token said, where that is known as `told`. */
  nameOf(author: string | null, words: Words, told: string | null = null): string {
    if (this.isMine(author)) return words.people.you;
    const name = told ?? this.#names.value.get(author ?? "");
    const here = this.#people.here.value.find(({ actorId }) => actorId === author)?.name;
    const isReadable = author !== null && !uuid.test(author);
    return here ?? name ?? (isReadable ? author : words.people.guest);
  }

  isMine(author: string | null): boolean {
    return author === this.me.value.id;
  }

  /** What was refused of what this person did to the comments on a mark. */
  refusedOn(shown: ShownThread): readonly RefusedOperation[] {
    return this.#refused.value.filter(({ message }) => {
      if (message.type === "comment.create") return message.comment.annotation_id === shown.markId;
      const isComment = message.type === "comment.update" || message.type === "comment.delete";
      return isComment && shown.thread?.comments.some(({ id }) => id === message.id);
    });
  }

  open(markId: string, threadId: string | null = null): void {
    this.#editor.thread.value = { markId, threadId };
  }

  close(): void {
    this.#editor.thread.value = null;
  }

  /** Says something in a thread, or begins one. */
  say({ markId, thread }: ShownThread, text: string): void {
    const { id } = this.me.value;
    this.#editor.room.comments.create({
      annotation_id: markId,
      reply_to: thread?.id ?? null,
      text,
      ...(id !== null && { author: id }),
    });
    this.writeDraft(markId, "");
  }

  setResolved(thread: Thread, isResolved: boolean): void {
    const { comments } = this.#editor.room;
    // From here on the popover shows this thread, and not the next one on the mark.
    this.open(thread.markId, thread.id);
    if (isResolved) comments.resolve(thread.id);
    else comments.reopen(thread.id);
  }

  edit({ id }: Comment, text: string): void {
    this.#editor.room.comments.edit(id, text);
  }

  delete({ id }: Comment): void {
    this.#editor.room.comments.delete(id);
  }

  /** What was typed for a mark and not sent. */
  readDraft(markId: string): string {
    return this.#drafts.read(this.#draftKey(markId)) ?? "";
  }

  writeDraft(markId: string, text: string): void {
    this.#drafts.write(this.#draftKey(markId), text === "" ? null : text);
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#ending.abort();
    this.#seen.stop();
  }

  #draftKey(markId: string): string {
    return `acetate:draft:${this.#editor.room.documentId}:${markId}`;
  }

  #count(): ReadonlyMap<string, CommentCount> {
    const counts = new Map<string, CommentCount>();
    for (const thread of this.threads.value) {
      if (thread.isResolved) continue;
      const { count, isUnread: wasUnread } = counts.get(thread.markId) ?? { count: 0, isUnread: false };
      counts.set(thread.markId, {
        count: count + thread.count,
        isUnread: wasUnread || this.isUnread(thread),
      });
    }
    return counts;
  }

  /** A point that was made to comment there goes again where nothing was said. */
  #dropEmptyPoints(): () => void {
    let before = this.#editor.thread.peek();
    return effect(() => {
      const now = this.#editor.thread.value;
      const left = before;
      before = now;
      if (!left?.isNewMark || left.markId === now?.markId) return;
      untracked(() => {
        const { room, canEdit } = this.#editor;
        const { markId } = left;
        const isSaid = room.comments.value.some((comment) => comment.annotation_id === markId);
        if (isSaid || this.readDraft(markId).trim() !== "" || !canEdit.value) return;
        if (room.annotations.get(markId)) room.annotations.delete(markId);
      });
    });
  }
}

/** What browsers without tokens call themselves. */
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
