import { BATCH_SUBPROTOCOL, FRAME_MESSAGES_MAX } from "../../protocol/limits.ts";
import type { ServerMessage } from "../../protocol/wire/down.ts";
import { AcetateError, wrapError } from "../acetate-error.ts";
import { backOff } from "../backoff.ts";
import { Signal } from "../readable.ts";
import type { RoomStatus } from "../room-api.ts";
import type { TokenSource } from "../token-source.ts";
import { WallClock } from "./wall-clock.ts";

export type LinkStatus = Omit<RoomStatus, "storeError">;

export interface LinkOptions {
  /** The room's address without since and token. */
  url: URL;
  tokens: TokenSource;
  /** Looks at the token before it is used. What it throws is told, and tried again. */
  enter: (token: string | null) => Promise<void>;
  /** The highest seq that is known. null: nothing is. */
  since: () => number | null;
  /** The messages of a frame, in order. */
  receive: (messages: readonly ServerMessage[]) => void;
  /** The connection is gone: what was not answered may not have arrived. */
  lost: () => void;
  WebSocket: typeof WebSocket;
}

/** A ping goes out so often. If nothing has come since the one before, the connection is dead. */
const PING_MS = 20_000;
/** As long for an answer where the connection is likely dead: the machine has slept, the network came back. */
const CHECK_MS = 5_000;
/** A handshake that takes longer will not come to an end. */
const OPEN_MS = 15_000;
/** The status stays `live` for so long while a connection with the next token takes the place of the present one. */
const QUIET_MS = 5_000;
/** Characters that may come before the service is told that they were read: a quarter of what it sends ahead. */
const REPORT_CHARACTERS = 256 * 1024;
/** Characters of a frame: 12 MiB at most in UTF-8, half of what the service takes. One message may be larger. */
const FRAME_CHARACTERS = 4 * 1024 * 1024;
/** `WebSocket.OPEN`. */
const OPEN = 1;
const NORMAL_CLOSE = 1000;
const UNAUTHORIZED_CLOSE = 4401;

/** Close codes after which another try would end in the same way (docs/spec.md has them all). */
const finalCodes: ReadonlySet<number> = new Set([4400, 4403, 4404, 4410, 4413]);

/**
 * Keeps one connection to a room: connects, pings, replaces the token, and tries again by itself after a loss. What the
 * messages mean is left to the room.
 */
export class Link {
  readonly status = new Signal<LinkStatus>({ state: "connecting", error: null, retryAt: null });
  readonly #options: LinkOptions;
  readonly #clock = new WallClock((hasJumped) => this.#act(hasJumped));
  #socket: WebSocket | null = null;
  /** Counts connections: what belongs to an earlier one is ignored. */
  #number = 0;
  /** Tries in a row that did not end live. */
  #failures = 0;
  /** When the next thing is due: a try, the end of the patience with a handshake, or a ping. */
  #dueAt = Infinity;
  #tokenDueAt = Infinity;
  #isLive = false;
  /** The status says `live` and the connection is not: it is being replaced. */
  #isQuiet = false;
  /** Something has come since the last ping. */
  #isHeard = false;
  #unreported = 0;
  /** What the service said just before it closes the connection. */
  #lastError: AcetateError | null = null;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** Another number: another connection, or none. */
  get number(): number {
    return this.#number;
  }

  /** The room's state is known over the present connection. */
  get isLive(): boolean {
    return this.#isLive;
  }

  /** Connects now, whatever was going on. After `close` it does nothing. */
  connect(): void {
    this.#connect(false);
  }

  /** The state is complete. */
  markLive(): void {
    this.#failures = 0;
    this.#unreported = REPORT_CHARACTERS;
    this.#isLive = true;
    this.#isQuiet = false;
    this.#waitUntil(Date.now() + PING_MS);
    this.#show("live");
  }

