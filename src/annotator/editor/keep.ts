/** What a browser keeps. Where it may keep nothing (blocked cookies), it is gone with the page. */
export class Keep {
  readonly #open: () => Storage;
  readonly #memory = new Map<string, string | null>();

  /** @param open gives the store; browsers may throw here */
  constructor(open: () => Storage) {
    this.#open = open;
  }

  read(key: string): string | null {
    const remembered = this.#memory.get(key);
    // null: what the store has is to be forgotten, and it won't.
    if (remembered !== undefined) return remembered;
    try {
      return this.#open().getItem(key);
    } catch {
      return null;
    }
  }

  /** @param value null: nothing is to be kept */
  write(key: string, value: string | null): void {
    try {
      if (value === null) this.#open().removeItem(key);
      else this.#open().setItem(key, value);
      this.#memory.delete(key);
    } catch {
      this.#memory.set(key, value);
    }
  }
}
