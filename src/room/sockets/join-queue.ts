import { STATE_PAGE_BYTES } from "../../protocol/limits.ts";
import type { Known } from "../resume.ts";
import type { Connection } from "./connection.ts";
import type { Hub } from "./hub.ts";
import { prepareJoin } from "./join.ts";
import type { RoomStore } from "../store/room-store.ts";

/** How much of states may be on its way to joining clients of one document, in bytes. One state may always go. */
export const JOINS_IN_FLIGHT_BYTES = 32 * 1024 * 1024;

/** After about this many characters of states the others have their turn: a page takes some milliseconds to make. */
const TURN_LENGTH = 1024 * 1024;

interface Paging {
  connection: Connection;
  pages: Iterator<string>;
}

/**
 * Lets clients in, so that a storm of joins to a large document never has more than `JOINS_IN_FLIGHT_BYTES` on its way.
 * A client that waits gets nothing but answers to what it sends; its state will hold everything that happens meanwhile.
 * While the pages of a state are sent, everything else that has an order waits behind them (R3).
 */
export class JoinQueue {
  readonly #store: RoomStore;
  readonly #hub: Hub;
  readonly #arrivedMs: number;
  readonly #entering: (connection: Connection, now: number) => void;
  readonly #waiting: Connection[] = [];
  /** The state that is being sent in pages. */
  #paging: Paging | null = null;
  /** How much of each state was sent, and when, until it is known to have arrived. */
  readonly #inFlight = new Map<Connection, { bytes: number; at: number }>();
  /** States are being sent right now. A connection that ends meanwhile must not start a second round. */
  #busy = false;
  /** The timer of the next turn; null: none is set. */
  #turn: ReturnType<typeof setTimeout> | null = null;
  /** A timer will look for room, since there is none. */
  #looksLater = false;

  /**
   * @param arrivedMs a state counts as arrived after this time without a word: most clients have no reason to answer
   * @param entering called for each connection just before its state is made
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

  /** The object has woken up: takes in the connections that were waiting when it went to sleep. */
  wake(): void {
    for (const connection of this.#hub.connections) {
      if (connection.state.phase === "joining") this.enqueue(connection, connection.state.known);
    }
    this.#hub.endEvent();
  }

  /** Sends a connection its state as soon as there is room, usually at once. `known` null: a fresh join. */
  enqueue(connection: Connection, known: Known | null): void {
    // It gets a newer state: the rest of the one being sent is of no use.
    if (this.#paging?.connection === connection) this.#endPaging();
    this.#hub.isolate(connection, () => {
      this.#hub.join(connection, known);
      // A connection may wait already, when a revert comes. It gets one state, the newest.
      if (!this.#waiting.includes(connection)) this.#waiting.push(connection);
    });
    if (this.#turn === null) this.#admit();
  }

  /** A frame came from the connection, or it has left: its state is not on its way any more. */
  stateArrived(connection: Connection): void {
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
      this.#turn = this.#hub.later(0, () => {
        this.#turn = null;
        this.#admit();
      });
    } else if (this.#waiting.length > 0 && !this.#looksLater) {
      this.#looksLater = true;
      this.#hub.later(this.#arrivedMs, () => {
        this.#looksLater = false;
        if (this.#turn === null) this.#admit();
      });
    }
  }

  /** One turn: sends states and pages up to `TURN_LENGTH`. */
  #sendSome(now: number): void {
    for (const [connection, { at }] of this.#inFlight) {
      if (now - at >= this.#arrivedMs) this.#inFlight.delete(connection);
    }
    for (let sent = 0; sent < TURN_LENGTH && this.#canGoOn();) {
      sent += this.#paging === null ? this.#joinNext(now) : this.#sendNextPage(this.#paging, now);
    }
  }

  /** A state that was begun is sent to its end, whether there is room or not. */
  #canGoOn(): boolean {
    return this.#paging !== null || (this.#waiting.length > 0 && this.#hasRoom());
  }

  #hasRoom(): boolean {
    let bytes = 0;
    for (const state of this.#inFlight.values()) bytes += state.bytes;
    return bytes < JOINS_IN_FLIGHT_BYTES;
  }

  /** Returns how many characters it sent. */
  #joinNext(now: number): number {
    const connection = this.#waiting.shift();
    if (!connection || !this.#hub.has(connection)) return 0;
    return this.#hub.isolate(connection, () => this.#begin(connection, now)) ?? 0;
  }

  #begin(connection: Connection, now: number): number {
    const { state: connectionState } = connection;
    const known = connectionState.phase === "joining" ? connectionState.known : null;
    const { state, pages, content } = prepareJoin(this.#store, known);
    this.#entering(connection, now);
    const { first, later } = this.#addPresence(connection, JSON.stringify(state(connection.id)));
    if (pages === null) this.#hub.goLive(connection, first);
    else {
      this.#paging = { connection, pages };
      this.#store.pinned = content;
      this.#hub.startPages(connection, first);
    }
    let length = this.#sent(connection, first, now);
    // Where there are pages, these messages follow them.
    for (const text of later) {
      this.#hub.sendText(connection, text);
      length += this.#sent(connection, text, now);
    }
    return length;
  }

  /** One page is in memory at a time: it goes out before the next one is read. */
  #sendNextPage({ connection, pages }: Paging, now: number): number {
    const sent = this.#hub.isolate(connection, () => {
      const page = this.#hub.has(connection) ? pages.next() : null;
      if (page === null || page.done === true) {
        this.#endPaging();
        return 0;
      }
      this.#hub.sendPage(connection, page.value);
      return this.#sent(connection, page.value, now);
    });
    return sent ?? 0;
  }

  /** What waited behind the pages follows them. */
  #endPaging(): void {
    const connection = this.#paging?.connection;
    this.#paging = null;
    this.#store.pinned = null;
    if (connection) this.#hub.endPages(connection);
  }

  #sent(connection: Connection, { length }: string, now: number): number {
    connection.delivery.joined(length);
    const before = this.#inFlight.get(connection)?.bytes ?? 0;
    this.#inFlight.set(connection, { bytes: before + length, at: now });
    return length;
  }

  /** Adds who is present to a state, as far as there is room on the page. `later`: messages about the others. */
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
