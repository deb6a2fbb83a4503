import type { Annotation, AnnotationDraft, AnnotationPatch } from "../protocol/model/annotation.ts";
import type { Comment, CommentDraft } from "../protocol/model/comment.ts";
import type { Document, DocumentPatch } from "../protocol/model/document.ts";
import type { LabelDefinitionDraft, LabelSet } from "../protocol/model/label-set.ts";
import type { Person } from "../protocol/model/person.ts";
import type { Version } from "../protocol/model/version.ts";
import type { BroadcastEvent, PresenceEntry, ServerMessage } from "../protocol/wire/down.ts";
import type { AcetateError } from "./acetate-error.ts";
import type { OperationMessage } from "./outbox/operation.ts";
import type { Readable } from "./readable.ts";
import type { ExportCall, ExportRequest } from "./rest/exports.ts";

/**
 * - `connecting`: on the way to the document's state.
 * - `live`: what is shown is what the service has, and what is yours on top.
 * - `offline`: not connected. The next try is at `retryAt`; null: after `disconnect` there is none.
 * - `refused`: the service does not let this client in; `error` says why. It does not try again by itself: call
 *   `reconnect` when the reason is gone.
 * - `closed`: `close` was called.
 */
export type RoomState = "connecting" | "live" | "offline" | "refused" | "closed";

export interface RoomStatus {
  state: RoomState;
  /** Why it is offline or refused. A token function that failed is here, with the code `token`. */
  error: AcetateError | null;
  /** When it tries to connect again, in ms since the epoch. null: it does not, or it is connected. */
  retryAt: number | null;
  /**
   * Why what is unsaved can't be kept over a crash of this program, with the code `store`. It is sent all the same, and
   * the store is tried again. null: it is kept.
   */
  storeError: AcetateError | null;
}

/** An operation that the service refused for good. It is kept, over reloads too, until it is dismissed. */
export interface RefusedOperation {
  opId: string;
  /** What was to be done. */
  message: OperationMessage;
  error: AcetateError;
}

/** Another person and this one changed the same field at about the same time. */
export interface Conflict {
  annotationId: string;
  /** As in `text`, `geometry`, `style.stroke` or `properties.task`. */
  field: string;
  /** What this client had set. */
  mine: unknown;
  /** What the other client had set. */
  theirs: unknown;
  /**
   * Who set it. null: that is not known, as where this client was away for so long that it got the whole state. May be
   * this person, with another client.
   */
  by: Person | null;
  /** Whose value the document has now: that of the later acknowledgement. */
  kept: "mine" | "theirs";
}

export interface RoomEvents {
  refused: RefusedOperation;
  conflict: Conflict;
  /** Someone else told something (`broadcast`). */
  broadcast: BroadcastEvent;
  /** A version became the present again. `annotations` and `document` show it already. */
  reverted: Version;
  /** Each message from the service, in order, before the room acts on it: for logs and tests. */
  message: ServerMessage;
}

/** A change that is on its way. */
export interface Saving {
  /**
   * Resolves when the change is durable. Rejects with `AcetateError` when it was refused, or with the code `closed`
   * when the room was closed before; then the store keeps it. It may be ignored.
   */
  saved: Promise<void>;
}

export interface Creation extends Saving {
  /** The id of the annotation or the comment, for good. */
  id: string;
}

/**
 * Fields to change, or a function that makes them of the annotation as it is: it may be called again, so keep it pure.
 */
export type AnnotationEdit = AnnotationPatch | ((annotation: Annotation) => AnnotationPatch);

/**
 * The active annotations in drawing order: by `z_index`, then by `ordinal`. Changes of this client show at once, on top
 * of what the service has, and are taken back where the service refuses them.
 */
export interface Annotations extends Readable<readonly Annotation[]> {
  /** Deleted ones are undefined. */
  get(id: string): Annotation | undefined;
  /** Whether the service has everything that this client did to it. */
  isSaved(id: string): boolean;
  create(draft: AnnotationDraft): Creation;
  /** Throws `annotation_not_found` where there is none to change. */
  update(id: string, edit: AnnotationEdit): Saving;
  delete(id: string): Saving;
  /** Brings a deleted annotation back. */
  restore(id: string): Saving;
}

/**
 * The comments on the document's annotations, in the order in which they were made. Those of deleted annotations are
 * among them, since they come back with these. So is a deleted one whose thread goes on, or whose deletion is not
 * durable yet. What this client does shows at once, and is taken back where the service refuses it.
 */
export interface Comments extends Readable<readonly Comment[]> {
  /** Starts a thread, or continues the one that `reply_to` names. */
  create(draft: CommentDraft): Creation;
  /** Changes the text of an own comment. */
  edit(id: string, text: string): Saving;
  /** It loses its text. Replies to it stay. */
  delete(id: string): Saving;
  /** Settles a thread, by its first comment. */
  resolve(id: string): Saving;
  reopen(id: string): Saving;
  /** What this client did to a comment that the service does not have yet. The list is told anew when that changes. */
  unsaved(id: string): ReadonlySet<UnsavedPart>;
}

/**
 * What of a comment the service does not have yet: all of it, its text, whether it is settled, or that it is deleted.
 */
