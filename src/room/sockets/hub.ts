import { type ErrorCode, type Failure, errorKind } from "../../protocol/errors.ts";
import { UNREPORTED_MAX_BYTES } from "../../protocol/limits.ts";
import type { ServerMessage } from "../../protocol/wire/down.ts";
import type { Known } from "../resume.ts";
import { Connection } from "./connection.ts";
import { type Audience, type Broadcast, EVERYONE, SharedFrames, buildFrames } from "./frames.ts";

export interface HubOptions {
  context: DurableObjectState;
  /** The last seq that anything sent now can hold. */
  head: () => number;
  /** Called for each connection that has left the room. */
  left: (connection: Connection) => void;
}

/**
 * The sockets of one room. Messages wait until the event that caused them ends (`endEvent`), so that each event gives a
 * socket one frame. Broadcasts are kept once: most sockets have no messages of their own, and all of these get the same
 * frame.
 */
export class Hub {
  readonly #context: DurableObjectState;
  readonly #head: () => number;
  readonly #connections = new Map<WebSocket, Connection>();
  #broadcasts: Broadcast[] = [];
  /** Connections with messages of their own, and how many broadcasts come before the next of these. */
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

  /** A socket has closed. If that woke the object up, the socket is not among those the constructor found. */
  closed(socket: WebSocket): void {
    const connection = this.get(socket) ?? Connection.wake(socket);
    if (connection) this.#remove(connection);
  }

