/** Gives a lock back. */
export type Release = () => void;

/** Locks that tell who is alive: one is free again when its holder is gone, however that came. */
export interface Locks {
  /** Waits for a lock. Rejects where `signal` aborts before. */
  take(name: string, signal: AbortSignal): Promise<Release>;
  /** null: somebody has it. */
  tryTake(name: string): Promise<Release | null>;
}

/** The browser's locks, which all tabs of a site share, or locks within this program where there are none. */
export function findLocks(): Locks {
  const { locks } = (globalThis.navigator as Navigator | undefined) ?? {};
  return locks ? new WebLocks(locks) : programLocks;
}

class WebLocks implements Locks {
  readonly #locks: LockManager;

  constructor(locks: LockManager) {
    this.#locks = locks;
  }

  take(name: string, signal: AbortSignal): Promise<Release> {
    return new Promise((resolve, reject) => {
      this.#locks.request(name, { signal }, () => hold(resolve)).catch(reject);
    });
  }

  tryTake(name: string): Promise<Release | null> {
    return new Promise((resolve, reject) => {
      this.#locks
        .request(name, { ifAvailable: true }, (lock) => (lock ? hold(resolve) : resolve(null)))
        .catch(reject);
    });
  }
}

/** Keeps a Web Lock until it is released. */
function hold(taken: (release: Release) => void): Promise<void> {
  return new Promise((release) => taken(release));
}

class ProgramLocks implements Locks {
  /** Whoever waits, by name. A name that is here is held. */
  readonly #waiting = new Map<string, (() => void)[]>();

  async take(name: string, signal: AbortSignal): Promise<Release> {
    const waiting = this.#waiting.get(name);
    if (!waiting) return this.#take(name);
    await new Promise<void>((resolve, reject) => {
      waiting.push(resolve);
      signal.addEventListener("abort", () => {
        const index = waiting.indexOf(resolve);
        if (index >= 0) waiting.splice(index, 1);
        reject(signal.reason as Error);
      });
    });
    return this.#releaseOf(name);
  }

  async tryTake(name: string): Promise<Release | null> {
    return this.#waiting.has(name) ? null : this.#take(name);
  }

  #take(name: string): Release {
    this.#waiting.set(name, []);
    return this.#releaseOf(name);
  }

  #releaseOf(name: string): Release {
    return () => {
      const next = this.#waiting.get(name)?.shift();
      if (next) next();
      else this.#waiting.delete(name);
    };
  }
}

const programLocks = new ProgramLocks();
