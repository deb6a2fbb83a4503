import type { Annotation } from "../../protocol/model/annotation.ts";
import type { Activity, Document } from "../../protocol/model/document.ts";
import type { LabelSet } from "../../protocol/model/label-set.ts";
import { toTimestamp } from "../../protocol/model/scalars.ts";
import type { Entry } from "../entry.ts";
import type { CrdtContent } from "../crdt-content.ts";
import { emptyLabelSet } from "../label-sets.ts";
import { AnnotationStore } from "./annotations.ts";
import { CommentStore } from "./comments.ts";
import { CommitLog } from "./commit-log.ts";
import { CommitPacker } from "./commit-packer.ts";
import { Compactor } from "./compactor.ts";
import { ContributorStore } from "./contributors.ts";
import { DocumentStore } from "./documents.ts";
import { type EventMark, iterateEventSizes, listEvents } from "./event-marks.ts";
import { LabelStore } from "./labels.ts";
import { LineageStore } from "./lineage.ts";
import { MetaStore } from "./meta.ts";
import { OpenExportStore } from "./open-exports.ts";
import { DedupeStore } from "./dedupe.ts";
import { OutboxStore } from "./outbox.ts";
import { createSchema, migrateSchema, readSchemaVersion } from "./schema.ts";
import { SnapshotStore } from "./snapshots.ts";
import { UpdateStore } from "./updates.ts";
import { VersionStore } from "./versions.ts";

/**
 * Everything that one document's object has stored. It is synchronous; writes happen inside the committer's
 * transaction. What every change reads (the head, the present document, the last reverts) is kept in memory too. A
 * write that fails aborts the object, so memory never runs ahead of storage (I1).
 */
