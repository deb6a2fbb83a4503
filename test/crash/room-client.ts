import { BATCH_SUBPROTOCOL, FRAME_MESSAGES_MAX } from "../../src/protocol/limits.ts";
import { type ServerMessage, serverMessageSchema } from "../../src/protocol/wire/down.ts";
import { roomUrl } from "../../tools/room-socket.ts";
import { makeSnapshot } from "./check-changes.ts";
import type { Ledger } from "./ledger.ts";
import { LedgerReader } from "./ledger-reader.ts";
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
 * A bare socket into a room: it sends operations as they are, again and again, as no well-behaved client would. What it
 * hears goes into the ledger.
 */
export class RoomClient {
  readonly #socket: WebSocket;
  readonly #options: RoomClientOptions;
  readonly #reader: LedgerReader;
  #reported = 0;
  #joined: () => void = () => {};
  /** Resolves with the close code; what had come before was read. */
  readonly closed: Promise<number>;

  private constructor(socket: WebSocket, options: RoomClientOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#reader = new LedgerReader(options.ledger);
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

  /** The highest seq seen. */
  get head(): number {
    return this.#reader.head;
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
    this.#reader.take(message);
    if (message.type === "state") {
      this.#reported = this.head;
      this.#joined();
    } else if (message.type === "ack" || message.type === "error") {
      if (message.opId !== undefined) this.#options.answered(message.opId);
    } else if (message.type === "snapshot_request" && this.#options.snapshots) {
      this.sendSnapshot();
    }
  }
}
