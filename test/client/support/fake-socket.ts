import type { ServerMessage } from "../../../src/protocol/wire/down.ts";

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;

/** A connection whose other end is the test: for what a real service can't be made to do. */
export class FakeSocket extends EventTarget {
  static all: FakeSocket[] = [];
  readonly url: URL;
  readonly sent: string[] = [];
  readyState = CONNECTING;

  constructor(url: string | URL) {
    super();
    this.url = new URL(url);
    FakeSocket.all.push(this);
  }

  static get last(): FakeSocket {
    const last = FakeSocket.all.at(-1);
    if (!last) throw new Error("nothing was connected");
    return last;
  }

  /** The class, as `connect` takes it. */
  static asClass(): typeof WebSocket {
    FakeSocket.all = [];
    return FakeSocket as unknown as typeof WebSocket;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.readyState = CLOSED;
  }

  open(): void {
    this.readyState = OPEN;
    this.dispatchEvent(new Event("open"));
  }

  /** A frame from the service. */
  tell(...messages: (ServerMessage | "pong")[]): void {
    for (const message of messages) {
      const data = message === "pong" ? message : JSON.stringify(message);
      this.dispatchEvent(new MessageEvent("message", { data }));
    }
  }

  /** The service ends it. */
  end(code: number): void {
    this.readyState = CLOSED;
    const event = new Event("close");
    this.dispatchEvent(Object.assign(event, { code, reason: "" }));
  }
}
