import * as Automerge from "@automerge/automerge";
import { connect, type ConnectOptions, type ContentHandler } from "acetate/client";

/**
 * An Automerge document that everyone in the room shares. `show` is called with each new state of it.
 *
 * @example
 * const list = openAutomerge<{ items?: string[] }>(url, documentId, (doc) => render(doc.items ?? []));
 * list.change((doc) => (doc.items ??= []).push("Milk"));
 */
export function openAutomerge<T>(
  url: string | URL,
  documentId: string,
  show: (doc: Automerge.Doc<T>) => void,
  options: ConnectOptions = {},
) {
  let acknowledged = Automerge.init<T>(); // exactly that: snapshots are made of it
  let shown = Automerge.init<T>(); // and what is on its way
  const merge = (update: Uint8Array): void => show((shown = Automerge.loadIncremental(shown, update)));
  const content: ContentHandler = {
    load({ snapshot, updates, replace }) {
      acknowledged = Automerge.init<T>();
      for (const part of [snapshot ?? [], updates].flat()) {
        acknowledged = Automerge.loadIncremental(acknowledged, part);
      }
      shown = replace ? Automerge.clone(acknowledged) : Automerge.merge(shown, acknowledged);
      show(shown);
    },
    receive(update) {
      acknowledged = Automerge.loadIncremental(acknowledged, update);
      merge(update);
    },
    restore: (updates) => updates.forEach(merge),
    // Other edits that are on their way are shown again when they are acknowledged.
    refuse: () => show((shown = Automerge.clone(acknowledged))),
    snapshot: () => Automerge.save(acknowledged),
  };
  const room = connect(url, documentId, { ...options, content });
  return {
    room,
    change(edit: Automerge.ChangeFn<T>): void {
      const before = Automerge.getHeads(shown);
      shown = Automerge.change(shown, edit);
      room.sendContent(Automerge.saveSince(shown, before));
      show(shown);
    },
  };
}
