/** Keeps what was used last, up to a total weight: what is too much is forgotten, least recently used first. */
export class BoundedCache<Value> {
  readonly #limit: number;
  readonly #weigh: (value: Value) => number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, Value>();
  #weight = 0;

  constructor(limit: number, weigh: (value: Value) => number) {
    this.#limit = limit;
    this.#weigh = weigh;
  }

  /** The weight of all that is kept: never above the limit. */
  get weight(): number {
    return this.#weight;
  }

  get(key: string): Value | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  /** A value's weight must not change while it is kept. */
  set(key: string, value: Value): void {
    this.#forget(key);
    this.#entries.set(key, value);
    this.#weight += this.#weigh(value);
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.#limit) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    const value = this.#entries.get(key);
    if (value === undefined) return;
    this.#entries.delete(key);
    this.#weight -= this.#weigh(value);
  }
}
