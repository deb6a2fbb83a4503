import { connect } from "../../src/client/connect.ts";
import { MemoryStore } from "../../src/client/outbox/memory-store.ts";
import type { Room } from "../../src/client/room-api.ts";
import { clientMessageSchema } from "../../src/protocol/wire/up.ts";
import { makeSnapshot } from "./check-changes.ts";
import type { Ledger } from "./ledger.ts";
import { LedgerReader } from "./ledger-reader.ts";
import { type OperationMaker, toOperation } from "./make-operations.ts";
import type { OperationMessage } from "./operation.ts";
import type { Random } from "./random.ts";

export interface LibraryWriterOptions {
  service: URL;
  ledger: Ledger;
  maker: OperationMaker;
  random: Random;
  snapshots: boolean;
}

/** Edits that are not saved, at most. */
const WINDOW = 20;

/** An application that edits with the client library. What the library sends and hears goes into the ledger. */
export class LibraryWriter {
  readonly #options: LibraryWriterOptions;
  readonly #room: Room;
  #unsaved = 0;
  #isStopped = false;
  readonly #stopped = Promise.withResolvers<void>();

  constructor(options: LibraryWriterOptions) {
    const { service, ledger, snapshots } = options;
    this.#options = options;
    const reader = new LedgerReader(ledger);
    this.#room = connect(service, ledger.documentId, {
      actorId: "library",
      store: new MemoryStore(),
      WebSocket: tapSocket((message) => noteSending(ledger, message)),
      content: {
        load: () => {},
        receive: () => {},
        ...(snapshots && {
          snapshot: (seq) => Buffer.from(makeSnapshot(ledger.documentId, seq), "base64"),
        }),
      },
    });
    this.#room.on("message", (message) => reader.take(message));
    this.#room.status.subscribe(({ state }) => {
      if (state !== "live") reader.restart();
    });
  }

  /** Resolves when the document is open. */
  async open(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = this.#room.status.subscribe(({ state }) => {
      if (state === "live") resolve();
    });
    await promise;
    stop();
  }

  /** Writes until `stop`. */
  async run(): Promise<void> {
    const fill = (): void => {
      while (!this.#isStopped && this.#unsaved < WINDOW) this.#edit(fill);
    };
    fill();
    await this.#stopped.promise;
  }

  /** No more is written, nor sent. */
  stop(): void {
    this.#isStopped = true;
    this.#room.close();
    this.#stopped.resolve();
  }

  #edit(settled: () => void): void {
    const { random, maker } = this.#options;
    this.#unsaved++;
    const settle = (): void => {
      this.#unsaved--;
      settled();
    };
    this.#make(random.next(), maker.nextOpId()).saved.then(settle, settle);
  }

  /** @param mark stands in what the edit leaves */
  #make(dice: number, mark: string): { saved: Promise<void> } {
    const { annotations } = this.#room;
    const { random, maker } = this.#options;
    const shown = annotations.value;
    if (dice < 0.5) return this.#room.sendContent(Buffer.from(`${mark};`));
    if (shown.length === 0 || dice < 0.55) return annotations.create(maker.input(mark, 0));
    const { id } = random.pick(shown);
    if (dice < 0.57) return annotations.delete(id);
    return annotations.update(id, { text: mark, z_index: random.int(-100, 100) });
  }
}

/** Sockets that tell of each operation before they send it, for the first time or again. */
function tapSocket(sending: (message: OperationMessage) => void): typeof WebSocket {
  return class extends WebSocket {
    override send(data: Parameters<WebSocket["send"]>[0]): void {
      const frame: unknown = typeof data === "string" && data !== "ping" ? JSON.parse(data) : [];
      for (const sent of Array.isArray(frame) ? frame : [frame]) {
        const message = clientMessageSchema.parse(sent);
        if ("opId" in message) sending(message);
      }
      super.send(data);
    }
  };
}

function noteSending(ledger: Ledger, message: OperationMessage): void {
  const operation = ledger.operations.get(message.opId) ?? toOperation(message);
  ledger.sending(operation);
  if (message.type === "annotation.create") ledger.marks.set(message.annotation.text, operation);
  if (message.type === "annotation.update") ledger.marks.set(message.patch.text ?? "", operation);
}
