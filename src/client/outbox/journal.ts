import type { StoredOperation } from "./operation.ts";

const PREFIX = "acetate:outbox:";
/** What one room takes of localStorage, about. A site has 5 million characters there for everything. */
export const JOURNAL_CHARACTERS = 1_000_000;

/**
 * Operations on their way into IndexedDB, in localStorage. A write there is done when the call returns, and outlives
 * the page. IndexedDB gives up what it has not finished when a page goes away, even if it was told to commit.
 *
 * Without localStorage, or without room in it, nothing is kept here.
 */
export class Journal {
  /** The revision of each operation that is there from this room, by opId. */
  readonly #revisions = new Map<string, number>();

  write(operation: StoredOperation): void {
    const { opId, revision } = operation;
    const text = JSON.stringify(operation);
    this.#revisions.set(opId, revision);
    const isWritten = attempt(() => {
      // As if all of them were of this size.
      if (text.length * this.#revisions.size > JOURNAL_CHARACTERS) return false;
      localStorage.setItem(PREFIX + opId, text);
      return true;
    });
    // What it was before must not be taken for the newest.
    if (!isWritten) this.erase(opId);
  }

  /** Forgets an operation, unless it has been written anew since `revision`. */
  erase(opId: string, revision = Infinity): void {
    if ((this.#revisions.get(opId) ?? 0) > revision) return;
    this.#revisions.delete(opId);
    attempt(() => localStorage.removeItem(PREFIX + opId));
  }

  /** What all rooms of the site have there. */
  read(): StoredOperation[] {
    const keys = attempt(() => Object.keys(localStorage)) ?? [];
    return keys.flatMap((key) => parse(key, localStorage.getItem(key)) ?? []);
  }

  /** Hears of operations that rooms of other tabs write or erase. */
  listen(heard: (operation: StoredOperation) => void, signal: AbortSignal): void {
    const { window } = globalThis as { window?: Window };
    const hear = ({ key, newValue, oldValue }: StorageEvent): void => {
      const operation = parse(key, newValue ?? oldValue);
      if (operation) heard(operation);
    };
    window?.addEventListener("storage", hear, { signal });
  }
}

/** undefined: it is no operation. */
function parse(key: string | null, text: string | null): StoredOperation | undefined {
  if (!key?.startsWith(PREFIX)) return undefined;
  return attempt(() => JSON.parse(text ?? "") as StoredOperation);
}

/** undefined: it failed. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
