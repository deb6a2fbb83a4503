import type { OutboxStore, StoredOperation } from "../../../src/client/outbox/operation.ts";
import type { FromThread, StoreCall, ToThread } from "./thread-messages.ts";

/** An outbox in the test's own thread, where it outlives the client's. */
export class ThreadStore implements OutboxStore {
  readonly #tell: (message: FromThread) => void;
  readonly #waiting = new Map<number, (operations: StoredOperation[]) => void>();
  #calls = 0;

  constructor(tell: (message: FromThread) => void) {
    this.#tell = tell;
  }

  load(scope: string): Promise<StoredOperation[]> {
    return this.#call({ method: "load", scope });
  }

  async put(operations: readonly StoredOperation[]): Promise<void> {
    await this.#call({ method: "put", operations });
  }

  async remove(opIds: readonly string[]): Promise<void> {
    await this.#call({ method: "remove", opIds });
  }

  take({ call, value }: Extract<ToThread, { type: "answer" }>): void {
    this.#waiting.get(call)?.(value ?? []);
    this.#waiting.delete(call);
  }

  #call(what: StoreCall): Promise<StoredOperation[]> {
    const call = this.#calls++;
    this.#tell({ type: "call", call, ...what });
    return new Promise((resolve) => this.#waiting.set(call, resolve));
  }
}
