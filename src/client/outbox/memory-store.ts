import type { OutboxStore, StoredOperation } from "./operation.ts";

/** Keeps operations as long as the program runs. Several rooms may share one. */
export class MemoryStore implements OutboxStore {
  readonly #operations = new Map<string, StoredOperation>();

  async load(scope: string): Promise<StoredOperation[]> {
    return [...this.#operations.values()]
      .filter((operation) => operation.scope === scope)
      .map((operation) => structuredClone(operation));
  }

  async put(operations: readonly StoredOperation[]): Promise<void> {
    for (const operation of operations) this.#operations.set(operation.opId, structuredClone(operation));
  }

  async remove(opIds: readonly string[]): Promise<void> {
    for (const opId of opIds) this.#operations.delete(opId);
  }
}
