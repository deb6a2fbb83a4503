import { IndexedDbStore } from "./outbox/indexed-db-store.ts";
import { Journal } from "./outbox/journal.ts";
import type { OutboxStore } from "./outbox/operation.ts";
import type { ContentHandler, Room } from "./room-api.ts";
import { DocumentRoom } from "./room.ts";
import { Service } from "./service.ts";
import { TokenSource, type TokenOption } from "./token-source.ts";

export interface ConnectOptions {
  /** Not needed where the service runs without a secret. It may live 15 minutes at most. */
  token?: TokenOption | undefined;
  /**
   * What others see of this client in `others`, and the author of annotations that name none. A token's `name` and `sub`
   * take its place.
   */
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
  const { token, name, actorId, hidden, WebSocket = globalThis.WebSocket } = options;
  const isDurable = options.store === undefined && "indexedDB" in globalThis;
  const tokens = new TokenSource(token);
  const service = new Service(url, tokens, options);
  const query = { actorId, name, presence: hidden ? "hidden" : undefined };
  const address = new URL(service.address(`/ws/documents/${encodeURIComponent(documentId)}`, query));
  address.protocol = address.protocol.replace("http", "ws");
  const store = isDurable ? new IndexedDbStore() : (options.store ?? noStore);
  const journal = isDurable ? new Journal() : null;
  return new DocumentRoom({
    ...options,
    documentId,
    url: address,
    service,
    tokens,
    store,
    journal,
    WebSocket,
  });
}

/** The room itself has everything in memory. */
const noStore: OutboxStore = { load: async () => [], put: async () => {}, remove: async () => {} };
