import type { OutboxStore, StoredOperation } from "./operation.ts";

const DATABASE = "acetate";
const OPERATIONS = "outbox";
const BY_SCOPE = "scope";

/** Keeps operations in the browser's IndexedDB, over crashes and reloads. All rooms of a site share it. */
export class IndexedDbStore implements OutboxStore {
  #database: Promise<IDBDatabase> | null = null;

  async load(scope: string): Promise<StoredOperation[]> {
    const operations = await this.#begin("readonly");
    return (await answer(operations.index(BY_SCOPE).getAll(scope))) as StoredOperation[];
  }

  async put(operations: readonly StoredOperation[]): Promise<void> {
    // Kept means on the disk: a machine may lose its power.
    const kept = await this.#begin("readwrite", "strict");
    for (const operation of operations) kept.put(operation);
    await committed(kept.transaction);
  }

  async remove(opIds: readonly string[]): Promise<void> {
    // An operation that comes back is sent again, which does nothing.
    const kept = await this.#begin("readwrite", "relaxed");
    for (const opId of opIds) kept.delete(opId);
    await committed(kept.transaction);
  }

  async #begin(
    mode: IDBTransactionMode,
    durability: IDBTransactionDurability = "default",
  ): Promise<IDBObjectStore> {
    for (let isFirst = true; ; isFirst = false) {
      this.#database ??= openDatabase(() => (this.#database = null));
      try {
        return (await this.#database).transaction(OPERATIONS, mode, { durability }).objectStore(OPERATIONS);
      } catch (error) {
        // The browser may have closed it, as when a tab was frozen or the user cleared the site's data.
        this.#database = null;
        if (!isFirst) throw error;
      }
    }
  }
}

/** @param closed is called when the database can't be used any longer */
async function openDatabase(closed: () => void): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.addEventListener("upgradeneeded", () => {
    request.result.createObjectStore(OPERATIONS, { keyPath: "opId" }).createIndex(BY_SCOPE, "scope");
  });
  const database = await answer(request);
  database.addEventListener("close", closed);
  // Someone deletes the database, or a newer version of this library changes it: neither waits for this one.
  database.addEventListener("versionchange", () => {
    database.close();
    closed();
  });
  return database;
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("IndexedDB failed")));
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  // Now: by itself it would only after its requests were answered, and a tab that is closed hears no answer.
  transaction.commit();
  return new Promise((resolve, reject) => {
    transaction.addEventListener("complete", () => resolve());
    transaction.addEventListener("abort", () => {
      reject(transaction.error ?? new Error("IndexedDB gave up a transaction"));
    });
  });
}
