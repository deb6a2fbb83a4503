import type { Annotation } from "../../protocol/model/annotation.ts";
import type { Document } from "../../protocol/model/document.ts";
import type { Entry } from "../entry.ts";
import { type Content, unneededRanges } from "../crdt-content.ts";
import { AnnotationStore } from "./annotations.ts";
import { CommitLog } from "./commit-log.ts";
import { CommitPacker } from "./commit-packer.ts";
import { DocumentStore } from "./documents.ts";
import { type EventMark, iterateEventSizes, listEvents } from "./event-marks.ts";
import { MetaStore } from "./meta.ts";
import { OpenExportStore } from "./open-exports.ts";
import { DedupeStore } from "./dedupe.ts";
import { OutboxStore } from "./outbox.ts";
import { createSchema, migrateSchema, readSchemaVersion } from "./schema.ts";
import { SnapshotStore } from "./snapshots.ts";
import { UpdateStore } from "./updates.ts";
import { VersionStore } from "./versions.ts";

/**
 * Everything one document's object has stored. Synchronous; writes happen inside the committer's transaction.
 * What is read at every change (the head, the present document, the last reverts) is kept in memory beside it: a write
 * that fails aborts the object, so memory never runs ahead of storage (I1).
 */
export class RoomStore {
  readonly meta: MetaStore;
  readonly annotations: AnnotationStore;
  readonly updates: UpdateStore;
  readonly snapshots: SnapshotStore;
  readonly versions: VersionStore;
  readonly dedupe: DedupeStore;
  readonly outbox: OutboxStore;
  readonly openExports: OpenExportStore;
  readonly #documents: DocumentStore;
  readonly #log: CommitLog;
  readonly #packer: CommitPacker;
  readonly #sql: SqlStorage;
  #documentId = "";
  /** Content that is being sent to someone, page by page: compaction leaves it in place. */
  pinned: Content | null = null;
  #memory: Memory | null = null;
  /** How far compaction has come: by the time before the last one, and by the last one. Unknown after waking up. */
  #compacted = { before: 0, last: 0 };

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    const documentId = () => this.#documentId;
    this.#log = new CommitLog(sql);
    this.meta = new MetaStore(sql);
    this.#packer = new CommitPacker(sql, this.meta);
    this.#documents = new DocumentStore(sql, documentId);
    this.annotations = new AnnotationStore(sql, documentId);
    this.updates = new UpdateStore(sql, this.#log);
    this.snapshots = new SnapshotStore(sql);
    this.versions = new VersionStore(sql, documentId);
    this.dedupe = new DedupeStore(sql, this.#log, this.meta);
    this.outbox = new OutboxStore(sql);
    this.openExports = new OpenExportStore(sql);
  }

  /** Wakes up: brings older tables up to date and reads what is kept in memory. Call it inside a transaction. */
  load(): void {
    if (readSchemaVersion(this.#sql) === 0) return;
    migrateSchema(this.#sql);
    this.#documentId = this.meta.documentId;
    const head = this.#readHead();
    this.#memory = {
      head,
      document: this.#documents.read(head),
      content: this.meta.content,
      minIat: this.meta.minIat,
      lastCrdtRevert: this.versions.lastCrdtRevert(),
      resumeBarrier: this.versions.resumeBarrier(),
      compactedThrough: this.meta.compactedThrough,
      tail: 0,
    };
    this.#memory.tail = this.#countTail();
    this.dedupe.load();
    this.maintain(Infinity);
    const { minIat } = this.#memory;
    // An older service has revoked tokens and told no catalog.
    if (minIat > 0 && this.meta.markedMinIat < minIat) this.#markRevocation(minIat);
  }

  /** Makes the tables for a new document: never for an unknown id. The first entry must follow. */
  create(document: Document, createHash: string, content: Content): void {
    createSchema(this.#sql);
    this.meta.documentId = document.id;
    this.meta.createHash = createHash;
    this.#documentId = document.id;
    this.#memory = {
      head: 0,
      document,
      content,
      minIat: 0,
      lastCrdtRevert: 0,
      resumeBarrier: 0,
      compactedThrough: 0,
      tail: 0,
    };
  }

  /** Whether there is a document: nothing else may be asked before. */
  get exists(): boolean {
    return this.#memory !== null;
  }

  get #state(): Memory {
    if (!this.#memory) throw new Error("The document does not exist");
    return this.#memory;
  }

  get documentId(): string {
    return this.#documentId;
  }
  /** The seq of the last change. */
  get head(): number {
    return this.#state.head;
  }
  /** The present document, deleted or not; its `seq` is the head. */
  get document(): Document {
    const { document, head } = this.#state;
    return document.seq === head ? document : { ...document, seq: head };
  }
  get content(): Content {
    return this.#state.content;
  }
  /** The last revert that changed CRDT content: updates and snapshots made before it are stale. 0: none. */
  get lastCrdtRevert(): number {
    return this.#state.lastCrdtRevert;
  }
  /** The highest seq of an update that is gone. */
  get compactedThrough(): number {
    return this.#state.compactedThrough;
  }
  get minIat(): number {
    return this.#memory?.minIat ?? 0;
  }
  set minIat(seconds: number) {
    this.meta.minIat = seconds;
    this.#markRevocation(seconds);
    this.#state.minIat = seconds;
  }

  /** The catalog must hear of it: lists over all documents obey it, too. */
  #markRevocation(minIat: number): void {
    this.outbox.mark("revocation", this.#documentId, Math.round(minIat * 1000));
    this.meta.markedMinIat = minIat;
  }
  /** The last revert that messages can't carry a client over; 0: none. */
  get resumeBarrier(): number {
    return this.#state.resumeBarrier;
  }

  /** Bytes of what came after `since`, about, row by row and without reading it, in no order. */
  *iterateMissedSizes(since: number): Generator<number> {
    yield* iterateEventSizes(this.#sql, since);
    yield* this.updates.iterateSizes(since, this.head);
  }

  /** The events in `(from, to]`, ascending, at most `limit`. */
  listEvents(from: number, to: number, limit?: number): EventMark[] {
    return listEvents(this.#sql, from, to, limit);
  }

  readDocumentAt(seq: number): Document | null {
    return this.#documents.readAt(seq);
  }

  readAnnotation(id: string): Annotation | null {
    return this.annotations.read(id);
  }

  /** Stores one step, and notes what the catalog must hear of: CRDT updates are not projected. */
  record(entry: Entry): void {
    const state = this.#state;
    const { seq } = entry;
    if (seq !== state.head + 1) throw new Error(`seq ${seq} does not follow the head ${state.head}`);
    state.head = seq;
    switch (entry.kind) {
      case "update":
        this.updates.write({ seq, deltaB64: entry.deltaB64, actorId: entry.actorId });
        state.tail++;
        return;
      case "document":
        this.#writeDocument(entry.document);
        return;
      case "annotations":
        entry.annotations.forEach((annotation, index) => {
          this.#writeAnnotation(annotation, entry.batch ? index : null);
        });
        return;
      case "version":
        this.versions.write(entry.version, entry.content);
        this.outbox.mark("version", entry.version.id, seq);
        return;
      case "revert":
        this.#recordRevert(entry);
        return;
    }
  }

  /** The end of a transaction: writes what waited for more of its kind. */
  seal(): void {
    this.#log.seal();
  }

  #recordRevert(entry: Extract<Entry, { kind: "revert" }>): void {
    const { seq, crdtChanged, inline } = entry;
    this.#writeDocument(entry.document);
    const now = Date.parse(entry.document.updated_at);
    entry.restored.forEach((restoration, index) => {
      this.annotations.restore(restoration, seq, index, now);
      this.outbox.mark("annotation", restoration.id, seq);
    });
    this.versions.writeRevert({ seq, versionId: entry.version.id, crdtChanged, inline });
    if (crdtChanged) {
      this.#setContent(entry.content, null);
      this.#state.lastCrdtRevert = seq;
      this.#state.tail = this.#countTail();
    }
    if (crdtChanged || !inline) this.#state.resumeBarrier = seq;
  }

  #writeDocument(document: Document): void {
    this.#documents.write(document);
    this.#state.document = document;
    this.outbox.mark("document", document.id, document.seq);
  }

  #writeAnnotation(annotation: Annotation, position: number | null): void {
    this.annotations.write(annotation, position);
    this.outbox.mark("annotation", annotation.id, annotation.seq);
  }

  /** Takes a snapshot as the start of the present content, and drops what nothing needs any more. */
  recordSnapshot(
    version: number,
    bytes: Uint8Array<ArrayBuffer>,
    actorId: string,
    now: number,
    content: Content,
  ): void {
    this.snapshots.write(version, bytes, actorId, now);
    this.#setContent(content, this.content);
    this.dedupe.moveIfDue();
    this.#compact();
    this.#packer.pack(this.dedupe.indexedThrough);
    this.#state.tail = this.#countTail();
  }

  /** Whether `tidy` has something to do. */
  get needsMaintenance(): boolean {
    return this.dedupe.isDue || this.#packer.isDue;
  }

  /**
   * Moves opIds into the index where there are enough of them, and makes the commits they lay in smaller: a document without
   * snapshots must not keep a row for each change. Inside a transaction.
   * @param most see `CommitPacker.pack`
   */
  maintain(most: number): void {
    if (!this.needsMaintenance) return;
    this.dedupe.moveIfDue();
    this.#packer.pack(this.dedupe.indexedThrough, most);
  }

  /** Whether all of a content that was the present one of late is still there: that of the last two snapshots is. */
  keeps(content: Content): boolean {
    const text = JSON.stringify(content);
    return [this.content, this.meta.previousContent].some((kept) => JSON.stringify(kept) === text);
  }

  #setContent(content: Content, previous: Content | null): void {
    this.meta.content = content;
    this.meta.previousContent = previous;
    this.#state.content = content;
  }

  /**
   * Drops updates and snapshots that neither the present, the content before its last snapshot nor a version needs. Updates
   * whose opIds are not in the index yet stay until they are. What lies below `#compacted` was looked at before.
   */
  #compact(): void {
    const state = this.#state;
    const previous = this.meta.previousContent;
    const { pinned } = this;
    const contents = [
      state.content,
      ...(previous ? [previous] : []),
      ...(pinned ? [pinned] : []),
      ...this.versions.contents(),
    ];
    const { indexedThrough } = this.dedupe;
    for (const { from, to } of unneededRanges(contents, state.head)) {
      if (to <= this.#compacted.before) continue;
      const last = this.updates.drop(Math.max(from, this.#compacted.before), to, indexedThrough);
      if (last > state.compactedThrough) {
        this.meta.compactedThrough = last;
        state.compactedThrough = last;
      }
    }
    const needed = new Set(contents.flatMap(({ snapshot }) => snapshot ?? []));
    this.snapshots.dropExcept(needed, this.#compacted.before);
    // What is left for somebody goes the time after.
    if (pinned) return;
    // A row may reach over the start of what is needed now: it goes the time after. So the next look begins one time earlier.
    const start = Math.min(indexedThrough, previous?.snapshot ?? 0);
    this.#compacted = { before: this.#compacted.last, last: start };
  }

  /** Updates since the last snapshot of the present content: what a join has to replay. */
  get tail(): number {
    return this.#state.tail;
  }

  #countTail(): number {
    const { content, head } = this.#state;
    return content.ranges.reduce((sum, { from, to }) => sum + this.updates.count(from, to ?? head), 0);
  }

  /** The head is not stored: it is the highest seq of any row. Updates may be compacted, but then a snapshot is later. */
  #readHead(): number {
    const { head } = this.#sql
      .exec<{ head: number }>(
        `SELECT MAX(
           (SELECT IFNULL(MAX(seq), 0) FROM document_rows),
           (SELECT IFNULL(MAX(seq), 0) FROM annotation_rows),
           (SELECT IFNULL(MAX(seq), 0) FROM commits),
           (SELECT IFNULL(MAX(seq), 0) FROM versions),
           (SELECT IFNULL(MAX(version), 0) FROM snapshots)
         ) AS head`,
      )
      .one();
    return head;
  }
}

interface Memory {
  head: number;
  document: Document;
  content: Content;
  minIat: number;
  lastCrdtRevert: number;
  resumeBarrier: number;
  compactedThrough: number;
  tail: number;
}
