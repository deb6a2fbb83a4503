import { serverMessageSchema, type ServerMessage } from "../src/protocol/wire/down.ts";

type MessageType = ServerMessage["type"];
export type MessageOf<T extends MessageType> = Extract<ServerMessage, { type: T }>;

/** Longer than any answer takes on a busy laptop. */
const PATIENCE_MS = 15_000;

export interface JoinOptions {
  /** Resume after this seq. */
  since?: number;
  actorId?: string;
  name?: string;
  /** The other address of the same room. */
  route?: "/v1/realtime" | "/ws/documents";
}

/** The address of a document's room. */
export function roomUrl(service: URL, documentId: string, join: JoinOptions = {}): URL {
  const { route = "/ws/documents", ...query } = join;
  const url = new URL(route === "/ws/documents" ? `${route}/${documentId}` : route, service);
  if (route === "/v1/realtime") url.searchParams.set("document_id", documentId);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, String(value));
  url.protocol = service.protocol === "https:" ? "wss:" : "ws:";
  return url;
}

/** A socket into a document's room that keeps every message, so that a script can wait for the one it needs. */
export class RoomSocket {
  /** All messages so far, in order. */
  readonly messages: ServerMessage[] = [];
  /** Code and reason once the socket is closed. */
  closed: { code: number; reason: string } | undefined;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();
  #onMessage: (message: ServerMessage) => void;

  private constructor(socket: WebSocket, onMessage: (message: ServerMessage) => void) {
    this.#socket = socket;
    this.#onMessage = onMessage;
    socket.addEventListener("message", ({ data }) => this.#receive(String(data)));
    socket.addEventListener("close", ({ code, reason }) => {
      this.closed = { code, reason };
      this.#wake();
    });
  }

  /** Opens a socket and waits for its `state`. Rejects where the service refuses it. */
  static async join(url: URL, onMessage: (message: ServerMessage) => void = () => {}): Promise<RoomSocket> {
    const room = new RoomSocket(new WebSocket(url), onMessage);
    await room.next("state");
    return room;
  }

  /** The state this connection began with. */
  get state(): MessageOf<"state"> {
    const first = this.messages[0];
    if (first?.type !== "state") throw new Error("the room did not begin with a state");
    return first;
  }

  send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** The first message of this type for which `matches` holds, past or to come. */
  async next<T extends MessageType>(
    type: T,
    matches: (message: MessageOf<T>) => boolean = () => true,
  ): Promise<MessageOf<T>> {
    const isIt = (message: ServerMessage): message is MessageOf<T> => message.type === type;
    const find = () => this.messages.filter(isIt).find(matches);
    await this.#until(() => find() !== undefined || this.closed !== undefined, `a message ${type}`);
    const found = find();
    if (!found) throw new Error(`the room closed: ${this.closed?.code} ${this.closed?.reason}`);
    return found;
  }

  /** Waits until there are `count` messages for which `matches` holds, and returns them. */
  async collect(count: number, matches: (message: ServerMessage) => boolean): Promise<ServerMessage[]> {
    await this.#until(() => this.messages.filter(matches).length >= count, `${count} messages`);
    return this.messages.filter(matches);
  }

  /** Waits until the other side has closed, too. */
  async close(): Promise<void> {
    this.#socket.close(1000);
    await this.#until(() => this.closed !== undefined, "the close");
  }

  /** Waits until the service has closed the socket. */
  async untilClosed(): Promise<{ code: number; reason: string }> {
    await this.#until(() => this.closed !== undefined, "the close");
    return this.closed ?? { code: 0, reason: "" };
  }

  #receive(text: string): void {
    const message = serverMessageSchema.parse(JSON.parse(text));
    this.messages.push(message);
    this.#onMessage(message);
    this.#wake();
  }

  #wake(): void {
    for (const check of this.#waiting) check();
  }

  #until(holds: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(
          new Error(`waited ${PATIENCE_MS} ms in vain for ${what}; last: ${describeLast(this.messages)}`),
        );
      }, PATIENCE_MS);
      const check = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }
}

function describeLast(messages: ServerMessage[]): string {
  return messages
    .slice(-3)
    .map((message) => JSON.stringify(message).slice(0, 200))
    .join(" ");
}
