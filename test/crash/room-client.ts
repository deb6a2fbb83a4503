import { BATCH_SUBPROTOCOL, FRAME_MESSAGES_MAX } from "../../src/protocol/limits.ts";
import { type ServerMessage, serverMessageSchema } from "../../src/protocol/wire/down.ts";
import { roomUrl } from "../../tools/room-socket.ts";
import { printAnnotations } from "./change.ts";
import { makeSnapshot } from "./check-changes.ts";
import type { Ledger } from "./ledger.ts";
import type { Operation, OperationMessage } from "./operation.ts";

/** A client reports how far it has read at least this often, counted in messages with a seq. */
const REPORT_EVERY = 100;

export interface RoomClientOptions {
  service: URL;
  ledger: Ledger;
  /** Takes and sends arrays of messages. */
  batch: boolean;
  /** Answers when the room asks for a snapshot. */
  snapshots: boolean;
  /** An operation was answered, or a refusal has come for one. */
  answered: (opId: string) => void;
}

/**
 * A socket into a room that writes every ack and every broadcast into the ledger, and checks that it gets one message
 * per seq, ascending and without a gap (R3).
 */
export class RoomClient {
  readonly #socket: WebSocket;
  readonly #options: RoomClientOptions;
  /** The highest seq seen. */
  head = 0;
  #reported = 0;
  /** After a `reset` the next `state` may be of a later seq. */
  #fresh = true;
  #joined: () => void = () => {};
  /** Resolves with the close code; what had come before was read. */
  readonly closed: Promise<number>;

  private constructor(socket: WebSocket, options: RoomClientOptions) {
    this.#socket = socket;
    this.#options = options;
    this.closed = new Promise((resolve) => {
      socket.addEventListener("close", ({ code }) => resolve(code));
    });
    socket.addEventListener("message", ({ data }) => this.#receive(String(data)));
  }

  /** Joins, resuming after `since`; null where the service does not let it in (any more). */
  static async join(options: RoomClientOptions, since: number): Promise<RoomClient | null> {
    const { service, ledger, batch } = options;
    const url = roomUrl(service, ledger.documentId, { since, actorId: "crash-test" });
    const client = new RoomClient(new WebSocket(url, batch ? [BATCH_SUBPROTOCOL] : []), options);
    const joined = new Promise<boolean>((resolve) => {
      client.#joined = () => resolve(true);
    });
    const isIn = await Promise.race([joined, client.closed.then(() => false)]);
    return isIn ? client : null;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(operations: readonly Operation[]): void {
    const messages = operations.flatMap(({ send }): OperationMessage[] => {
      if (send.via !== "socket") return [];
      // What is sent again is the same operation, made now.
      return send.message.type === "update" ? [{ ...send.message, baseVersion: this.head }] : [send.message];
    });
    for (const operation of operations) this.#options.ledger.sending(operation);
    this.#sendRaw(...messages);
  }

  sendSnapshot(): void {
    const { documentId } = this.#options.ledger;
    this.#sendRaw({ type: "snapshot", version: this.head, snapshotB64: makeSnapshot(documentId, this.head) });
  }

  close(): void {
    this.#socket.close(1000);
  }

  #sendRaw(...messages: object[]): void {
    if (!this.isOpen) return;
    const size = this.#options.batch ? FRAME_MESSAGES_MAX : 1;
    for (let first = 0; first < messages.length; first += size) {
      const frame = this.#options.batch ? messages.slice(first, first + size) : messages[first];
      this.#socket.send(JSON.stringify(frame));
    }
  }

  #receive(text: string): void {
    const frame: unknown = JSON.parse(text);
    for (const message of Array.isArray(frame) ? frame : [frame])
      this.#take(serverMessageSchema.parse(message));
    if (this.head - this.#reported < REPORT_EVERY) return;
    this.#reported = this.head;
    this.#sendRaw({ type: "received", seq: this.head });
  }

  #take(message: ServerMessage): void {
    const { ledger } = this.#options;
    switch (message.type) {
      case "state":
        this.#start(message);
        return;
      case "remote_update":
        this.#advance(message.seq);
        ledger.tellUpdate(message.seq, message.deltaB64);
        return;
      case "ack":
        this.#takeAck(message);
        return;
      case "error":
        if (message.opId === undefined) return;
        // This one says nothing about the operation itself.
        if (message.code !== "rate_limited") ledger.refused(message.opId);
        this.#options.answered(message.opId);
        return;
      case "snapshot_request":
        if (this.#options.snapshots) this.sendSnapshot();
        return;
      case "snapshot_ack":
        ledger.snapshotVersion = Math.max(ledger.snapshotVersion, message.version);
        return;
      case "reset":
        this.#fresh = true;
        return;
      case "presence":
      case "broadcast":
      case "state_page":
      case "export.progress":
      case "export.finished":
        return;
      case "annotation.created":
      case "annotation.updated":
      case "annotation.deleted":
      case "annotation.batch":
      case "document.updated":
      case "document.deleted":
      case "version.created":
      case "version.reverted":
        this.#advance(message.seq);
        ledger.tellEvent(message);
    }
  }

  #start({ version, resumed, updates, events }: Extract<ServerMessage, { type: "state" }>): void {
    const { ledger } = this.#options;
    if (!this.#fresh) ledger.report("gap", `a state of ${version} that nothing has announced`, version);
    if (version < this.head) ledger.report("gap", `a state of ${version} after ${this.head}`, version);
    this.head = version;
    this.#reported = version;
    this.#fresh = false;
    for (const { seq, deltaB64 } of updates) ledger.tellUpdate(seq, deltaB64);
    if (resumed) for (const event of events) ledger.tellEvent(event);
    this.#joined();
  }

  #takeAck(ack: Extract<ServerMessage, { type: "ack" }>): void {
    const { ledger } = this.#options;
    const { opId, seq, duplicate = false, annotation, annotations } = ack;
    const shown = annotations ?? (annotation ? [annotation] : []);
    ledger.tellAnnotations(shown);
    if (!duplicate) {
      this.#advance(seq);
      if (shown.length > 0) ledger.tell({ seq, print: printAnnotations(shown) });
    }
    ledger.acked(opId, seq, duplicate);
    this.#options.answered(opId);
  }

  #advance(seq: number): void {
    // Who waits for a fresh state gets answers only; that state holds the rest.
    if (seq !== this.head + 1 && !this.#fresh) {
      this.#options.ledger.report("gap", `a socket got ${seq} after ${this.head}`, seq);
    }
    this.head = Math.max(this.head, seq);
  }
}
