import { type ErrorCode, type Failure, errorKind } from "../protocol/errors.ts";
import { STATE_PAGE_BYTES, UNREPORTED_MAX_BYTES } from "../protocol/limits.ts";
import type { PresenceEntry, PresenceEvent, ServerMessage } from "../protocol/server-messages.ts";
import { Connection } from "./connection.ts";

export interface HubOptions {
  context: DurableObjectState;
  /** The last seq that what is sent may hold. */
  head: () => number;
  /** Hears of each connection that is not in the room any more. */
  left: (connection: Connection) => void;
}

/** A message for everyone, as JSON. */
interface Broadcast {
  text: string;
  /** Has an answer of its own instead. */
  except: Connection | null;
  /** Left out where a client reads slowly. */
  presence: boolean;
}

/**
 * The sockets of one room. What is sent waits for `flush`, so that one event gives one frame a socket. What goes to everyone
 * is kept once: most sockets have nothing of their own beside it, and get the same frame.
 */
export class Hub {
  readonly #context: DurableObjectState;
  readonly #head: () => number;
  readonly #connections = new Map<WebSocket, Connection>();
  #broadcasts: Broadcast[] = [];
  /** Those with messages of their own, and how many broadcasts come before the next one of them. */
  readonly #own = new Map<Connection, number>();
  readonly #left: (connection: Connection) => void;

  constructor({ context, head, left }: HubOptions) {
    this.#context = context;
    this.#head = head;
    this.#left = left;
    for (const socket of context.getWebSockets()) {
      const connection = Connection.wake(socket);
      if (connection) this.#connections.set(socket, connection);
      else closeSocket(socket, 1011, "Reconnect");
    }
  }

  get size(): number {
    return this.#connections.size;
  }
  get connections(): Iterable<Connection> {
    return this.#connections.values();
  }
  has(connection: Connection): boolean {
    return this.#connections.has(connection.socket);
  }
  get(socket: WebSocket): Connection | undefined {
    return this.#connections.get(socket);
  }

  accept(socket: WebSocket, attachment: Parameters<typeof Connection.open>[1]): Connection {
    this.#context.acceptWebSocket(socket);
    const connection = Connection.open(socket, attachment);
    this.#connections.set(socket, connection);
    return connection;
  }

