import * as Y from "yjs";
import { DELTA_MAX_BYTES, SNAPSHOT_MAX_BYTES } from "../../protocol/limits.ts";
import type { ContentHandler } from "../room-api.ts";
import { AcknowledgedContent } from "./acknowledged-content.ts";
import { Gatherer } from "./gatherer.ts";
import { splitUpdate } from "./split-update.ts";

export interface YjsContentOptions {
  /** The origin of transactions that come from the room. */
  origin: unknown;
  /** Sends an update to the room. */
  send: (update: Uint8Array) => void;
  /** There are edits that the room does not know of yet, or no longer any. */
  onGathered: () => void;
  /** `doc` is another one now: what the old one held was reverted or refused. */
  onReplaced: (old: Y.Doc) => void;
}

/** An update that was sent, and is neither acknowledged nor refused. */
interface Pending {
  update: Uint8Array;
  /** The document that it was made in, or that got it since. */
  doc: Y.Doc;
}

/** Keeps a Y.Doc and a room's content the same. */
export class YjsContent implements ContentHandler {
  readonly #options: YjsContentOptions;
  readonly #acknowledged = new AcknowledgedContent();
  readonly #gatherer = new Gatherer<Uint8Array>((updates) => this.#send(Y.mergeUpdates([...updates])));
  #pending: Pending[] = [];
  #isLoaded = false;
  #isRebuildDue = false;
  #doc: Y.Doc;

  constructor(doc: Y.Doc, options: YjsContentOptions) {
    this.#options = options;
    this.#doc = doc;
    doc.on("update", this.#onUpdate);
  }

  get doc(): Y.Doc {
    return this.#doc;
  }

  /** Whether there are edits that the room does not know of yet. */
  get isGathering(): boolean {
    return !this.#gatherer.isEmpty;
  }

  /** Sends now what waits for more. */
  flush(): void {
    this.#gatherer.flush();
  }

  stop(): void {
    this.#doc.off("update", this.#onUpdate);
  }

  load({ snapshot, updates, replace, lost }: Parameters<ContentHandler["load"]>[0]): void {
    const isReplaced = replace && !lost && this.#isLoaded;
    this.#isLoaded = true;
    this.#acknowledged.replace(snapshot ? [snapshot, ...updates] : updates);
    if (isReplaced) return this.#replaceDoc(this.#acknowledged.toDoc(this.#doc.gc));
    const isEmpty = this.#doc.store.clients.size === 0;
    this.#doc.transact(() => {
      if (snapshot) this.#apply(snapshot);
      for (const update of updates) this.#apply(update);
    }, this.#options.origin);
    if (!isEmpty) this.#sendWhatIsUnknown();
  }

  receive(update: Uint8Array, _seq: number, _own: boolean): void {
    this.#acknowledged.add(update, this.#doc.gc);
    const pending = this.#settle(update);
    if (pending?.doc !== this.#doc) this.#apply(update);
  }

  snapshot(): Uint8Array | null {
    if (!this.#isLoaded) return null;
    const snapshot = this.#acknowledged.encode(this.#doc.gc);
    return snapshot.length > SNAPSHOT_MAX_BYTES ? null : snapshot;
  }

  refuse(update: Uint8Array): void {
    const pending = this.#settle(update);
    // Several are often refused at once. What was made before a revert is in a document that is given up already.
    if (this.#isRebuildDue || pending?.doc !== this.#doc) return;
    this.#isRebuildDue = true;
    queueMicrotask(() => this.#rebuild());
  }

  restore(updates: readonly Uint8Array[]): void {
    for (const update of updates) {
      this.#pending.push({ update, doc: this.#doc });
      this.#apply(update);
    }
  }

  readonly #onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin !== this.#options.origin) this.#gather(update);
  };

  #gather(update: Uint8Array): void {
    this.#gatherer.add(update);
    this.#options.onGathered();
  }

  #send(merged: Uint8Array): void {
    for (const update of splitUpdate(merged, DELTA_MAX_BYTES)) {
      this.#pending.push({ update, doc: this.#doc });
      this.#options.send(update);
    }
    this.#options.onGathered();
  }

  #apply(update: Uint8Array): void {
    Y.applyUpdate(this.#doc, update, this.#options.origin);
  }

  /**
   * Sends what the document has and the room has not: what was in it before it was connected, and what a service lost
   * that was brought back from an older copy.
   */
  #sendWhatIsUnknown(): void {
    const known = this.#acknowledged.toDoc(this.#doc.gc);
    for (const { update, doc } of this.#pending) if (doc === this.#doc) Y.applyUpdate(known, update);
    if (!Y.equalSnapshots(Y.snapshot(known), Y.snapshot(this.#doc))) {
      this.#gather(Y.encodeStateAsUpdate(this.#doc, Y.encodeStateVector(known)));
    }
    known.destroy();
  }

  /** Takes the refused updates out of the document: it is made anew of all others. */
  #rebuild(): void {
    this.#isRebuildDue = false;
    this.flush();
    const old = this.#doc;
    const fresh = this.#acknowledged.toDoc(old.gc);
    for (const pending of this.#pending) {
      if (pending.doc !== old) continue;
      pending.doc = fresh;
      Y.applyUpdate(fresh, pending.update, this.#options.origin);
    }
    this.#replaceDoc(fresh);
  }

  #replaceDoc(fresh: Y.Doc): void {
    this.flush();
    const old = this.#doc;
    old.off("update", this.#onUpdate);
    this.#doc = fresh;
    fresh.on("update", this.#onUpdate);
    this.#options.onReplaced(old);
  }

  /** The pending update, which is pending no longer. */
  #settle(update: Uint8Array): Pending | undefined {
    const at = this.#pending.findIndex((pending) => areEqual(pending.update, update));
    return at < 0 ? undefined : this.#pending.splice(at, 1)[0];
  }
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
