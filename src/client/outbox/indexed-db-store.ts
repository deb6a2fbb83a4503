import type { OutboxStore, StoredOperation } from "./operation.ts";

const DATABASE = "acetate";
const OPERATIONS = "outbox";
const BY_SCOPE = "scope";

/** Keeps operations in the browser's IndexedDB, over crashes and reloads. All rooms of a site share it. */
export class IndexedDbStore implements OutboxStore {
  #opening: Promise<IDBDatabase> | null = null;
  /** null: it is not open. */
  #database: IDBDatabase | null = null;

  constructor() {
    // Beside the fetch of a token. What fails is tried again when it is needed.
    this.#open().catch(() => {});
  }

  load(scope: string): Promise<StoredOperation[]> {
    return this.#use("readonly", "default", async (kept) => {
      return (await answer(kept.index(BY_SCOPE).getAll(scope))) as StoredOperation[];
    });
  }

  put(operations: readonly StoredOperation[]): Promise<void> {
    // Kept means on the disk: a machine may lose its power.
    return this.#use("readwrite", "strict", (kept) => {
      for (const operation of operations) kept.put(operation);
      return committed(kept.transaction);
    });
  }

  remove(opIds: readonly string[]): Promise<void> {
    // An operation that comes back is sent again, which does nothing.
    return this.#use("readwrite", "relaxed", (kept) => {
      for (const opId of opIds) kept.delete(opId);
      return committed(kept.transaction);
    });
  }

  /** Begins at once if the database is open: a page that is being closed runs nothing later. */
  async #use<T>(
    mode: IDBTransactionMode,
    durability: IDBTransactionDurability,
    work: (kept: IDBObjectStore) => Promise<T>,
  ): Promise<T> {
    for (let isFirst = true; ; isFirst = false) {
      const database = this.#database ?? (await this.#open());
      let kept: IDBObjectStore;
      try {
        kept = database.transaction(OPERATIONS, mode, { durability }).objectStore(OPERATIONS);
      } catch (error) {
        // The browser may have closed it, as when a tab was frozen or the user cleared the site's data.
        this.#database = null;
        if (!isFirst) throw error;
        continue;
      }
      return work(kept);
    }
  }

  async #open(): Promise<IDBDatabase> {
    this.#opening ??= openDatabase(() => (this.#database = null)).finally(() => (this.#opening = null));
    this.#database = await this.#opening;
    return this.#database;
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
