import { IndexedDbStore } from "./outbox/indexed-db-store.ts";
import { Journal } from "./outbox/journal.ts";
import { MemoryStore } from "./outbox/memory-store.ts";
import type { OutboxStore } from "./outbox/operation.ts";
import { Http } from "./rest/http.ts";
import type { ContentHandler, Room } from "./room-api.ts";
import { DocumentRoom } from "./room.ts";
import { TokenSource, type TokenOption } from "./token-source.ts";

export interface ConnectOptions {
  /** Not needed where the service runs without a secret. It may live 15 minutes at most. */
  token?: TokenOption | undefined;
  /** What others see of this client in `others`. A token's `name` takes its place. */
  name?: string | undefined;
  /**
   * Who it is. A token's `sub` takes its place. Give it beside a token function, too, if people open documents while
   * they are offline: then there is no token that says whose unsaved changes to show.
   */
  actorId?: string | undefined;
  /** true: others don't see this client. For bots and recorders. */
  hidden?: boolean | undefined;
  /** Where unsaved changes are kept. By default in IndexedDB, or in memory where there is none. */
  store?: OutboxStore | undefined;
  /** Adapts a CRDT library. */
  content?: ContentHandler | undefined;
  /** In place of the global one. */
  fetch?: typeof fetch | undefined;
  /** In place of the global one. */
  WebSocket?: typeof WebSocket | undefined;
}

/**
 * Opens a document, and keeps it open until `close`.
 *
 * @param url where the service is, as in `https://acetate.example`
 *
 * @example
 * const room = connect("https://acetate.example", documentId, { token: () => fetchToken(), name: "Ann" });
 * room.annotations.subscribe((annotations) => draw(annotations));
 * room.annotations.create({ type: "point", geometry: { x: 10, y: 20 }, text: "Here" });
 */
export function connect(url: string | URL, documentId: string, options: ConnectOptions = {}): Room {
  const { token, name, actorId, hidden = false, content, fetch } = options;
  const isDurable = options.store === undefined && "indexedDB" in globalThis;
  const tokens = new TokenSource(token);
  const http = new Http(url, tokens, { fetch });
  const query = { actorId, name, presence: hidden ? "hidden" : undefined };
  const address = new URL(http.address(`/ws/documents/${encodeURIComponent(documentId)}`, query));
  address.protocol = address.protocol.replace("http", "ws");
  return new DocumentRoom({
    documentId,
    url: address,
    http,
    tokens,
    actorId,
    hidden,
    store: isDurable ? new IndexedDbStore() : (options.store ?? new MemoryStore()),
    journal: isDurable ? new Journal() : null,
    content,
    WebSocket: options.WebSocket ?? WebSocket,
  });
}
