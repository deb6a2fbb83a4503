import { BATCH_BODY_MAX_BYTES, BROADCAST_MAX_BYTES } from "../protocol/limits.ts";
import type { Document, DocumentPatch } from "../protocol/model/document.ts";
import type { Person } from "../protocol/model/person.ts";
import type { Version } from "../protocol/model/version.ts";
import type { Event, ServerMessage } from "../protocol/wire/down.ts";
import type { ClientMessageDraft } from "../protocol/wire/up.ts";
import { AcetateError } from "./acetate-error.ts";
import { AnnotationModel } from "./annotations/annotation-model.ts";
import { CommentModel } from "./comments.ts";
import { Content } from "./content.ts";
import { Emitter } from "./emitter.ts";
import { LabelModel } from "./labels.ts";
import { Link } from "./link/link.ts";
import { listenToPage } from "./link/page-events.ts";
import { StateReader, type WholeState } from "./link/state-reader.ts";
import type { Journal } from "./outbox/journal.ts";
import type { OperationMessage, OutboxStore, StoredOperation } from "./outbox/operation.ts";
import { Outbox } from "./outbox/outbox.ts";
import { Ownership } from "./outbox/ownership.ts";
import { Presence } from "./presence.ts";
import { Signal } from "./readable.ts";
import { orCancelled } from "./rest/cancel.ts";
import type { ExportCall, ExportRequest } from "./rest/exports.ts";
import { loadRest } from "./rest/load-rest.ts";
import type { RoomRequests } from "./rest/room-requests.ts";
import type {
  ContentHandler,
  Room,
  RoomEvents,
  RoomStatus,
  Saving,
  Undone,
  UndoHistory,
} from "./room-api.ts";
import type { Service } from "./service.ts";
import { personOf, subjectOf, type TokenSource } from "./token-source.ts";
import { requireSmall, tooLarge } from "./too-large.ts";
import { VersionList } from "./versions.ts";

export interface RoomOptions {
  documentId: string;
  /** The room's address without since and token. The room adds the lineage that the next `since` belongs to. */
  url: URL;
  service: Service;
  tokens: TokenSource;
  name?: string | undefined;
  actorId?: string | undefined;
  hidden?: boolean | undefined;
  store: OutboxStore;
  journal: Journal | null;
  content?: ContentHandler | undefined;
  WebSocket: typeof WebSocket;
}

type ErrorMessage = Extract<ServerMessage, { type: "error" }>;
type AckMessage = Extract<ServerMessage, { type: "ack" }>;

/**
 * Refusals of the connection, not of the operation: it is closed right after, and the operation waits for another one.
 */
const connectionCodes = /^(unauthorized|token_|forbidden_|document_)/;

/** The room that `connect` makes: it hands each message to the part that it is for. */
export class DocumentRoom implements Room {
  readonly documentId: string;
  readonly status: Signal<RoomStatus>;
  readonly document = new Signal<Document | null>(null);
  readonly annotations: AnnotationModel;
  readonly comments: CommentModel;
  readonly labels: LabelModel;
  readonly presence: Presence;
  readonly versions: VersionList;
  readonly history: UndoHistory;
  readonly #options: RoomOptions;
  readonly #events = new Emitter<RoomEvents>();
  readonly #link: Link;
  readonly #reader = new StateReader();
  readonly #outbox: Outbox;
  readonly #ownership: Ownership;
  readonly #content: Content;
  readonly #closing = new AbortController();
  /** Everything up to here is known, and shown (docs/spec.md R3). null: there was no state yet. */
  #seq: number | null = null;
  /** Whose changes these are, by the last token. */
  #user = "";
  /** The service has let this user in: it does not change from now on. */
  #isUserKnown = false;
  /** Whom the service takes for the author, by the token. null: there is none. */
  #author: Person | null = null;
  /** A revert that is told of with the state that comes after it. */
  #reverted: Version | null = null;
  /** Look after each frame, and when something was saved, whether what they wait for is there. */
  readonly #watchers = new Set<() => void>();