  #remove(connection: Connection): void {
    this.#connections.delete(connection.socket);
    this.#own.delete(connection);
    this.#left(connection);
  }

  send(connection: Connection, message: ServerMessage): void {
    this.sendText(connection, JSON.stringify(message));
  }

  /** A message that is JSON text already. */
  sendText(connection: Connection, text: string): void {
    this.#catchUp(connection);
    connection.outgoing.push(text);
  }

  /** To everyone who has a state, except `except`. Those who are joining will find it in their state. */
  broadcast(message: ServerMessage, except: Connection | null = null): void {
    this.#broadcast({ text: JSON.stringify(message), except, droppable: false, audience: EVERYONE });
  }

  /** As `broadcast`, but left out where a client reads slowly: it has no order, and nobody needs it later. */
  broadcastPassing(message: ServerMessage, except: Connection): void {
    this.#broadcast({ text: JSON.stringify(message), except, droppable: true, audience: EVERYONE });
  }

  /** A message about the presence of `except`, as JSON. `droppable`: left out where a client reads slowly. */
  broadcastPresence(text: string, except: Connection, audience: Audience, droppable: boolean): void {
    this.#broadcast({ text, except, droppable, audience });
  }

  #broadcast(broadcast: Broadcast): void {
    const { except } = broadcast;
    if (except && this.has(except) && !this.#own.has(except)) this.#own.set(except, 0);
    this.#broadcasts.push(broadcast);
  }

  /** Takes over the broadcasts that come before a message of its own, since there is one order. */
  #catchUp(connection: Connection): void {
    const from = this.#own.get(connection) ?? 0;
    this.#own.set(connection, this.#broadcasts.length);
    if (connection.isWaiting || from === this.#broadcasts.length) return;
    const crowded = connection.delivery.isCrowded;
    for (const { text, except, droppable, audience } of this.#broadcasts.slice(from)) {
      if (except === connection || (droppable && crowded)) continue;
      const { presenceKnown } = connection;
      if (presenceKnown >= audience.from && presenceKnown < audience.before) connection.outgoing.push(text);
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
    // An error has no place in the order, and may be the last message.
    if (connection.isPaging) this.sendPage(connection, JSON.stringify(error));
    else this.send(connection, error);
  }

  /**
   * Sends everything that waits. Every event ends with this: the object's handlers, `later` and each commit call it.
   * Nothing else has to.
   */
  endEvent(): void {
    this.#flush();
  }

  /** Runs `work` after `ms`, as an event of its own. */
  later(ms: number, work: () => void): ReturnType<typeof setTimeout> {
    return setTimeout(() => {
      work();
      this.endEvent();
    }, ms);
  }

  /** Ending a connection may let others in, and they are sent their state: so it goes on until nothing waits. */
  #flush(): void {
    while (this.#broadcasts.length > 0 || this.#own.size > 0) this.#flushOnce();
  }

  /** If sending fails for one socket, only that socket ends. */
  #flushOnce(): void {
    const shared = new SharedFrames(this.#broadcasts);
    const reached = this.#broadcasts.length > 0 ? this.connections : this.#own.keys();
    const now = Date.now();
    const ended: [Connection, ErrorCode, string][] = [];
    for (const connection of reached) {
      const own = this.#own.has(connection) || connection.presenceKnown >= shared.known;
      if (!own && connection.isWaiting) continue;
      if (connection.expiresAt <= now) ended.push([connection, "token_expired", "The token has expired"]);
      else if (connection.delivery.isTooSlow) ended.push([connection, "too_slow", "Resume with since"]);
      else {
        try {
          if (connection.isPaging) {
            this.#catchUp(connection);
            if (isLong(connection.outgoing)) ended.push([connection, "too_slow", "Connect again"]);
          } else if (own) this.#deliverOwn(connection);
          else this.#deliver(connection, shared.get(connection));
        } catch (error) {
          logFailure(connection, error);
          ended.push([connection, "internal", FAILED]);
        }
      }
    }
    this.#broadcasts = [];
    this.#own.clear();
    for (const [connection, code, reason] of ended) this.#end(connection, code, reason);
  }

  // These change who hears what. Each flushes first, so that earlier messages reach those who were to hear them.

  /** From now on the connection waits for a state, which holds what is told from here on. */
  join(connection: Connection, known: Known | null): void {
    this.#flush();
    connection.join(known);
  }

  /** The connection hears everything from now on, beginning with a state that fits one message. */
  goLive(connection: Connection, state: string): void {
    this.#flush();
    if (!this.has(connection)) return;
    connection.goLive();
    this.sendText(connection, state);
  }

  /** Sends the first message of a state in pages. Everything else that has an order waits until `endPages`. */
  startPages(connection: Connection, state: string): void {
    this.#flush();
    if (!this.has(connection)) return;
    connection.startPaging();
    this.sendPage(connection, state);
  }

  /** Sends a connection whose pages are being sent what comes before everything that waits for it. */
  sendPage(connection: Connection, text: string): void {
    this.#deliver(connection, [text]);
  }

  /** The connection has all pages of its state: sends what has come since. */
  endPages(connection: Connection): void {
    this.#flush();
    if (!this.has(connection)) return;
    connection.goLive();
    this.#deliverOwn(connection);
    this.#own.delete(connection);
  }

  #deliverOwn(connection: Connection): void {
    this.#catchUp(connection);
    const texts = connection.outgoing;
    connection.outgoing = [];
    this.#deliver(connection, connection.batch ? buildFrames(texts) : texts);
  }

  /** Throws if the socket is gone or does not take a frame: it must not go on after it missed one. */
  #deliver(connection: Connection, frames: readonly string[]): void {
    let length = 0;
    for (const frame of frames) {
      connection.socket.send(frame);
      length += frame.length;
    }
    connection.delivery.sent(length, this.#head());
  }

  /**
   * Does something for one connection. If that throws, only this connection ends. Its client resumes, missing
   * nothing.
   */
  isolate<T>(connection: Connection, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.fail(connection, error);
      return undefined;
    }
  }

  /** Something went wrong here, and the connection may have missed a message. */
  fail(connection: Connection, error: unknown): void {
    logFailure(connection, error);
    this.#end(connection, "internal", FAILED);
  }

  /** Something went wrong here, and anyone may have missed a message. */
  failAll(error: unknown): void {
    // eslint-disable-next-line no-console -- the platform's log
    console.error("The room could not be told of a change; its clients have to come back:", error);
    this.closeAll("internal", FAILED);
  }

  /** Ends a connection, for a reason of ours, after everything it was sent has gone out. */
  close(connection: Connection, code: ErrorCode, reason: string): void {
    this.#flush();
    this.#end(connection, code, reason);
  }

  /** Ends every connection after everything they were sent has gone out. Nobody hears that the others leave. */
  closeAll(code: ErrorCode, reason: string): void {
    this.#flush();
    const ended = [...this.connections];
    this.#connections.clear();
    for (const connection of ended) {
      this.#left(connection);
      closeFor(connection, code, reason);
    }
  }

  #end(connection: Connection, code: ErrorCode, reason: string): void {
    if (!this.has(connection)) return;
    this.#remove(connection);
    closeFor(connection, code, reason);
  }
}

/** Why a socket is closed after a failure of ours. */
const FAILED = "Something went wrong here: resume with since";

function closeFor(connection: Connection, code: ErrorCode, reason: string): void {
  connection.forget();
  closeSocket(connection.socket, errorKind(code).close ?? 1011, reason);
}

function logFailure({ socket }: Connection, error: unknown): void {
  // A socket that is gone is not a failure: the runtime reports its close by itself.
  if (socket.readyState !== WebSocket.OPEN) return;
  // eslint-disable-next-line no-console -- the platform's log
  console.error("A socket could not be served; its client has to come back:", error);
}

/** Whether more waits behind a state than is worth keeping: the client can just as well connect again. */
function isLong(texts: readonly string[]): boolean {
  return texts.reduce((sum, { length }) => sum + length, 0) > UNREPORTED_MAX_BYTES;
}

/** Closes a socket that may be closed already. A reason is at most 123 bytes on the wire (RFC 6455). */
export function closeSocket(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason.slice(0, 120));
  } catch {
    // Closed already.
  }
}
