import type { StoredOperation } from "./operation.ts";

const PREFIX = "acetate:outbox:";
/** What one room takes of localStorage at most. A site has about 5 million characters there for everything. */
export const JOURNAL_CHARACTERS_MAX = 1_000_000;

/**
 * Operations on their way into IndexedDB, in localStorage. A write there is done when the call returns, and outlives
 * the page. IndexedDB gives up what it has not finished when a page goes away, even if it was told to commit.
 *
 * Without localStorage, or without room in it, nothing is kept here.
 */
export class Journal {
  /** What is there from this room, by opId. */
  readonly #written = new Map<string, { revision: number; length: number }>();
  #characters = 0;

  write(operation: StoredOperation): void {
    const { opId, revision } = operation;
    const text = JSON.stringify(operation);
    const { length } = text;
    try {
      const characters = this.#characters - (this.#written.get(opId)?.length ?? 0) + length;
      if (characters > JOURNAL_CHARACTERS_MAX) throw new RangeError("The journal is full");
      localStorage.setItem(PREFIX + opId, text);
      this.#written.set(opId, { revision, length });
      this.#characters = characters;
    } catch {
      // What it was before must not be taken for the newest.
      this.erase(opId);
    }
  }

  /** Forgets an operation, unless it has been written anew since `revision`. */
  erase(opId: string, revision = Infinity): void {
    const written = this.#written.get(opId);
    if (written && written.revision > revision) return;
    this.#characters -= written?.length ?? 0;
    this.#written.delete(opId);
    try {
      localStorage.removeItem(PREFIX + opId);
    } catch {
      // There is no localStorage.
    }
  }

  /** The operations of a scope, of all rooms. */
  read(scope: string): StoredOperation[] {
    const found: StoredOperation[] = [];
    for (const key of listKeys()) {
      const operation = parse(localStorage.getItem(key));
      if (operation?.scope === scope) found.push(operation);
    }
    return found;
  }

  /** Hears of operations that rooms of other tabs write. */
  listen(heard: (operation: StoredOperation) => void, signal: AbortSignal): void {
    const { window } = globalThis as { window?: Window };
    const hear = ({ key, newValue }: StorageEvent): void => {
      const operation = key?.startsWith(PREFIX) ? parse(newValue) : null;
      if (operation) heard(operation);
    };
    window?.addEventListener("storage", hear, { signal });
  }
}

function listKeys(): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

/** null: it was erased, or somebody else has written it. */
function parse(text: string | null): StoredOperation | null {
  try {
    return JSON.parse(text ?? "null") as StoredOperation | null;
  } catch {
    return null;
  }
}