  /** Sends messages, each as its JSON. They are lost unless the connection is live. */
  send(messages: readonly string[]): void {
    const socket = this.#socket;
    if (!socket || !this.#isLive) return;
    let frame: string[] = [];
    let characters = 0;
    const flush = (): void => {
      const [first] = frame;
      if (first !== undefined) socket.send(frame.length === 1 ? first : `[${frame.join()}]`);
      frame = [];
      characters = 0;
    };
    for (const message of messages) {
      if (frame.length === FRAME_MESSAGES_MAX || characters + message.length > FRAME_CHARACTERS) flush();
      frame.push(message);
      characters += message.length;
    }
    flush();
  }

  /** The network may be back, or the page is seen again: finds out soon whether there is a connection. */
  check(): void {
    const { state, retryAt } = this.status.value;
    if (state === "offline" && retryAt !== null) this.connect();
    // Not again while an answer is due soon anyway: checks in a row must not put it off.
    else if (state === "live" && this.#dueAt > Date.now() + CHECK_MS) this.#ping(CHECK_MS);
  }

  /** The network is gone. */
  goOffline(): void {
    const { state } = this.status.value;
    if (state === "live" || state === "connecting")
      this.#lose(new AcetateError("network", "There is no network"));
  }

  /** Goes offline until `connect`. */
  disconnect(): void {
    if (this.status.value.state === "closed") return;
    this.#drop();
    this.#show("offline");
  }

  /** Does not try again until `connect`. */
  refuse(error: AcetateError): void {
    this.#drop();
    this.#show("refused", error);
  }

  close(): void {
    this.#drop();
    this.#show("closed");
  }

  #connect(isQuiet: boolean): void {
    if (this.status.value.state === "closed") return;
    this.#drop();
    this.#isQuiet = isQuiet;
    this.#show(isQuiet ? "live" : "connecting");
    void this.#open(this.#number);
  }

  async #open(number: number): Promise<void> {
    const { url, tokens, enter, since, WebSocket } = this.#options;
    let socket: WebSocket;
    try {
      const token = await tokens.get();
      await enter(token);
      if (number !== this.#number) return;
      const address = new URL(url);
      const seq = since();
      if (seq !== null) address.searchParams.set("since", String(seq));
      if (token !== null) address.searchParams.set("token", token);
      socket = new WebSocket(address, [BATCH_SUBPROTOCOL]);
    } catch (error) {
      if (number === this.#number) this.#lose(toError(error));
      return;
    }
    this.#socket = socket;
    this.#lastError = null;
    this.#tokenDueAt = tokens.dueAt;
    this.#waitUntil(Date.now() + (this.#isQuiet ? QUIET_MS : OPEN_MS));
    const listen = <Name extends keyof WebSocketEventMap>(
      name: Name,
      take: (event: WebSocketEventMap[Name]) => void,
    ): void => {
      socket.addEventListener(name, (event) => {
        if (number === this.#number) take(event);
      });
    };
    listen("open", () => {
      this.#isHeard = true;
      if (!this.#isQuiet) this.#waitUntil(Date.now() + PING_MS);
    });
    listen("message", ({ data }) => this.#take(String(data), number));
    listen("close", ({ code }) => this.#closed(code));
  }

  #take(frame: string, number: number): void {
    this.#isHeard = true;
    if (frame === "pong") return;
    try {
      const parsed = JSON.parse(frame) as ServerMessage | ServerMessage[];
      const messages = Array.isArray(parsed) ? parsed : [parsed];
      const last = messages.at(-1);
      this.#lastError =
        last?.type === "error" && last.opId === undefined
          ? new AcetateError(last.code, last.message, last)
          : null;
      this.#options.receive(messages);
      // The connection may stay open for a while after this (docs/spec.md R31).
      if (number === this.#number && messages.some(({ type }) => type === "document.deleted")) {
        this.refuse(new AcetateError("document_deleted", "The document was deleted"));
      }
    } catch (error) {
      // Whatever was not taken comes again after `since`.
      if (number === this.#number) this.#lose(wrapError("internal", "A message could not be taken", error));
    }
    if (number === this.#number) this.#report(frame.length);
  }

  /** Tells the service now and then how far this client has read (docs/spec.md R34). */
  #report(characters: number): void {
    this.#unreported += characters;
    if (this.#unreported < REPORT_CHARACTERS || !this.#isLive) return;
    this.#unreported = 0;
    this.send([JSON.stringify({ type: "received", seq: this.#options.since() })]);
  }

  #closed(code: number): void {
    const error = this.#lastError ?? new AcetateError("network", `The connection was lost (${code})`);
    const { tokens } = this.#options;
    if (code === UNAUTHORIZED_CLOSE) tokens.forget();
    if (finalCodes.has(code) || (code === UNAUTHORIZED_CLOSE && !tokens.canRefresh)) this.refuse(error);
    else this.#lose(error);
  }

  /** Tries again later. */
  #lose(error: AcetateError): void {
    this.#drop();
    const retryAt = Date.now() + Math.max(backOff(this.#failures++), error.retryAfterMs ?? 0);
    this.#waitUntil(retryAt);
    this.#show("offline", error, retryAt);
  }

  /** Ends the connection and all that is due. */
  #drop(): void {
    this.#number++;
    this.#isLive = false;
    this.#isQuiet = false;
    this.#tokenDueAt = Infinity;
    this.#waitUntil(Infinity);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.close(NORMAL_CLOSE);
    this.#options.lost();
  }

  #waitUntil(dueAt: number): void {
    this.#dueAt = dueAt;
    this.#clock.set(Math.min(dueAt, this.#tokenDueAt));
  }

  /** Something is due, or the machine has slept. */
  #act(hasJumped: boolean): void {
    const isOpen = this.#socket?.readyState === OPEN;
    if (hasJumped) {
      if (isOpen) this.#ping(CHECK_MS);
      else this.connect();
    } else if (Date.now() >= this.#tokenDueAt) void this.#replaceToken();
    else if (this.#isQuiet) {
      this.#isQuiet = false;
      this.#show("connecting");
      this.#waitUntil(Date.now() + OPEN_MS);
    } else if (this.status.value.state === "offline") this.connect();
    else if (isOpen && this.#isHeard) this.#ping(PING_MS);
    else this.#lose(new AcetateError("network", "The service does not answer"));
  }

  /** Gets the next token while the present one is still good, and connects with it. */
  async #replaceToken(): Promise<void> {
    const number = this.#number;
    this.#tokenDueAt = Infinity;
    this.#waitUntil(this.#dueAt);
    try {
      await this.#options.tokens.get();
      if (number === this.#number) this.#connect(this.#isLive);
    } catch (error) {
      if (number !== this.#number) return;
      this.#tokenDueAt = Date.now() + Math.max(1_000, backOff(this.#failures++));
      this.#waitUntil(this.#dueAt);
      this.#show(this.status.value.state, toError(error));
    }
  }

  #ping(patience: number): void {
    this.#isHeard = false;
    this.#socket?.send("ping");
    this.#waitUntil(Date.now() + patience);
  }

  #show(state: LinkStatus["state"], error: AcetateError | null = null, retryAt: number | null = null): void {
    const shown = this.status.value;
    if (state !== shown.state || error !== shown.error) this.status.set({ state, error, retryAt });
  }
}

function toError(error: unknown): AcetateError {
  return error instanceof AcetateError ? error : wrapError("network", "The connection failed", error);
}
