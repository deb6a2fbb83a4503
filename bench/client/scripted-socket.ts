/** A socket that is open at once and brings what the bench says, so that nothing but the client is measured. */
export class ScriptedSocket extends EventTarget implements WebSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  /** The one that the client opened last. */
  static last: ScriptedSocket | null = null;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readonly url: string;
  readonly protocol = "";
  readonly extensions = "";
  readonly bufferedAmount = 0;
  binaryType: BinaryType = "blob";
  readyState: 1 | 3 = 1;
  onopen = null;
  onmessage = null;
  onerror = null;
  onclose = null;

  constructor(url: string | URL) {
    super();
    this.url = String(url);
    ScriptedSocket.last = this;
  }

  /** A frame comes. Returns when the client has done with it. */
  bring(frame: string): void {
    this.dispatchEvent(new MessageEvent("message", { data: frame }));
  }

  send(): void {}

  close(): void {
    this.readyState = 3;
  }
}
