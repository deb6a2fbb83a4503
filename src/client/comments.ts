import type { Comment, CommentDraft, CommentPatch } from "../protocol/model/comment.ts";
import type { Person } from "../protocol/model/person.ts";
import { newId } from "./new-id.ts";
import type { Operation } from "./outbox/operation.ts";
import type { Outbox } from "./outbox/outbox.ts";
import { Signal } from "./readable.ts";
import type { Comments, Creation, Saving, UnsavedPart } from "./room-api.ts";

interface CommentModelOptions {
  documentId: string;
  /** Who comments here, if that is known. */
  author: () => Person | null;
  /** Who it is where nobody else is named. */
  name?: string | undefined;
  outbox: Outbox;
}

/** Comments as they are shown: as the service has them, with what waits in the outbox on top. */
export class CommentModel implements Comments {
  readonly #options: CommentModelOptions;
  readonly #list = new Signal<readonly Comment[]>([]);
  #confirmed = new Map<string, Comment>();
  /** The seq of the last whole state. */
  #loadedVersion = 0;
  #isDirty = false;

  constructor(options: CommentModelOptions) {
    this.#options = options;
  }

  get value(): readonly Comment[] {
    return this.#list.value;
  }

  subscribe(listener: (comments: readonly Comment[]) => void): () => void {
    return this.#list.subscribe(listener);
  }

  create(draft: CommentDraft): Creation {
    const id = draft.id ?? newId();
    const comment = { ...draft, id, author: draft.author ?? this.#options.name };
    return { id, ...this.#add({ type: "comment.create", opId: newId(), comment }) };
  }

  edit(id: string, text: string): Saving {
    return this.#update(id, { text });
  }

  resolve(id: string): Saving {
    return this.#update(id, { resolved: true, resolved_by: this.#options.name });
  }

  reopen(id: string): Saving {
    return this.#update(id, { resolved: false });
  }

  delete(id: string): Saving {
    return this.#add({ type: "comment.delete", opId: newId(), id });
  }

  unsaved(id: string): ReadonlySet<UnsavedPart> {
    const parts = new Set<UnsavedPart>();
    for (const { message } of this.#options.outbox.listOperations()) {
      if (message.type === "comment.create" && message.comment.id === id) parts.add("comment");
      if (message.type === "comment.delete" && message.id === id) parts.add("deletion");
      if (message.type !== "comment.update" || message.id !== id) continue;
      if (message.patch.text !== undefined) parts.add("text");
      if (message.patch.resolved !== undefined) parts.add("resolved");
    }
    return parts;
  }

  /** The whole state as of `version`, a seq. */
  load(comments: readonly Comment[], version: number): void {
    this.#confirmed = new Map(comments.map((comment) => [comment.id, comment]));
    this.#loadedVersion = version;
    this.touch();
  }

  /** A comment as the service has it. A late `ack` may show it as it was. */
  confirm(comment: Comment): void {
    const newest = this.#confirmed.get(comment.id)?.seq ?? this.#loadedVersion + 1;
    if (newest <= comment.seq) this.#confirmed.set(comment.id, comment);
    this.touch();
  }

  /** What waits in the outbox has changed, or what the service has. */
  touch(): void {
    this.#isDirty = true;
  }

  /** Tells of all changes since the last time. */
  publish(): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    const shown = new Map(this.#confirmed);
    const going = new Set<string>();
    for (const operation of this.#options.outbox.listOperations()) {
      this.#apply(shown, operation);
      if (operation.message.type === "comment.delete") going.add(operation.message.id);
    }
    const all = [...shown.values()];
    const threads = new Set(all.map(({ status, reply_to: first }) => status === "active" && first));
    this.#list.set(
      all
        .filter(({ id, status }) => status === "active" || threads.has(id) || going.has(id))
        .sort((a, b) => a.ordinal - b.ordinal),
    );
  }

  #update(id: string, patch: CommentPatch): Saving {
    return this.#add({ type: "comment.update", opId: newId(), id, patch });
  }

  #add(message: Parameters<Outbox["add"]>[0]): Saving {
    const { saved } = this.#options.outbox.add(message);
    this.touch();
    this.publish();
    return { saved };
  }

  #apply(shown: Map<string, Comment>, { message, order }: Operation): void {
    if (message.type === "comment.create") {
      const { id = "", reply_to = null, author = null, ...draft } = message.comment;
      const at = new Date(order).toISOString();
      const by = this.#options.author();
      // The service may have it already, and its answer may be on the way.
      if (shown.has(id)) return;
      shown.set(id, {
        ...draft,
        id,
        document_id: this.#options.documentId,
        reply_to,
        author: by ? by.id : author,
        author_name: by?.name ?? null,
        updated_by: by ? by.id : author,
        resolved: false,
        resolved_by: null,
        resolved_by_name: null,
        resolved_at: null,
        status: "active",
        version: 0,
        seq: 0,
        // Above all that the service numbers: it counts from 1.
        ordinal: order,
        created_at: at,
        updated_at: at,
        edited_at: null,
      });
    }
    const known = "id" in message && shown.get(message.id);
    if (!known) return;
    if (message.type === "comment.delete") shown.set(known.id, { ...known, status: "deleted", text: "" });
    if (message.type !== "comment.update") return;
    const { text = known.text, resolved = known.resolved } = message.patch;
    shown.set(known.id, { ...known, text, resolved });
  }
}