  constructor(options: RoomOptions) {
    const { documentId, store, journal, content, actorId } = options;
    this.#options = options;
    this.documentId = documentId;
    this.#ownership = new Ownership({
      store,
      journal,
      scope: () => this.#findScope(),
      likelyScope: actorId === undefined ? null : this.#scopeOf(actorId),
      adopt: (operations) => this.#adopt(operations),
    });
    this.#outbox = new Outbox({
      store: this.#ownership,
      send: (messages) => this.#sendOperations(messages),
      stamp: (message) => this.#content.stamp(this.annotations.stamp(message), this.#seq),
    });
    this.#content = new Content(content, this.#outbox);
    this.annotations = new AnnotationModel({
      documentId,
      author: () => this.#author,
      name: options.name,
      outbox: this.#outbox,
      conflict: (conflict) => this.#events.emit("conflict", conflict),
    });
    this.comments = new CommentModel({
      documentId,
      author: () => this.#author,
      name: options.name,
      outbox: this.#outbox,
    });
    this.labels = new LabelModel(this.#outbox);
    this.history = this.annotations.undoStack;
    this.presence = new Presence((state) => {
      if (!options.hidden) this.#send({ type: "presence", state: { ...state } });
    });
    this.versions = new VersionList({
      requests: () => this.#requests(),
      allSaved: () => this.allSaved(),
      hasSeen: (seq) => this.#until(() => (this.#seq ?? 0) >= seq),
    });
    const opened = this.#outbox.open();
    this.#link = new Link({
      url: options.url,
      tokens: options.tokens,
      enter: async (token) => {
        await opened;
        this.#identify(token);
      },
      since: () => this.#seq,
      receive: (messages) => this.#receive(messages),
      lost: () => this.#lose(),
      WebSocket: options.WebSocket,
    });
    this.status = new Signal<RoomStatus>({ ...this.#link.status.value, storeError: null });
    const showStatus = (): void =>
      this.status.set({ ...this.#link.status.value, storeError: this.#outbox.storeError.value });
    this.#link.status.subscribe(showStatus);
    this.#outbox.storeError.subscribe(showStatus);
    this.unsaved.subscribe(() => this.#tellWatchers());
    listenToPage(
      {
        awake: () => this.#link.check(),
        offline: () => this.#link.goOffline(),
        leave: () => {
          this.#content.flush();
          this.#outbox.flush();
        },
      },
      this.#closing.signal,
    );
    this.#link.connect();
  }

  get unsaved() {
    return this.#outbox.unsaved;
  }

  get refused() {
    return this.#outbox.refused;
  }

  get others() {
    return this.presence.others;
  }

  on<Name extends keyof RoomEvents>(name: Name, listener: (event: RoomEvents[Name]) => void): () => void {
    return this.#events.on(name, listener);
  }

  dismiss(opId: string): void {
    this.#outbox.dismiss(opId);
  }

  async updateDocument(patch: DocumentPatch): Promise<Document> {
    const document = await (await this.#requests()).updateDocument(patch);
    this.#showDocument(document);
    return document;
  }

  undo(): Undone | null {
    return this.annotations.undo("undo");
  }

  redo(): Undone | null {
    return this.annotations.undo("redo");
  }

  gesture<T>(run: () => T, options?: { continues?: boolean }): T {
    return this.annotations.undoStack.gesture(run, options);
  }

  broadcast(payload: Record<string, unknown>): void {
    requireSmall("A broadcast", payload, BROADCAST_MAX_BYTES);
    this.#send({ type: "broadcast", payload });
  }

  sendContent(update: Uint8Array): Saving {
    return this.#content.send(update, this.#seq);
  }

  async export(request: ExportRequest, { signal, ...call }: ExportCall = {}): Promise<Blob> {
    const ending = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    await orCancelled(this.allSaved(), ending);
    const requests = await this.#requests(ending);
    return requests.export(request, call, (listener) => this.on("message", listener));
  }

  allSaved(): Promise<void> {
    return this.#until(() => this.unsaved.value === 0);
  }

  reconnect(): void {
    this.#link.connect();
  }

  disconnect(): void {
    this.#link.disconnect();
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(closedError());
    this.#link.close();
    this.presence.close();
    // The others take over what is left when all of it is in the store.
    void this.#outbox.close(closedError()).finally(() => this.#ownership.close());
    this.#tellWatchers();
  }

  // What the connection brings

  #receive(messages: readonly ServerMessage[]): void {
    for (const message of messages) {
      if (this.#closing.signal.aborted) return;
      this.#events.emit("message", message);
      this.#take(message);
    }
    this.#publish();
    this.#tellWatchers();
  }

  #take(message: ServerMessage): void {
    switch (message.type) {
      case "state":
      case "state_page": {
        const { number } = this.#link;
        // The first part of a large state says already which picture to load.
        if (message.type === "state" && this.#seq === null) this.document.set(message.document);
        // A listener may have asked for another connection.
        if (number !== this.#link.number) return;
        const state = this.#reader.read(message);
        if (state) this.#load(state);
        return;
      }
      case "ack":
        return this.#acknowledge(message);
      case "error":
        return this.#refuse(message);
      case "remote_update":
        this.#content.receive(message.deltaB64, message.seq, false);
        return this.#advance(message.seq);
      case "version.reverted":
        // What it brings comes with the state after it. Until then everything is as it was before, `since` included.
        this.#reverted = message.version;
        return;
      case "reset":
        return this.#reader.reset();
      case "presence":
        return this.presence.receive(message);
      case "broadcast":
        return this.#events.emit("broadcast", message);
      case "snapshot_request":
        return this.#sendSnapshot();
      case "snapshot_ack":
      case "export.progress":
      case "export.finished":
        return;
      case "annotation.created":
      case "annotation.updated":
      case "annotation.deleted":
      case "annotation.batch":
      case "comment.created":
      case "comment.updated":
      case "comment.deleted":
      case "document.updated":
      case "document.deleted":
      case "labels.updated":
      case "version.created":
        this.#takeEvent(message);
        return this.#advance(message.seq);
    }
  }

  /** An event says by its members what has changed. */
  #takeEvent(event: Event): void {
    if ("annotation" in event) this.annotations.receive([event.annotation]);
    if ("annotations" in event) this.annotations.receive(event.annotations ?? []);
    if ("document" in event) this.#showDocument(event.document);
    if ("comment" in event) this.comments.confirm(event.comment);
    if (event.type === "labels.updated") this.labels.confirm(event.labels);
    if (event.type === "version.created") this.versions.add(event.version);
    if (event.type === "version.reverted") this.#reverted = event.version;
  }

  #load(state: WholeState): void {
    const { number } = this.#link;
    this.#seq = state.version;
    // An older service has none, and would refuse what it does not know.
    if (state.lineage) this.#options.url.searchParams.set("lineage", state.lineage);
    this.#content.load(state);
    if (state.resumed) for (const event of state.events) this.#takeEvent(event);
    else {
      this.annotations.load(state.annotations, state.version);
      this.comments.load(state.comments, state.version);
      this.versions.forget();
    }
    this.document.set(state.document);
    this.labels.confirm(state.labels);
    this.presence.join(state.connectionId, state.presence);
    this.#publish();
    if (this.#reverted) this.#events.emit("reverted", this.#reverted);
    this.#reverted = null;
    // A listener may have closed the room, or asked for another connection. After a revert it is live already.
    if (number !== this.#link.number || this.#link.isLive) return;
    this.#isUserKnown = true;
    this.#link.markLive();
    this.presence.resume();
    this.versions.refresh();
    this.#outbox.resume();
  }

  #acknowledge({ opId, seq, annotation, annotations, comment, labels }: AckMessage): void {
    const message = this.#outbox.find(opId)?.operation.message;
    // Of what was sent before the connection was lost, the state has told already.
    if (message?.type === "update" && seq > (this.#seq ?? 0))
      this.#content.receive(message.deltaB64, seq, true);
    if (annotation) this.annotations.acknowledge(opId, annotation);
    if (annotations) this.annotations.receive(annotations);
    if (comment) this.comments.confirm(comment);
    if (labels && seq > (this.#seq ?? 0)) this.labels.confirm(labels);
    this.labels.settle(opId);
    this.#outbox.acknowledge(opId);
    this.#advance(seq);
  }

  #refuse(message: ErrorMessage): void {
    const entry = message.opId === undefined ? undefined : this.#outbox.find(message.opId);
    if (!entry || connectionCodes.test(message.code)) return;
    const { opId } = entry.operation;
    if (message.retryable) return this.#outbox.postpone(opId, message.retryAfterMs);
    this.#refuseForGood(opId, new AcetateError(message.code, message.message, message));
  }

  #refuseForGood(opId: string, error: AcetateError): void {
    const entry = this.#outbox.find(opId);
    if (!entry || this.annotations.refuse(entry, error)) return;
    this.labels.settle(opId);
    this.#content.refuse(entry.operation.message, error);
    const refused = this.#outbox.refuse(opId, error);
    this.comments.touch();
    if (refused) this.#events.emit("refused", refused);
  }

  #advance(seq: number): void {
    this.#seq = Math.max(this.#seq ?? 0, seq);
  }

  #showDocument(document: Document): void {
    const known = this.document.value;
    if (!known || known.version <= document.version) this.document.set(document);
  }

  #lose(): void {
    this.#outbox.pause();
    this.presence.leave();
  }

  #publish(): void {
    this.annotations.publish();
    this.comments.publish();
    this.presence.publish();
  }

  // What goes out

  #send(message: ClientMessageDraft): void {
    this.#link.send([JSON.stringify(message)]);
  }

  #sendOperations(messages: readonly OperationMessage[]): void {
    const texts: string[] = [];
    for (const message of messages) {
      const text = JSON.stringify(this.#content.stamp(message, this.#seq));
      // Nothing of that size is valid. A frame that is too large would end the connection, time and again.
      if (text.length <= BATCH_BODY_MAX_BYTES) texts.push(text);
      else this.#refuseForGood(message.opId, tooLarge("An operation", text.length, BATCH_BODY_MAX_BYTES));
    }
    this.#publish();
    this.#link.send(texts);
  }

  #sendSnapshot(): void {
    const version = this.#seq;
    const snapshotB64 = version === null ? null : this.#content.takeSnapshot(version);
    if (version !== null && snapshotB64 !== null) this.#send({ type: "snapshot", version, snapshotB64 });
  }

  // Whose changes these are

  async #findScope(): Promise<string> {
    const { tokens, actorId } = this.#options;
    let user = actorId;
    try {
      user = this.#userOf(await tokens.get());
    } catch (error) {
      // Offline there may be no token. The application may know who it is all the same.
      if (user === undefined) throw error;
    }
    return this.#scopeOf(user);
  }

  #scopeOf(user: string): string {
    return [this.#options.service.address("/"), this.documentId, user].join(" ");
  }

  /** A token that is somebody else's must not send what this user did. */
  #identify(token: string | null): void {
    const user = this.#userOf(token);
    if (this.#isUserKnown && user !== this.#user) {
      this.#options.tokens.forget();
      throw new AcetateError(
        "token",
        "The token is of another user: close this room, and open the document again",
      );
    }
    this.#user = user;
    this.#author = personOf(token);
  }

  #userOf(token: string | null): string {
    return subjectOf(token) ?? this.#options.actorId ?? "";
  }

  #adopt(operations: readonly StoredOperation[]): void {
    const entries = this.#outbox.adopt(operations);
    this.annotations.adopt(entries);
    this.labels.adopt(entries);
    this.#content.adopt(entries);
    this.comments.touch();
    this.comments.publish();
  }

  /** @param signal ends every call */
  async #requests(signal = this.#closing.signal): Promise<RoomRequests> {
    const { RoomRequests } = await loadRest(signal);
    return new RoomRequests(this.#options.service, this.documentId, signal);
  }

  /** Resolves when `isSo`; rejects when the room is closed. */
  async #until(isSo: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const watcher = (): void => {
      if (isSo()) resolve();
      else if (this.#closing.signal.aborted) reject(closedError());
    };
    this.#watchers.add(watcher);
    watcher();
    await promise.finally(() => this.#watchers.delete(watcher));
  }

  #tellWatchers(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

function closedError(): AcetateError {
  return new AcetateError("closed", "The room was closed");
}
