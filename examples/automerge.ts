import * as Automerge from "@automerge/automerge";
import { connect, type ConnectOptions, type ContentHandler } from "acetate/client";

/**
 * An Automerge document that everyone in the room shares. `show` is called with each new state of it.
 *
 * @example
 * const list = openAutomerge<{ items?: string[] }>(url, documentId, (doc) => render(doc.items ?? []));
 * list.change((doc) => (doc.items ??= []).push("Milk"));
 */
export function openAutomerge<T>(url: string, documentId: string, show: Show<T>, options?: ConnectOptions) {
  let acknowledged = Automerge.init<T>(); // exactly that: snapshots are made of it
  let shown = Automerge.init<T>(); // and what is on its way
  const set = (doc: Automerge.Doc<T>): void => show((shown = doc));
  const apply = (doc: Automerge.Doc<T>, update: Uint8Array) => Automerge.loadIncremental(doc, update);
  const content: ContentHandler = {
    load({ snapshot, updates, replace }) {
      acknowledged = [snapshot ?? [], updates].flat().reduce(apply, Automerge.init<T>());
      set(replace ? Automerge.clone(acknowledged) : Automerge.merge(shown, acknowledged));
    },
    receive(update) {
      acknowledged = apply(acknowledged, update);
      set(apply(shown, update));
    },
    restore: (updates) => set(updates.reduce(apply, shown)),
    // Other edits that are on their way are shown again when they are acknowledged.
    refuse: () => set(Automerge.clone(acknowledged)),
    snapshot: () => Automerge.save(acknowledged),
  };
  const room = connect(url, documentId, { ...options, content });
  const change = (edit: Automerge.ChangeFn<T>): void => {
    const before = Automerge.getHeads(shown);
    set(Automerge.change(shown, edit));
    room.sendContent(Automerge.saveSince(shown, before));
  };
  return { room, change };
}

type Show<T> = (doc: Automerge.Doc<T>) => void;
