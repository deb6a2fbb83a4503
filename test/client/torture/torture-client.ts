import { Worker } from "node:worker_threads";
import { MemoryStore } from "../../../src/client/outbox/memory-store.ts";
import type { StoredOperation } from "../../../src/client/outbox/operation.ts";
import type { Expectations } from "./expectations.ts";
import { Proxy } from "./proxy.ts";
import type { FromThread, Report, ThreadOptions, ToThread } from "./thread-messages.ts";

export interface TortureClientOptions extends Pick<ThreadOptions, "documentId" | "content" | "seed"> {
  service: URL;
  name: string;
  expectations: Expectations;
  problem: (text: string) => void;
  /** A client saw a change. */
  seen: (seq: number, print: string) => void;
}

/** A client that makes edits, with its own network and its own store. It may crash, and comes back with the store. */
export class TortureClient {
  readonly proxy: Proxy;
  readonly #options: TortureClientOptions;
  /** Outlives crashes. */
  readonly #store = new MemoryStore();
  #scope = "";
  #lives = 0;
  #name = "";
  #worker!: Worker;
  /** Up to where the older state goes that the service has got. null: the client knows of it, or there is none. */
  #rolledBackTo: number | null = null;
  /** How many edits it still has to make. */
  #toMake = 0;
  #edited = Promise.withResolvers<void>();
  #reported = Promise.withResolvers<Report>();

  private constructor(options: TortureClientOptions, proxy: Proxy) {
    this.#options = options;
    this.proxy = proxy;
    this.#start();
  }

  static async start(options: TortureClientOptions): Promise<TortureClient> {
    return new TortureClient(options, await Proxy.start(options.service));
  }

  /** Resolves when so many more edits are made, over crashes. They need not be saved then. */
  async edit(count: number): Promise<void> {
    this.#toMake = count;
    this.#edited = Promise.withResolvers();
    this.#tell({ type: "edit", count });
    await this.#edited.promise;
  }

  /** Connects now, and not after the pause that there is after failures. Not if it is connected. */
  async reconnect(): Promise<void> {
    if ((await this.report()).state !== "live") this.#tell({ type: "reconnect" });
  }

  async report(): Promise<Report> {
    this.#reported = Promise.withResolvers();
    this.#tell({ type: "report" });
    return this.#reported.promise;
  }

  /** What waits in the store. */
  listStored(): Promise<StoredOperation[]> {
    return this.#store.load(this.#scope);
  }

  /** The service has an older state now. Called before the client can reach it. */
  rolledBackTo(version: number): void {
    // It may have missed an earlier one, too.
    this.#rolledBackTo = Math.min(this.#rolledBackTo ?? Infinity, version);
  }

  /** Ends at once, whatever it was doing, and comes back with what is in the store. */
  async crash(): Promise<void> {
    await this.#worker.terminate();
    this.proxy.cut();
    this.#options.expectations.crashed(this.#name, await this.listStored());
    this.#start();
    if (this.#toMake > 0) this.#tell({ type: "edit", count: this.#toMake });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
    await this.proxy.close();
  }

  #start(): void {
    const { documentId, content, name, seed } = this.#options;
    this.#lives++;
    this.#rolledBackTo = null;
    this.#name = `${name}${this.#lives}`;
    const workerData: ThreadOptions = {
      service: this.proxy.url.href,
      documentId,
      content,
      actorId: name,
      name: this.#name,
      seed: `${seed}/${this.#name}`,
    };
    const worker = new Worker(new URL("./client-thread.ts", import.meta.url), { workerData });
    worker.on("message", (message: FromThread) => void this.#take(worker, message));
    worker.on("error", (error) => this.#options.problem(`${this.#name}: ${String(error)}`));
    this.#worker = worker;
  }

  #tell(message: ToThread): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
    this.#worker.postMessage(message);
  }

  async #take(worker: Worker, message: FromThread): Promise<void> {
    const { expectations, problem, seen } = this.#options;
    switch (message.type) {
      case "made":
        expectations.made(this.#name, message.edit);
        if (--this.#toMake === 0) this.#edited.resolve();
        return;
      case "saved":
        expectations.saved(message.token);
        return;
      case "refused":
        expectations.refused(message.token);
        return;
      case "seq":
        seen(message.seq, message.print);
        return;
      case "state": {
        const { resumed, diverged, since } = message;
        const shared = this.#rolledBackTo ?? Infinity;
        this.#rolledBackTo = null;
        const said = diverged ? "told that its history is another one" : resumed ? "resumed" : null;
        const isWrong = since > shared ? said === "resumed" : diverged;
        if (isWrong)
          problem(`${this.#name} was ${said} after ${since}; its history is shared up to ${shared}`);
        return;
      }
      case "problem":
        problem(`${this.#name}: ${message.text}`);
        return;
      case "report":
        this.#reported.resolve(message.report);
        return;
      case "call": {
        const value = await this.#call(message);
        const answer: ToThread = { type: "answer", call: message.call, value };
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
        worker.postMessage(answer);
      }
    }
  }

  async #call(call: Extract<FromThread, { type: "call" }>): Promise<StoredOperation[] | undefined> {
    switch (call.method) {
      case "load":
        this.#scope = call.scope;
        return this.#store.load(call.scope);
      case "put":
        await this.#store.put(call.operations);
        return undefined;
      case "remove":
        await this.#store.remove(call.opIds);
        return undefined;
    }
  }
}
