/** A value that can be read and watched. */
export interface Readable<T> {
  readonly value: T;
  /** Calls `listener` at once and after each change. Returns how to stop. */
  subscribe(listener: (value: T) => void): () => void;
}

/** A readable value that its owner sets. */
export class Signal<T> implements Readable<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    tell(this.#listeners, value);
  }

  subscribe(listener: (value: T) => void): () => void {
    const stop = addListener(this.#listeners, listener);
    tell([listener], this.#value);
    return stop;
  }
}

/** Returns how to stop listening. */
export function addListener<T>(listeners: Set<(value: T) => void>, listener: (value: T) => void): () => void {
  // A listener of its own, so that one function may listen twice.
  const own = (value: T): void => listener(value);
  listeners.add(own);
  return () => listeners.delete(own);
}

/** Calls every listener. An error in one is reported as uncaught and keeps nothing from the others. */
export function tell<T>(listeners: Iterable<(value: T) => void>, value: T): void {
  for (const listener of Array.from(listeners)) {
    try {
      listener(value);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
