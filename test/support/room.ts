import { env } from "cloudflare:workers";
import type { Claims } from "../../src/protocol/model/token.ts";
import type { Access } from "../../src/room/access.ts";
import type { AnnotationInput } from "../../src/protocol/model/annotation.ts";
import type { ClientMessage } from "../../src/protocol/wire/up.ts";
import { type Result, ok } from "../../src/protocol/errors.ts";
import type { Changes } from "../../src/protocol/model/changes.ts";
import type { ServerMessage } from "../../src/protocol/wire/down.ts";
import type { VersionDiff, VersionWithState } from "../../src/protocol/model/version.ts";
import type { Piece, PieceCursor } from "../../src/room/json-pieces.ts";
import type { RoomApi } from "../../src/room/room-api.ts";
import { openRoom } from "../../src/room/room-stub.ts";
import { ACCESS_HEADER } from "../../src/room/sockets/accept-socket.ts";
import { PATIENCE_MS } from "./patience.ts";

/** Who asks where the service runs open, on loopback. */
export const open: Access = { claims: null };

export function claims(fields: Partial<Claims>): Access {
  const now = Date.now() / 1000;
  return { claims: { sub: "someone", role: "viewer", doc: "*", iat: now, exp: now + 600, ...fields } };
}

/** The value of a result that must be good. */
export function good<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

/** The stub, for `runInDurableObject`, `evictDurableObject` and the like. */
export function stubOf(id: string) {
  return env.ROOMS.getByName(id);
}

/** What the room answers over RPC. */
export function roomOf(id: string): RoomApi {
  return openRoom(env, id);
}

/** A new document and its room. */
export async function newDocument(title = "A sheet") {
  const id = crypto.randomUUID();
  const room = roomOf(id);
  good(await room.createDocument(open, { id, title, metadata: {} }, {}));
  return { id, room, stub: stubOf(id) };
}

/** The JSON that pieces make together. */
export async function readWhole<T>(
  read: (place: PieceCursor | null) => Promise<Result<Piece>>,
): Promise<Result<T>> {
  let text = "";
  let place: PieceCursor | null = null;
  do {
    const piece: Result<Piece> = await read(place);
    if (!piece.ok) return piece;
    text += piece.value.text;
    place = piece.value.next;
  } while (place !== null);
  return ok(JSON.parse(text));
}

export function readVersion(room: RoomApi, id: string): Promise<Result<VersionWithState>> {
  return readWhole((place) => room.readVersion(open, id, place));
}

export function diffVersion(room: RoomApi, id: string, against?: string): Promise<Result<VersionDiff>> {
  return readWhole((place) => room.diffVersion(open, id, against, place));
}

export function readChanges(
  room: RoomApi,
  since: number,
  limit: number,
  lineage?: string,
): Promise<Result<Changes>> {
  return readWhole((place) => room.readChanges(open, { since, limit, lineage }, place));
}

export const box: AnnotationInput = {
  type: "box",
  geometry: { x: 10, y: 20, width: 30, height: 40 },
  style: {},
  text: "",
  labels: [],
  properties: {},
  z_index: 0,
};

export interface ConnectOptions {
  since?: number;
  lineage?: string;
  actorId?: string;
  name?: string;
  batch?: boolean;
  presence?: "hidden";
  access?: Access;
}

/** Connects to a document's room as the Worker does. */
export async function connect(id: string, options: ConnectOptions = {}): Promise<TestSocket> {
  const url = new URL(`http://room/ws/documents/${id}`);
  if (options.since !== undefined) url.searchParams.set("since", String(options.since));
  if (options.lineage !== undefined) url.searchParams.set("lineage", options.lineage);
  if (options.actorId !== undefined) url.searchParams.set("actorId", options.actorId);
  if (options.name !== undefined) url.searchParams.set("name", options.name);
  if (options.presence !== undefined) url.searchParams.set("presence", options.presence);
  const headers = new Headers({
    upgrade: "websocket",
    [ACCESS_HEADER]: JSON.stringify(options.access ?? open).replace(
      /[^ -~]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  });
  if (options.batch) headers.set("sec-websocket-protocol", "acetate.v1.batch");
  const response = await stubOf(id).fetch(url, { headers });
  if (!response.webSocket) throw new Error(`No upgrade: ${response.status} ${await response.text()}`);
  return new TestSocket(response.webSocket);
}

type MessageOf<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;

/** A client's end: everything received, in order. */
export class TestSocket {
  readonly socket: WebSocket;
  /** Frames as they came. */
  readonly frames: string[] = [];
  /** Messages, those of batch frames one by one. */
  readonly messages: ServerMessage[] = [];
  closed: { code: number; reason: string } | null = null;
  #read = 0;
  #wake: (() => void)[] = [];

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.accept();
    socket.addEventListener("message", ({ data }) => {
      const text = String(data);
      this.frames.push(text);
      if (text !== "pong") {
        const parsed = JSON.parse(text) as ServerMessage | ServerMessage[];
        this.messages.push(...(Array.isArray(parsed) ? parsed : [parsed]));
      }
      this.#notify();
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.closed = { code, reason };
      this.#notify();
    });
  }

  send(message: ClientMessage | ClientMessage[]): void {
    this.socket.send(JSON.stringify(message));
  }

  sendRaw(frame: string | ArrayBuffer): void {
    this.socket.send(frame);
  }

  update(opId: string, bytes: string | Uint8Array, baseVersion = 0, actorId?: string): void {
    const delta = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
    this.send({ type: "update", opId, baseVersion, deltaB64: delta.toBase64(), ...(actorId && { actorId }) });
  }

  /** The next message of a type that was not read yet; those before it are passed over. */
  async next<T extends ServerMessage["type"]>(type: T): Promise<MessageOf<T>> {
    for (;;) {
      const message = this.messages[this.#read++];
      if (message === undefined) {
        this.#read--;
        await this.#more(`a message ${type}`);
      } else if (message.type === type) return message as MessageOf<T>;
    }
  }

  /** Messages that have a seq, with those of acks that are no duplicates: what rule R3 is about. */
  ordered(): number[] {
    return this.messages.flatMap((message) => {
      if (message.type === "reset" || (message.type === "ack" && message.duplicate)) return [];
      return "seq" in message ? [message.seq] : [];
    });
  }

  async until(condition: () => boolean, what = "a condition"): Promise<void> {
    while (!condition()) await this.#more(what);
  }

  async close(code = 1000): Promise<void> {
    if (this.closed === null) this.socket.close(code);
    await this.until(() => this.closed !== null, "the close");
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const each of wake) each();
  }

  async #more(what: string): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([
      new Promise<void>((resolve) => this.#wake.push(resolve)),
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`Waited in vain for ${what}`)), PATIENCE_MS);
      }),
    ]);
    clearTimeout(timer);
  }
}
