import { type ErrorCode, type Failure, errorKind } from "../protocol/errors.ts";
import { STATE_PAGE_BYTES } from "../protocol/limits.ts";
import type { PresenceEntry, PresenceEvent, ServerMessage } from "../protocol/server-messages.ts";
import { Connection } from "./connection.ts";

export interface HubOptions {
  context: DurableObjectState;
  /** The last seq that what is sent may hold. */
  head: () => number;
  /** Hears of each connection that is not in the room any more. */
  left: (connection: Connection) => void;
}

/** The sockets of one room. What is sent waits for `flush`, so that one event gives one frame a socket. */
export class Hub {
  readonly #context: DurableObjectState;
  readonly #head: () => number;
  readonly #connections = new Map<WebSocket, Connection>();
  /** Those with something to send. */
  readonly #waiting = new Set<Connection>();
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
    this.#waiting.delete(connection);
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

  /** A message that is JSON text already: what goes to many is written once. */
  sendText(connection: Connection, text: string): void {
    connection.outgoing.push(text);
    this.#waiting.add(connection);
  }

  /** To everyone who has got a state, but for `except`: who is joining finds it in the state to come. */
  broadcast(message: ServerMessage, except?: Connection | null): void {
    const text = JSON.stringify(message);
    for (const connection of this.#connections.values()) {
      if (connection !== except && connection.joining === null) this.sendText(connection, text);
    }
  }

  /** As `broadcast`, for what may be left out where a client reads slowly. */
  broadcastPresence(message: PresenceEvent, except: Connection): void {
    const text = JSON.stringify(message);
    for (const connection of this.#connections.values()) {
      if (connection === except || connection.joining !== null) continue;
      connection.outgoingPresence.push(text);
      this.#waiting.add(connection);
    }
  }

  refuse(connection: Connection, failure: Failure, opId?: string): void {
    const { code, message, errors, index, current, retryAfterMs } = failure;
    this.send(connection, {
      type: "error",
      code,
      message,
      ...(opId !== undefined && { opId }),
      retryable: errorKind(code).retryable ?? false,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      ...(errors && { errors }),
      ...(index !== undefined && { index }),
      ...(current !== undefined && { current }),
    });
  }

  /** Sends what waits. Sockets with the same messages get the same frame, which is built once. */
  flush(): void {
    const frames = new FrameCache();
    const now = Date.now();
    const ended: [Connection, ErrorCode, string][] = [];
    for (const connection of this.#waiting) {
      if (connection.expiresAt <= now) ended.push([connection, "token_expired", "The token has expired"]);
      else if (connection.delivery.isTooSlow) ended.push([connection, "too_slow", "Resume with since"]);
      else this.#deliver(connection, frames);
    }
    this.#waiting.clear();
    for (const [connection, code, reason] of ended) this.#end(connection, code, reason);
    // Others may have to hear that those left.
    if (this.#waiting.size > 0) this.flush();
  }

  /** Sends what waits for one connection: a part of its state, which may be much. */
  sendState(connection: Connection): void {
    this.#waiting.delete(connection);
    this.#deliver(connection, new FrameCache());
  }

  #deliver(connection: Connection, frames: FrameCache): void {
    const { outgoing, outgoingPresence, delivery } = connection;
    const presence = delivery.isCrowded ? [] : outgoingPresence;
    const texts = presence.length === 0 ? outgoing : [...outgoing, ...presence];
    connection.outgoing = [];
    connection.outgoingPresence = [];
    let bytes = 0;
    try {
      for (const frame of connection.batch ? frames.get(texts) : texts) {
        connection.socket.send(frame);
        bytes += frame.length;
      }
    } catch {
      // The socket is gone: the runtime reports its close by itself.
    }
    delivery.sent(bytes, this.#head());
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

/** The frames of a flush. Most sockets wait for the same messages: compared by the strings' identity. */
class FrameCache {
  #texts: readonly string[] = [];
  #frames: string[] = [];

  get(texts: readonly string[]): string[] {
    const same =
      texts.length === this.#texts.length && texts.every((text, index) => text === this.#texts[index]);
    if (!same) {
      this.#texts = texts;
      this.#frames = buildFrames(texts);
    }
    return this.#frames;
  }
}

/** Arrays of messages in frames of about `STATE_PAGE_BYTES`; a single message goes bare. */
function buildFrames(texts: readonly string[]): string[] {
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
