/**
 * Keeps values up to a total weight, and drops the least recently used ones beyond it.
 *
 * Not `lru-cache` 11.5: minified it is 18 KB, 6 KB compressed, in a bundle that a page in the browser is to load too.
 * These few lines do all that is needed.
 */
export class BoundedCache<Key, Value> {
  readonly #limit: number;
  readonly #weigh: (value: Value) => number;
  readonly #onDrop: (value: Value) => void;
  /** Least recently used first. */
  readonly #entries = new Map<Key, Value>();
  #weight = 0;

  /** `onDrop` releases what a value holds elsewhere. It is not called for a value that is set again. */
  constructor(limit: number, weigh: (value: Value) => number, onDrop: (value: Value) => void = () => {}) {
    this.#limit = limit;
    this.#weigh = weigh;
    this.#onDrop = onDrop;
  }

  /** The weight of all values: never above the limit. */
  get weight(): number {
    return this.#weight;
  }

  get(key: Key): Value | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  /** The weight of a value must not change while it is kept. */
  set(key: Key, value: Value): void {
    const before = this.#remove(key);
    if (before !== undefined && before !== value) this.#onDrop(before);
    this.#entries.set(key, value);
    this.#weight += this.#weigh(value);
    this.makeRoom(0);
  }

  /** Drops values until one more of this weight fits. */
  makeRoom(weight: number): void {
    for (const oldest of this.#entries.keys()) {
      if (this.#weight + weight <= this.#limit) return;
      const value = this.#remove(oldest);
      if (value !== undefined) this.#onDrop(value);
    }
  }

  #remove(key: Key): Value | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#weight -= this.#weigh(value);
    return value;
  }
}
