import { setTimeout as sleep } from "node:timers/promises";
import type { Ledger } from "./ledger.ts";
import type { OperationMaker } from "./make-operations.ts";
import { isRefused, type Operation } from "./operation.ts";
import type { Random } from "./random.ts";
import { RoomClient } from "./room-client.ts";

export interface SocketWriterOptions {
  service: URL;
  ledger: Ledger;
  maker: OperationMaker;
  random: Random;
  batch: boolean;
  snapshots: boolean;
  /** Which operations it sends. */
  writes: "updates" | "annotations";
  /** Operations on their way at a time. */
  window: number;
}

/** Of the operations of an update writer this part is sent a second time, whether answered by then or not. */
const REPEATED = 0.03;
const SNAPSHOT_UNASKED = 0.002;
const RECONNECT_MS = 50;

/** One client that writes as fast as it is answered, until the service is gone. */
export class SocketWriter {
  readonly #options: SocketWriterOptions;
  /** opId → times it is on its way. */
  readonly #inFlight = new Map<string, number>();
  readonly #recent: Operation[] = [];
  #client: RoomClient | null = null;
  #stopped = false;

  constructor(options: SocketWriterOptions) {
    this.#options = options;
  }

  /** Joins; rejects where it can't. */
  async open(): Promise<void> {
    const { service, ledger, batch, snapshots } = this.#options;
    const answered = (opId: string) => this.#settle(opId);
    const options = { service, ledger, batch, snapshots, answered };
    const client = await RoomClient.join(options, this.#client?.head ?? ledger.verifiedHead);
    if (!client) throw new Error(`no way into ${ledger.documentId}`);
    this.#client = client;
    this.#inFlight.clear();
  }

  /** Writes until `stop`; a socket that the service has ended (too slow, too fast) is opened again. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      this.#fill();
      await this.#client?.closed;
      // The service may be about to go.
      await sleep(RECONNECT_MS);
      if (!this.#stopped) await this.open().catch(() => {});
    }
  }

  /** No more is sent. What was sent already may still be answered. */
  stop(): void {
    this.#stopped = true;
  }

  #settle(opId: string): void {
    const count = this.#inFlight.get(opId) ?? 0;
    if (count > 1) this.#inFlight.set(opId, count - 1);
    else this.#inFlight.delete(opId);
    // Half of the window at once, so that batches have something to gather.
    if (this.#inFlight.size <= this.#options.window / 2) this.#fill();
  }

  #fill(): void {
    const client = this.#client;
    if (this.#stopped || !client?.isOpen) return;
    const { random, window, snapshots } = this.#options;
    while (this.#inFlight.size < window) {
      const count = random.int(1, Math.min(50, window - this.#inFlight.size));
      const operations = Array.from({ length: count }, () => this.#next());
      for (const { opId } of operations) this.#inFlight.set(opId, (this.#inFlight.get(opId) ?? 0) + 1);
      client.send(operations);
      if (snapshots && random.chance(SNAPSHOT_UNASKED)) client.sendSnapshot();
    }
  }

  #next(): Operation {
    const { random, maker, ledger, writes } = this.#options;
    if (writes === "annotations") {
      const known = random.sample([...ledger.annotations.values()], 30);
      return maker.annotation(known, ledger.annotations.size);
    }
    const repeatable = this.#recent.filter((operation) => !isRefused(operation));
    if (repeatable.length > 0 && random.chance(REPEATED)) return random.pick(repeatable);
    const operation = maker.update();
    this.#recent.push(operation);
    if (this.#recent.length > 100) this.#recent.shift();
    return operation;
  }
}
