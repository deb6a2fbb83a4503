import { connect, type ConnectOptions, type ContentHandler, type Room } from "acetate/client";
import { LoroDoc } from "loro-crdt";

/**
 * A Loro document that everyone in the room shares. `open` is called with the document, and with another one after each
 * revert: bind your editor to it.
 *
 * @example
 * const room = openLoro(url, documentId, (doc) => doc.subscribe(() => render(doc.getText("text").toString())));
 */
export function openLoro(url: string, documentId: string, open: Open, options?: ConnectOptions): Room {
  let acknowledged = new LoroDoc(); // exactly that: snapshots are made of it
  let shown = new LoroDoc(); // and what is on its way
  const content: ContentHandler = {
    load({ snapshot, updates, replace }) {
      acknowledged = new LoroDoc();
      acknowledged.importBatch([snapshot ?? [], updates].flat());
      if (replace) start(acknowledged.fork());
      else shown.import(acknowledged.export({ mode: "snapshot" }));
    },
    receive: (update) => [acknowledged, shown].forEach((doc) => doc.import(update)),
    restore: (updates) => shown.importBatch([...updates]),
    // Other edits that are on their way are shown again when they are acknowledged.
    refuse: () => start(acknowledged.fork()),
    snapshot: () => acknowledged.export({ mode: "snapshot" }),
  };
  const room = connect(url, documentId, { ...options, content });
  const start = (doc: LoroDoc): void => {
    doc.subscribeLocalUpdates((update) => room.sendContent(update));
    open((shown = doc));
  };
  start(shown);
  return room;
}

type Open = (doc: LoroDoc) => void;