export class RoomStore {
  readonly meta: MetaStore;
  readonly annotations: AnnotationStore;
  readonly comments: CommentStore;
  readonly updates: UpdateStore;
  readonly snapshots: SnapshotStore;
  readonly versions: VersionStore;
  readonly dedupe: DedupeStore;
  readonly outbox: OutboxStore;
  readonly openExports: OpenExportStore;
  readonly lineage: LineageStore;
  readonly #contributors: ContributorStore;
  readonly #documents: DocumentStore;
  readonly #labels: LabelStore;
  readonly #log: CommitLog;
  readonly #packer: CommitPacker;
  readonly #compactor: Compactor;
  readonly #sql: SqlStorage;
  #documentId = "";
  /** Content that is being sent to someone, page by page. Compaction leaves it in place. */
  pinned: CrdtContent | null = null;
  #memory: Memory | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    const documentId = () => this.#documentId;
    this.#log = new CommitLog(sql);
    this.meta = new MetaStore(sql);
    this.#packer = new CommitPacker(sql, this.meta);
    this.#documents = new DocumentStore(sql, documentId);
    this.#labels = new LabelStore(sql);
    this.annotations = new AnnotationStore(sql, documentId);
    this.comments = new CommentStore(sql, documentId);
    this.#contributors = new ContributorStore(sql, this.meta);
    this.updates = new UpdateStore(sql, this.#log);
    this.snapshots = new SnapshotStore(sql);
    this.versions = new VersionStore(sql, documentId);
    this.dedupe = new DedupeStore(sql, this.#log, this.meta);
    this.outbox = new OutboxStore(sql);
    this.openExports = new OpenExportStore(sql);
    this.lineage = new LineageStore(sql);
    this.#compactor = new Compactor(this);
  }

  /** The object has woken up: brings older tables up to date and reads what is kept in memory. Inside a transaction. */
  load(): void {
    if (readSchemaVersion(this.#sql) === 0) return;
    migrateSchema(this.#sql);
    this.#documentId = this.meta.documentId;
    const head = this.#readHead();
    const document = this.#documents.read(head);
    this.#memory = {
      head,
      document,
      labelSet: this.#labels.readAt(head, document),
      content: this.meta.content,
      minIat: this.meta.minIat,
      lastCrdtRevert: this.versions.lastCrdtRevert(),
      resumeBarrier: this.versions.resumeBarrier(),
      compactedThrough: this.meta.compactedThrough,
      tail: 0,
    };
    this.#memory.tail = this.#countTail();
    this.lineage.load(head);
    this.dedupe.load();
    // The catalog has no numbers of the comments that an older service took.
    if (this.#contributors.load()) this.outbox.mark("document", document.id, document.seq);
    this.maintain(Infinity);
    const { minIat } = this.#memory;
    // An older version of the service revoked tokens and did not tell the catalog.
    if (minIat > 0 && this.meta.markedMinIat < minIat) this.#markRevocation(minIat);
  }

  /** Makes the tables for a new document, never for an unknown id. The first entry must follow. */
  create(document: Document, createHash: string, content: CrdtContent): void {
    createSchema(this.#sql);
    this.meta.documentId = document.id;
    this.meta.createHash = createHash;
    this.#documentId = document.id;
    this.#contributors.load();
    this.#memory = {
      head: 0,
      document,
      labelSet: emptyLabelSet(document.id, document.created_at),
      content,
      minIat: 0,
      lastCrdtRevert: 0,
      resumeBarrier: 0,
      compactedThrough: 0,
      tail: 0,
    };
  }

  /** Whether there is a document. If not, nothing else here may be used. */
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
  /** The present document, deleted or not, with the head as its `seq`. */
  get document(): Document {
    const { document, head } = this.#state;
    return document.seq === head ? document : { ...document, seq: head };
  }
  /** The present label set. */
  get labelSet(): LabelSet {
    return this.#state.labelSet;
  }
  /** What is on the document, in numbers. */
  get activity(): Activity {
    const times = [
      Date.parse(this.#state.document.updated_at),
      this.annotations.lastChangedAt() ?? 0,
      this.comments.lastChangedAt() ?? 0,
    ];
    return {
      annotation_count: this.annotations.countActive(),
      open_thread_count: this.comments.countOpenThreads(),
      contributor_count: this.#contributors.count,
      changed_at: toTimestamp(Math.max(...times)),
    };
  }
  get content(): CrdtContent {
    return this.#state.content;
  }
  /** The seq of the last revert that changed CRDT content; 0: none. Updates and snapshots made before it are stale. */
  get lastCrdtRevert(): number {
    return this.#state.lastCrdtRevert;
  }
  /** The highest seq of an update that compaction dropped. */
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

  /** The catalog must get it, since lists over all documents obey revocations too. */
  #markRevocation(minIat: number): void {
    this.outbox.mark("revocation", this.#documentId, Math.round(minIat * 1000));
    this.meta.markedMinIat = minIat;
  }
  /**
   * The seq of the last revert that events can't carry a client over, since it changed CRDT content or was too large
   * for one message; 0: none. Nobody can resume from before it.
   */
  get resumeBarrier(): number {
    return this.#state.resumeBarrier;
  }

  /** About how many bytes came after `since`, row by row, without reading them and in no order. */
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

  readLabelSetAt(seq: number): LabelSet {
    return this.#labels.readAt(seq, this.#state.document);
  }

  readAnnotation(id: string): Annotation | null {
    return this.annotations.read(id);
  }

  /**
   * Stores one entry, and marks what the catalog must get. It has neither CRDT updates nor comments, but it has numbers
   * of comments in the document's row.
   */
  record(entry: Entry): void {
    const state = this.#state;
    const { seq } = entry;
    if (seq !== state.head + 1) throw new Error(`seq ${seq} does not follow the head ${state.head}`);
    state.head = seq;
    this.lineage.record(seq);
    switch (entry.kind) {
      case "update":
        this.updates.write({ seq, deltaB64: entry.deltaB64, actorId: entry.actorId });
        state.tail++;
        return;
      case "document":
        this.#writeDocument(entry.document);
        return;
      case "labels":
        this.#writeLabelSet(entry.labelSet);
        return;
      case "annotations":
        entry.annotations.forEach((annotation, index) => {
          this.#writeAnnotation(annotation, entry.batch ? index : null);
        });
        return;
      case "comment":
        this.comments.write(entry.comment);
        this.#contributors.note(entry.comment.updated_by);
        this.outbox.mark("document", this.#documentId, seq);
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

  /** The end of a transaction: writes the commit's row. */
  seal(): void {
    this.#log.seal();
  }

  #recordRevert(entry: Extract<Entry, { kind: "revert" }>): void {
    const { seq, crdtChanged, inline } = entry;
    this.#writeDocument(entry.document);
    if (entry.labelSet) this.#writeLabelSet(entry.labelSet);
    this.comments.forgetOpenThreads();
    const { updated_at: at, updated_by: id, updated_by_name: name } = entry.document;
    const change = { at: Date.parse(at), by: { id, name } };
    entry.restored.forEach((restoration, index) => {
      this.annotations.restore(restoration, seq, index, change);
      this.outbox.mark("annotation", restoration.id, seq);
    });
    if (entry.restored.length > 0) this.#contributors.note(id);
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

  /** The catalog has no use for it: lists don't show it. */
  #writeLabelSet(labelSet: LabelSet): void {
    this.#labels.write(labelSet);
    this.#state.labelSet = labelSet;
  }

  #writeAnnotation(annotation: Annotation, position: number | null): void {
    if (this.annotations.write(annotation, position)) this.comments.forgetOpenThreads();
    this.#contributors.note(annotation.updated_by);
    this.outbox.mark("annotation", annotation.id, annotation.seq);
  }

  /** Makes a snapshot the start of the present content, and drops what nothing needs any more. */
  recordSnapshot(
    version: number,
    bytes: Uint8Array<ArrayBuffer>,
    actorId: string,
    now: number,
    content: CrdtContent,
  ): void {
    this.snapshots.write(version, bytes, actorId, now);
    this.#setContent(content, this.content);
    this.dedupe.moveIfDue();
    const dropped = this.#compactor.run(this.content, this.pinned, this.head);
    if (dropped > this.compactedThrough) {
      this.meta.compactedThrough = dropped;
      this.#state.compactedThrough = dropped;
    }
    this.#packer.pack(this.dedupe.indexedThrough);
    this.#state.tail = this.#countTail();
  }

  /** Whether `maintain` has something to do. */
  get needsMaintenance(): boolean {
    return this.dedupe.isDue || this.#packer.isDue;
  }

  /**
   * Moves opIds into the index if there are enough of them, and packs the commits that held them. Else a document
   * without snapshots would keep a row for each change. Inside a transaction.
   * @param most see `CommitPacker.pack`
   */
  maintain(most: number): void {
    if (!this.needsMaintenance) return;
    this.dedupe.moveIfDue();
    this.#packer.pack(this.dedupe.indexedThrough, most);
  }

  /** Whether a content is still there in full: the present one is, and the one before the last snapshot. */
  keeps(content: CrdtContent): boolean {
    const text = JSON.stringify(content);
    return [this.content, this.meta.previousContent].some((kept) => JSON.stringify(kept) === text);
  }

  #setContent(content: CrdtContent, previous: CrdtContent | null): void {
    this.meta.content = content;
    this.meta.previousContent = previous;
    this.#state.content = content;
  }

  /** How many updates of the present content came after its snapshot: what a join has to replay. */
  get tail(): number {
    return this.#state.tail;
  }

  #countTail(): number {
    const { content, head } = this.#state;
    return content.ranges.reduce((sum, { from, to }) => sum + this.updates.count(from, to ?? head), 0);
  }

  /** The head is not stored: it is the highest seq of any row. If updates were dropped, a snapshot has a later one. */
  #readHead(): number {
    const { head } = this.#sql
      .exec<{ head: number }>(
        `SELECT MAX(
           (SELECT IFNULL(MAX(seq), 0) FROM document_rows),
           (SELECT IFNULL(MAX(seq), 0) FROM label_rows),
           (SELECT IFNULL(MAX(seq), 0) FROM annotation_rows),
           (SELECT IFNULL(MAX(seq), 0) FROM comment_rows),
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
  labelSet: LabelSet;
  content: CrdtContent;
  minIat: number;
  lastCrdtRevert: number;
  resumeBarrier: number;
  compactedThrough: number;
  tail: number;
}
