/** As long as people don't notice: as one frame at 20 a second. */
const GATHER_MS = 50;

/**
 * Gathers what comes in one task, and then what comes within 50 ms, and hands it on together. A lone value waits for
 * the end of its task only.
 */
export class Gatherer<T> {
  readonly #handOn: (values: readonly T[]) => void;
  #values: T[] = [];
  #lastAt = -Infinity;
  #isDue = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(handOn: (values: readonly T[]) => void) {
    this.#handOn = handOn;
  }

  get isEmpty(): boolean {
    return this.#values.length === 0;
  }

  add(value: T): void {
    this.#values.push(value);
    if (this.#isDue) return;
    this.#isDue = true;
    const waitMs = this.#lastAt + GATHER_MS - performance.now();
    if (waitMs > 0) this.#timer = setTimeout(() => this.flush(), waitMs);
    else queueMicrotask(() => this.flush());
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#isDue = false;
    if (this.#values.length === 0) return;
    this.#lastAt = performance.now();
    const values = this.#values;
    this.#values = [];
    this.#handOn(values);
  }
}
