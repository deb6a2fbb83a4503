import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Comment } from "../../../protocol/model/comment.ts";
import { authorOf, type Person } from "../../../protocol/model/person.ts";
import type { RefusedOperation, UnsavedPart } from "../../../client/room-api.ts";
import type { Annotation } from "../../../protocol/model/annotation.ts";
import { showDraft } from "../../editor/draft.ts";
import type { Editor } from "../../editor/editor.ts";
import { fromReadable } from "../../editor/from-readable.ts";
import type { Words } from "../../words/en.ts";
import { knownName, type People } from "../people.ts";
import { Keep } from "../../editor/keep.ts";
import {
  type CommentCount,
  concerns,
  isUnread,
  listThreads,
  type Me,
  type PinnedThread,
  placeOnMarks,
  seqOf,
  type Thread,
  type ThreadFilter,
} from "./list-threads.ts";
import { NewMark } from "./new-mark.ts";
import { SeenThreads } from "./seen-threads.ts";

/** What the popover shows. */
export interface ShownThread {
  markId: string;
  /** null: it was deleted. */
  mark: Annotation | null;
  /** null: what is written next begins it. */
  thread: Thread | null;
  /** Other threads on the mark that are not settled. */
  others: readonly Thread[];
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
  /** Threads that have a pin on the picture. */
  readonly pinned: ReadonlySignal<readonly PinnedThread[]>;
  /** Whether this person may write now: by role, and not in the past. */
  readonly canWrite: ReadonlySignal<boolean>;
  /** Names that can be addressed: of those who are here, and of those who have written. */
  readonly names: ReadonlySignal<readonly string[]>;
  readonly #editor: Editor;
  readonly #people: People;
  readonly #seen: SeenThreads;
  readonly #refused: ReadonlySignal<readonly RefusedOperation[]>;
  readonly #drafts = new Keep(() => sessionStorage);
  readonly #newMark: NewMark;
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
    this.#newMark = new NewMark(editor, (markId) => this.readDraft({ markId, thread: null }).trim() !== "");
    const comments = fromReadable(room.comments, onStop);
    const all = computed(() => listThreads(comments.value));
    const marks = editor.markById;
    this.threads = computed(() => all.value.filter(({ markId }) => marks.value.has(markId)));
    this.counts = computed(() => this.#count());
    this.canWrite = computed(() => editor.access.value.canComment && editor.moment.value === null);
    this.names = computed(() => {
      const own = me.value;
      const names = [
        ...people.here.value.map(({ name }) => name),
        ...comments.value.map((comment) => knownName(authorOf(comment))),
      ];
      return [...new Set(names.flatMap((name) => (name === null || name === own.name ? [] : name)))];
    });
    this.shown = computed(() => {
      const open = editor.thread.value;
      if (!open) return null;
      const { markId, threadId, isNew = false, newMark } = open;
      const onMark = all.value.filter((each) => each.markId === markId);
      const thread = onMark.find((each) =>
        threadId === null ? !isNew && !each.isResolved : each.id === threadId,
      );
      const mark = marks.value.get(markId) ?? (newMark ? showDraft(newMark, room.documentId) : null);
      const others = onMark.filter((each) => !each.isResolved && each !== thread);
      return { markId, mark, thread: thread ?? null, others };
    });
    this.pinned = computed(() =>
      placeOnMarks(
        this.threads.value.filter(
          ({ isResolved, markId }) =>
            (!isResolved || this.filter.value === "all") && !editor.hidden.value.has(markId),
        ),
      ),
    );
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
      () => this.#newMark.stop(),
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

  /** How a person is called: as they are here, or as their token said. */
  nameOf(person: Person, words: Words): string {
    return this.#people.isMe(person) ? words.people.you : this.#people.nameOf(person);
  }

  isMine(comment: Comment): boolean {
    return this.#people.isMe(authorOf(comment));
  }

  /** What was refused of what this person did to the comments on a mark. */
  refusedOn(shown: ShownThread): readonly RefusedOperation[] {
    return this.#refused.value.filter(({ message }) => {
      if (message.type === "comment.create") {
        const { annotation_id: markId, reply_to: first = null } = message.comment;
        return markId === shown.markId && (first === null || first === shown.thread?.id);
      }
      const isComment = message.type === "comment.update" || message.type === "comment.delete";
      return isComment && shown.thread?.comments.some(({ id }) => id === message.id);
    });
  }

  /** Opens a thread of a mark: by default the last one that is open, or a new one. */
  open(markId: string, threadId: string | null = null): void {
    const isNew = threadId === null && !this.counts.value.has(markId);
    this.#editor.thread.value = { markId, threadId, isNew };
  }

  close(): void {
    this.#editor.thread.value = null;
  }

  /** Tries once more what the service has refused. */
  tryAgain({ opId, message }: RefusedOperation): void {
    const { room } = this.#editor;
    const { comments } = room;
    if (message.type === "comment.create") {
      const { id: _, ...comment } = message.comment;
      comments.create(comment);
    } else if (message.type === "comment.delete") comments.delete(message.id);
    else if (message.type === "comment.update") {
      const { text, resolved } = message.patch;
      if (text !== undefined) comments.edit(message.id, text);
      if (resolved !== undefined) this.#resolve(message.id, resolved);
    }
    room.dismiss(opId);
  }

  /** What of a comment the service does not have yet. */
  unsaved({ id }: Comment): ReadonlySet<UnsavedPart> {
    void this.threads.value;
    return this.#editor.room.comments.unsaved(id);
  }

  /** Begins another thread on the mark whose thread is open. */
  beginAnother({ markId }: ShownThread): void {
    this.#editor.thread.value = { markId, threadId: null, isNew: true };
  }

  /** Says something in a thread, or begins one. */
  say(shown: ShownThread, text: string): void {
    const { markId, thread } = shown;
    const { id, name } = this.me.value;
    batch(() => {
      this.#newMark.make();
      const comment = this.#editor.room.comments.create({
        annotation_id: markId,
        reply_to: thread?.id ?? null,
        text,
        // Who has a name is known by it, as in all else that they change.
        ...(name === null && id !== null && { author: id }),
      });
      this.writeDraft(shown, "");
      if (!thread) this.open(markId, comment.id);
    });
  }

  setResolved(thread: Thread, isResolved: boolean): void {
    // From here on the popover shows this thread, and not the next one on the mark.
    this.open(thread.markId, thread.id);
    this.#resolve(thread.id, isResolved);
  }

  edit({ id }: Comment, text: string): void {
    this.#editor.room.comments.edit(id, text);
  }

  delete({ id }: Comment): void {
    this.#editor.room.comments.delete(id);
  }

  /** What was typed in a thread, or for a new one, and not sent. */
  readDraft(shown: Pick<ShownThread, "markId" | "thread">): string {
    return this.#drafts.read(this.#draftKey(shown)) ?? "";
  }

  writeDraft(shown: Pick<ShownThread, "markId" | "thread">, text: string): void {
    this.#drafts.write(this.#draftKey(shown), text === "" ? null : text);
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#ending.abort();
    this.#seen.stop();
  }

  #draftKey({ markId, thread }: Pick<ShownThread, "markId" | "thread">): string {
    return `acetate:draft:${this.#editor.room.documentId}:${thread?.id ?? markId}`;
  }

  #resolve(id: string, isResolved: boolean): void {
    const { comments } = this.#editor.room;
    if (isResolved) comments.resolve(id);
    else comments.reopen(id);
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
}
