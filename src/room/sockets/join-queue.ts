import { STATE_PAGE_BYTES } from "../../protocol/limits.ts";
import type { Connection } from "./connection.ts";
import type { Hub } from "./hub.ts";
import { prepareJoin } from "./join.ts";
import type { RoomStore } from "../store/room-store.ts";

/** States on their way to joining clients, of one document, that are not known to have arrived; one may always go. */
export const JOINS_IN_FLIGHT_BYTES = 32 * 1024 * 1024;

/** After so many bytes of states others have their turn: making a page of a state takes some milliseconds. */
const TURN_BYTES = 1024 * 1024;

interface Paging {
  connection: Connection;
  pages: Iterator<string>;
}

/**
 * Lets clients in, so that a storm of joins to a large document holds no more than `JOINS_IN_FLIGHT_BYTES` on its way. A client
 * that waits gets nothing but answers to what it sends; the state it gets in the end holds all that happened meanwhile. While the
 * pages of one are sent, what has an order waits behind them (R3).
 */
export class JoinQueue {
  readonly #store: RoomStore;
  readonly #hub: Hub;
  readonly #arrivedMs: number;
  readonly #entering: (connection: Connection, now: number) => void;
  readonly #waiting: Connection[] = [];
  /** Whose state is being sent, and what is left of it. */
  #paging: Paging | null = null;
  /** Bytes of each state that is not known to have arrived, and when it was sent. */
  readonly #inFlight = new Map<Connection, { bytes: number; at: number }>();
  /** States are being sent at this very moment: a connection that ends by that finds someone at work. */
  #busy = false;
  /** The next turn of those that wait, and whether a timer looks for room where there is none. */
  #turn: ReturnType<typeof setTimeout> | null = null;
  #looksLater = false;

  /**
   * @param arrivedMs a state that nothing was heard about after this is taken for arrived: most clients have no reason to answer
   * @param entering hears of each connection just before its state is made
   */
  constructor(
    store: RoomStore,
    hub: Hub,
    arrivedMs: number,
    entering: (connection: Connection, now: number) => void,
  ) {
    this.#store = store;
    this.#hub = hub;
    this.#arrivedMs = arrivedMs;
    this.#entering = entering;
  }

  /** Joins as soon as there is room: at once, usually. `since` null: a fresh join. */
  enqueue(connection: Connection, since: number | null): void {
    // What was told until now is not in its state to come.
    this.#hub.flush();
    // The rest of an older state is of no use any more.
    if (this.#paging?.connection === connection) this.#endPaging();
    this.#hub.isolate(connection, () => {
      connection.joining = { since, enters: connection.joining?.enters ?? false };
      // Who waits already (a revert came meanwhile) gets one state, the newest.
      if (!this.#waiting.includes(connection)) this.#waiting.push(connection);
    });
    if (this.#turn === null) this.#admit();
  }

  /** A frame came from it, or it has left: its state is not on its way any more. */
  settled(connection: Connection): void {
    if (this.#inFlight.delete(connection) && this.#turn === null) this.#admit();
  }

  #admit(): void {
    if (this.#busy) return;
    this.#busy = true;
    try {
      this.#sendSome(Date.now());
    } finally {
      this.#busy = false;
    }
    if (this.#canGoOn()) {
      this.#turn = setTimeout(() => {
        this.#turn = null;
        this.#admit();
      }, 0);
    } else if (this.#waiting.length > 0 && !this.#looksLater) {
      this.#looksLater = true;
      setTimeout(() => {
        this.#looksLater = false;
        if (this.#turn === null) this.#admit();
      }, this.#arrivedMs);
    }
  }

  /** A turn: states and pages, until they are enough. */
  #sendSome(now: number): void {
    for (const [connection, { at }] of this.#inFlight) {
      if (now - at >= this.#arrivedMs) this.#inFlight.delete(connection);
    }
    for (let sent = 0; sent < TURN_BYTES && this.#canGoOn();) {
      sent += this.#paging === null ? this.#joinNext(now) : this.#sendPage(this.#paging, now);
    }
    this.#hub.flush();
  }

  /** A state that was begun is sent to its end. */
  #canGoOn(): boolean {
    return this.#paging !== null || (this.#waiting.length > 0 && this.#hasRoom());
  }

  #hasRoom(): boolean {
    let bytes = 0;
    for (const state of this.#inFlight.values()) bytes += state.bytes;
    return bytes < JOINS_IN_FLIGHT_BYTES;
  }

  /** Returns the characters it has sent. */
  #joinNext(now: number): number {
    const connection = this.#waiting.shift();
    if (!connection || !this.#hub.has(connection)) return 0;
    return this.#hub.isolate(connection, () => this.#begin(connection, now)) ?? 0;
  }

  #begin(connection: Connection, now: number): number {
    const { state, pages, content } = prepareJoin(this.#store, connection.joining?.since ?? undefined);
    this.#hub.flush();
    this.#entering(connection, now);
    const { first, later } = this.#addPresence(connection, JSON.stringify(state(connection.id)));
    if (pages === null) {
      connection.joining = null;
      this.#hub.sendText(connection, first);
    } else {
      this.#paging = { connection, pages };
      this.#store.pinned = content;
      this.#hub.hold(connection, first);
    }
    let length = this.#sent(connection, first, now);
    // Behind the pages, where there are any.
    for (const text of later) {
      this.#hub.sendText(connection, text);
      length += this.#sent(connection, text, now);
    }
    return length;
  }

  /** One page in memory at a time: it goes out before the next one is read. */
  #sendPage({ connection, pages }: Paging, now: number): number {
    const sent = this.#hub.isolate(connection, () => {
      const page = this.#hub.has(connection) ? pages.next() : null;
      if (page === null || page.done === true) {
        this.#endPaging();
        return 0;
      }
      this.#hub.sendHeld(connection, page.value);
      return this.#sent(connection, page.value, now);
    });
    return sent ?? 0;
  }

  /** What waited behind the pages follows them. */
  #endPaging(): void {
    const connection = this.#paging?.connection;
    this.#paging = null;
    this.#store.pinned = null;
    if (connection) this.#hub.release(connection);
  }

  #sent(connection: Connection, { length }: string, now: number): number {
    connection.delivery.joined(length);
    const before = this.#inFlight.get(connection)?.bytes ?? 0;
    this.#inFlight.set(connection, { bytes: before + length, at: now });
    return length;
  }

  /** Adds who is present to a state, as far as a page has room. `later` are messages about all others. */
  #addPresence(connection: Connection, state: string): { first: string; later: string[] } {
    const entries: string[] = [];
    const later: string[] = [];
    let room = STATE_PAGE_BYTES - state.length;
    for (const other of this.#hub.connections) {
      if (other.presence === null) continue;
      const entry = other.presenceEntry(other.presence);
      room -= entry.length + 1;
      if (room >= 0) entries.push(entry);
      else if (other !== connection) later.push(other.presenceMessage("join", other.presence));
    }
    return { first: `${state.slice(0, -1)},"presence":[${entries.join(",")}]}`, later };
  }
}