  remove(connection: Connection): void {
    if (!this.#connections.delete(connection.socket)) return;
    this.#own.delete(connection);
    this.#left(connection);
  }

  present(): PresenceEntry[] {
    return [...this.connections].flatMap((connection) =>
      connection.presence === null ? [] : [connection.presenceEntry(connection.presence)],
    );
  }

  send(connection: Connection, message: ServerMessage): void {
    this.sendText(connection, JSON.stringify(message));
  }

  /** A message that is JSON text already. */
  sendText(connection: Connection, text: string): void {
    this.#catchUp(connection);
    connection.outgoing.push(text);
  }

  /** To everyone who has got a state, but for `except`: who is joining finds it in the state to come. */
  broadcast(message: ServerMessage, except: Connection | null = null): void {
    this.#broadcast({ text: JSON.stringify(message), except, presence: false });
  }

  /** As `broadcast`, for what may be left out where a client reads slowly. */
  broadcastPresence(message: PresenceEvent, except: Connection): void {
    this.#broadcast({ text: JSON.stringify(message), except, presence: true });
  }

  #broadcast(broadcast: Broadcast): void {
    const { except } = broadcast;
    if (except && this.has(except) && !this.#own.has(except)) this.#own.set(except, 0);
    this.#broadcasts.push(broadcast);
  }

  /** Takes over the broadcasts that come before a message of its own: the order is one. */
  #catchUp(connection: Connection): void {
    const from = this.#own.get(connection) ?? 0;
    this.#own.set(connection, this.#broadcasts.length);
    if (connection.isWaiting || from === this.#broadcasts.length) return;
    const crowded = connection.delivery.isCrowded;
    for (const { text, except, presence } of this.#broadcasts.slice(from)) {
      if (except !== connection && !(presence && crowded)) connection.outgoing.push(text);
    }
  }

  refuse(connection: Connection, failure: Failure, opId?: string): void {
    const { code, message, errors, index, current, retryAfterMs } = failure;
    const error: ServerMessage = {
      type: "error",
      code,
      message,
      ...(opId !== undefined && { opId }),
      retryable: errorKind(code).retryable ?? false,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      ...(errors && { errors }),
      ...(index !== undefined && { index }),
      ...(current !== undefined && { current }),
    };
    // It has no place in the order, and may be the last that is sent.
    if (connection.held) this.sendHeld(connection, JSON.stringify(error));
    else this.send(connection, error);
  }

  /** Sends what waits. */
  flush(): void {
    if (this.#broadcasts.length === 0 && this.#own.size === 0) return;
    for (const connection of this.#own.keys()) this.#catchUp(connection);
    const shared = new SharedFrames(this.#broadcasts);
    const reached = this.#broadcasts.length > 0 ? this.connections : this.#own.keys();
    const now = Date.now();
    const ended: [Connection, ErrorCode, string][] = [];
    for (const connection of reached) {
      const own = this.#own.has(connection);
      if (!own && connection.isWaiting) continue;
      if (connection.expiresAt <= now) ended.push([connection, "token_expired", "The token has expired"]);
      else if (connection.delivery.isTooSlow) ended.push([connection, "too_slow", "Resume with since"]);
      else if (connection.held) {
        this.#catchUp(connection);
        if (isLong(connection.outgoing)) ended.push([connection, "too_slow", "Connect again"]);
      } else if (own) this.#deliverOwn(connection);
      else this.#deliver(connection, shared.get(connection));
    }
    this.#broadcasts = [];
    this.#own.clear();
    for (const [connection, code, reason] of ended) this.#end(connection, code, reason);
    // Others may have to hear that those left.
    this.flush();
  }

  /** Sends a message of a state, and holds back everything else that has an order until `release`. Nothing else may wait. */
  hold(connection: Connection, text: string): void {
    connection.held = true;
    this.sendHeld(connection, text);
  }

  /** Sends a connection that is held what comes before all that waits for it. */
  sendHeld(connection: Connection, text: string): void {
    this.#deliver(connection, [text]);
  }

  /** It has got its state: sends what has come since. */
  release(connection: Connection): void {
    connection.held = false;
    if (!this.has(connection)) return;
    connection.joining = null;
    this.#deliverOwn(connection);
  }

  #deliverOwn(connection: Connection): void {
    const texts = connection.outgoing;
    connection.outgoing = [];
    this.#deliver(connection, connection.batch ? buildFrames(texts) : texts);
  }

  #deliver(connection: Connection, frames: readonly string[]): void {
    let length = 0;
    try {
      for (const frame of frames) {
        connection.socket.send(frame);
        length += frame.length;
      }
    } catch {
      // The socket is gone: the runtime reports its close by itself.
    }
    connection.delivery.sent(length, this.#head());
  }

  /** Ends a connection for a reason of ours: what it was sent goes out first. */
  close(connection: Connection, code: ErrorCode, reason: string): void {
    this.flush();
    this.#end(connection, code, reason);
  }

  #end(connection: Connection, code: ErrorCode, reason: string): void {
    this.remove(connection);
    closeSocket(connection.socket, errorKind(code).close ?? 1011, reason);
  }
}

/** What a flush sends to those that have nothing of their own: built when it is first asked for. */
class SharedFrames {
  readonly #broadcasts: readonly Broadcast[];
  readonly #frames = new Map<string, readonly string[]>();

  constructor(broadcasts: readonly Broadcast[]) {
    this.#broadcasts = broadcasts;
  }

  get({ batch, delivery }: Connection): readonly string[] {
    const { isCrowded } = delivery;
    const kind = `${batch} ${isCrowded}`;
    const known = this.#frames.get(kind);
    if (known) return known;
    const told = isCrowded ? this.#broadcasts.filter(({ presence }) => !presence) : this.#broadcasts;
    const texts = told.map(({ text }) => text);
    const frames = batch ? buildFrames(texts) : texts;
    this.#frames.set(kind, frames);
    return frames;
  }
}

/** More than may wait behind a state: whoever gets it can as well come again. */
function isLong(texts: readonly string[]): boolean {
  return texts.reduce((sum, { length }) => sum + length, 0) > UNREPORTED_MAX_BYTES;
}

/** Arrays of messages in frames of about `STATE_PAGE_BYTES`; a single message goes bare. */
function buildFrames(texts: readonly string[]): readonly string[] {
  const frames: string[] = [];
  let gathered: string[] = [];
  let length = 0;
  const close = () => {
    const [first] = gathered;
    if (first !== undefined) frames.push(gathered.length === 1 ? first : `[${gathered.join(",")}]`);
    gathered = [];
    length = 0;
  };
  for (const text of texts) {
    if (length + text.length > STATE_PAGE_BYTES) close();
    gathered.push(text);
    length += text.length;
  }
  close();
  return frames;
}

/** Closes a socket that may be closed already. A reason is at most 123 bytes on the wire (RFC 6455). */
export function closeSocket(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason.slice(0, 120));
  } catch {
    // Closed already.
  }
}