export type UnsavedPart = "comment" | "text" | "resolved" | "deletion";

/** The document's label set, with what this client has set on top. null: not known yet. */
export interface Labels extends Readable<LabelSet | null> {
  /** Replaces the whole list. Where somebody else replaces it, too, the later one counts. */
  set(labels: readonly LabelDefinitionDraft[]): Saving;
}

export interface OwnPresence extends Readable<Readonly<Record<string, unknown>>> {
  /** Shows `state` to the others instead of what was shown before. Sent 20 times a second at most. */
  set(state: Record<string, unknown>): void;
  /** The same, with other members kept. */
  update(state: Record<string, unknown>): void;
}

/** The versions of the document, newest first. They are read when somebody first subscribes, and kept up to date. */
export interface Versions extends Readable<readonly Version[]> {
  /** Waits until everything is saved, so that the version has it. */
  create(label?: string): Promise<Version>;
  /** Makes a version the present again. What was there before is kept as an automatic version. */
  revert(id: string): Promise<Version>;
}

/** What `undo` and `redo` did. */
export interface Undone {
  /** Annotations that were changed. */
  annotationIds: string[];
  /** Fields that stay as they are, because somebody else has changed them meanwhile. */
  kept: { annotationId: string; field: string }[];
}

/** Undo and redo of this client's own changes to annotations, gesture by gesture. */
export interface UndoHistory {
  readonly canUndo: Readable<boolean>;
  readonly canRedo: Readable<boolean>;
}

/**
 * The CRDT content, for adapters to a CRDT library. Deltas are opaque bytes.
 */
export interface ContentHandler {
  /**
   * A whole state: `snapshot`, then `updates`, hold everything acknowledged up to `seq`. `replace`: forget what you had
   * (there was a revert, or the service was given an older state); otherwise merge. `lost`: the latter. The service
   * lacks what it had acknowledged since, so a handler that can tell what that is may also merge, and send it again.
   */
  load(state: {
    seq: number;
    snapshot: Uint8Array | null;
    updates: readonly Uint8Array[];
    replace: boolean;
    lost: boolean;
  }): void;
  /**
   * An update was acknowledged: someone else's, or, with `own`, this client's. In the order of `seq`. What `load`
   * brought is not told again.
   */
  receive(update: Uint8Array, seq: number, own: boolean): void;
  /**
   * A snapshot of exactly the acknowledged updates up to `seq`, which is the last one that `load` or `receive` told of,
   * or of a later change that is none of content. null: not now.
   */
  snapshot?(seq: number): Uint8Array | null;
  /** An update was refused: what it did is to be taken back. `refused` of the room tells of it too. */
  refuse?(update: Uint8Array, error: AcetateError): void;
  /** Sends now what waits for more: the page may be closed at any moment. */
  flush?(): void;
  /** Updates that an earlier client left in the outbox, and that are not acknowledged yet. */
  restore?(updates: readonly Uint8Array[]): void;
}

/**
 * A document that is open: it shows what the service has and what this client does, keeps itself connected, and loses
 * nothing of what was done, whatever the network does.
 */
export interface Room {
  readonly documentId: string;
  readonly status: Readable<RoomStatus>;
  /** Changes that are not durable yet. */
  readonly unsaved: Readable<number>;
  /** What was refused for good, oldest first. */
  readonly refused: Readable<readonly RefusedOperation[]>;
  /** Forgets a refused operation. */
  dismiss(opId: string): void;
  /** null: not known yet. */
  readonly document: Readable<Document | null>;
  updateDocument(patch: DocumentPatch): Promise<Document>;
  readonly annotations: Annotations;
  readonly comments: Comments;
  readonly labels: Labels;
  readonly presence: OwnPresence;
  /** Connections that are present, without this one. */
  readonly others: Readable<readonly PresenceEntry[]>;
  readonly versions: Versions;
  readonly history: UndoHistory;
  /** null: there is nothing to undo. */
  undo(): Undone | null;
  redo(): Undone | null;
  /**
   * All changes that `run` makes are one step of undo.
   *
   * @param options.continues they belong to the gesture before, if nothing was done since: one that had to wait for an
   *   answer goes on so
   */
  gesture<T>(run: () => T, options?: { continues?: boolean }): T;
  /** Tells everyone who is here now; nobody is told later. 4 KiB at most. Lost while not live. */
  broadcast(payload: Record<string, unknown>): void;
  /** Sends a CRDT update. With a `content` handler only. */
  sendContent(update: Uint8Array): Saving;
  /** Waits until everything is saved, renders the document on the service, and returns the file. */
  export(request: ExportRequest, call?: ExportCall): Promise<Blob>;
  /** Resolves when nothing is unsaved. */
  allSaved(): Promise<void>;
  on<Name extends keyof RoomEvents>(name: Name, listener: (event: RoomEvents[Name]) => void): () => void;
  /** Connects now, whatever the status is. */
  reconnect(): void;
  /** Goes offline until `reconnect`, for whoever wants to work undisturbed. What is done meanwhile is kept. */
  disconnect(): void;
  /** Leaves. What is unsaved stays in the store. */
  close(): void;
}
