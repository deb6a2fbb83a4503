import { type ReadonlySignal, signal } from "@preact/signals";
import { Keep } from "../../editor/keep.ts";

/** Threads that a browser remembers for a document: those that were seen last. 50 KB at most. */
const THREADS_MAX = 1_000;

/**
 * What this person has seen of each thread, in this browser: the highest seq. The service knows nothing of it. Other
 * tabs of the same browser follow.
 */
export class SeenThreads {
  readonly #seen = signal<ReadonlyMap<string, number>>(new Map());
  readonly #key: string;
  readonly #keep = new Keep(() => localStorage);
  readonly #ending = new AbortController();

  constructor(documentId: string, actorId: string | null) {
    this.#key = `acetate:seen:${documentId}:${actorId ?? ""}`;
    this.#read();
    window.addEventListener("storage", ({ key }) => key === this.#key && this.#read(), {
      signal: this.#ending.signal,
    });
  }

  /** The seq of each thread, by its id. */
  get value(): ReadonlySignal<ReadonlyMap<string, number>> {
    return this.#seen;
  }

  see(threadId: string, seq: number): void {
    const before = this.#seen.peek();
    if ((before.get(threadId) ?? 0) >= seq) return;
    const next = new Map(before);
    next.delete(threadId);
    next.set(threadId, seq);
    this.#seen.value = new Map([...next].slice(-THREADS_MAX));
    this.#keep.write(this.#key, JSON.stringify([...this.#seen.value]));
  }

  stop(): void {
    this.#ending.abort();
  }

  #read(): void {
    this.#seen.value = new Map(readPairs(this.#keep.read(this.#key)));
  }
}

/** Whatever else is in the store is nothing. */
export function readPairs(text: string | null): [string, number][] {
  try {
    const list: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(list) ? list.filter(isPair) : [];
  } catch {
    return [];
  }
}

function isPair(value: unknown): value is [string, number] {
  return Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "number";
}
