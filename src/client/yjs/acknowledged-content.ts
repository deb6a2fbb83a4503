import * as Y from "yjs";

/** Updates in the list before it is made one: about a third of a megabyte when people type. */
const UPDATES_MAX = 2_000;

/**
 * Exactly the acknowledged updates, as bytes. The document on the screen holds more than that while somebody types, so
 * snapshots can't be taken of it. A second document that follows each update would cost five times the memory and 10 µs
 * an update. Making one of the bytes when a snapshot is asked for, once in 200 updates, takes 45 ms for 1 MB of text
 * (`bench/yjs-snapshot.ts`). `Y.mergeUpdates` takes longer, and keeps what was deleted.
 */
export class AcknowledgedContent {
  #updates: Uint8Array[] = [];

  replace(updates: readonly Uint8Array[]): void {
    this.#updates = [...updates];
  }

  /** `gc` as in `Y.Doc`. */
  add(update: Uint8Array, gc: boolean): void {
    this.#updates.push(update);
    if (this.#updates.length > UPDATES_MAX) this.encode(gc);
  }

  /** As one update. */
  encode(gc: boolean): Uint8Array {
    const doc = this.toDoc(gc);
    const update = Y.encodeStateAsUpdate(doc);
    doc.destroy();
    this.#updates = [update];
    return update;
  }

  toDoc(gc: boolean): Y.Doc {
    const doc = new Y.Doc({ gc });
    // In one transaction, which is twice as fast.
    doc.transact(() => {
      for (const update of this.#updates) Y.applyUpdate(doc, update);
    });
    return doc;
  }
}
