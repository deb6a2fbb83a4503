import { JOINS_IN_FLIGHT_BYTES, STATE_PAGE_BYTES } from "../protocol/limits.ts";
import type { Connection } from "./connection.ts";
import type { Hub } from "./hub.ts";
import { prepareJoin } from "./join.ts";
import type { RoomStore } from "./store/room-store.ts";

/** After so many bytes of states others have their turn: making a state of 8 MiB takes a tenth of a second. */
const TURN_BYTES = 1024 * 1024;

/**
 * Lets clients in, so that a storm of joins to a large document holds no more than `JOINS_IN_FLIGHT_BYTES` on its way. A client
 * that waits gets nothing but answers to what it sends; the state it gets in the end holds all that happened meanwhile.
 */
export class JoinQueue {
  readonly #store: RoomStore;
  readonly #hub: Hub;
  readonly #arrivedMs: number;
  readonly #entering: (connection: Connection, now: number) => void;
  readonly #waiting: Connection[] = [];
  /** Bytes of each state that is not known to have arrived, and when it was sent. */
  readonly #inFlight = new Map<Connection, { bytes: number; at: number }>();
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
    const now = Date.now();
    for (const [connection, { at }] of this.#inFlight) {
      if (now - at >= this.#arrivedMs) this.#inFlight.delete(connection);
    }
    let sent = 0;
    while (this.#waiting.length > 0 && sent < TURN_BYTES && this.#hasRoom()) {
      const connection = this.#waiting.shift();
      if (!connection || !this.#hub.has(connection)) continue;
      sent += this.#hub.isolate(connection, () => this.#join(connection, now)) ?? 0;
    }
    this.#hub.flush();
    if (this.#waiting.length === 0 || this.#turn !== null) return;
    if (this.#hasRoom()) {
      this.#turn = setTimeout(() => {
        this.#turn = null;
        this.#admit();
      }, 0);
    } else if (!this.#looksLater) {
      this.#looksLater = true;
      setTimeout(() => {
        this.#looksLater = false;
        if (this.#turn === null) this.#admit();
      }, this.#arrivedMs);
    }
  }

  #hasRoom(): boolean {
    let bytes = 0;
    for (const state of this.#inFlight.values()) bytes += state.bytes;
    return bytes < JOINS_IN_FLIGHT_BYTES;
  }

  /** Returns the characters of the state. */
  #join(connection: Connection, now: number): number {
    const { state, pages } = prepareJoin(this.#store, connection.joining?.since ?? undefined);
    this.#hub.flush();
    this.#entering(connection, now);
    connection.joining = null;
    const { first, later } = this.#addPresence(connection, JSON.stringify(state(connection.id)));
    let bytes = first.length;
    this.#hub.sendText(connection, first);
    for (const page of pages()) {
      // One page in memory at a time: it goes out before the next one is read.
      this.#hub.sendState(connection);
      this.#hub.sendText(connection, page);
      bytes += page.length;
    }
    this.#hub.sendState(connection);
    for (const text of later) {
      this.#hub.sendText(connection, text);
      bytes += text.length;
    }
    this.#hub.sendState(connection);
    connection.delivery.joined(bytes);
    this.#inFlight.set(connection, { bytes, at: now });
    return bytes;
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
