import { newId } from "../new-id.ts";
import { findLocks, type Locks, type Release } from "./locks.ts";
import type { Operation, OutboxStore, StoredOperation } from "./operation.ts";
import type { OwnStore } from "./outbox.ts";

export interface OwnershipOptions {
  store: OutboxStore;
  /** Whose operations these are: the service, the document and the user, as one text. May reject: asked again later. */
  scope: () => Promise<string>;
  /** Takes over operations that another client left. The store says already that they belong to this one. */
  adopt: (operations: readonly StoredOperation[]) => void;
}

interface Announcement {
  scope: string;
  owner: string;
  /** It does not know the others yet. */
  isNew: boolean;
}

/** Tells the tabs of a site who has come. */
const CHANNEL = "acetate:owners";

/**
 * Says which client sends what. Each one is an owner, and holds a lock while it lives. Whoever gets the lock of another
 * owner may be sure that it is gone, and takes over what it left: a tab that starts, for all that crashed, and a living
 * tab, for one that closes. So no two tabs ever make one operation anew for what others did meanwhile.
 */
export class Ownership implements OwnStore {
  readonly #options: OwnershipOptions;
  readonly #owner = newId();
  readonly #locks: Locks = findLocks();
  readonly #closing = new AbortController();
  /** Other owners that are alive, or were taken over. */
  readonly #watched = new Set<string>([this.#owner]);
  #opening: Promise<void> | null = null;
  #scope = "";
  #own: Release | null = null;
  #channel: BroadcastChannel | null = null;

  constructor(options: OwnershipOptions) {
    this.#options = options;
  }

  open(): Promise<void> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  put(operations: readonly Operation[]): Promise<void> {
    return this.#options.store.put(
      operations.map((operation) => ({ ...operation, scope: this.#scope, owner: this.#owner })),
    );
  }

  remove(opIds: readonly string[]): Promise<void> {
    return this.#options.store.remove(opIds);
  }

  /** Leaves everything to the others. */
  close(): void {
    this.#announce(false);
    this.#closing.abort();
    this.#channel?.close();
    this.#channel = null;
    this.#own?.();
  }

  async #open(): Promise<void> {
    this.#scope = await this.#options.scope();
    this.#own ??= await this.#locks.take(lockOf(this.#owner), this.#closing.signal);
    // Whoever comes or goes after this is heard of, and what others kept before it is found.
    this.#listen();
    const left = await this.#options.store.load(this.#scope);
    for (const owner of new Set(left.map((operation) => operation.owner))) {
      const release = await this.#locks.tryTake(lockOf(owner));
      if (release) await this.#takeOver(owner, release);
      else this.#watch(owner);
    }
  }

  /** Hears of other clients, and tells them of this one. */
  #listen(): void {
    if (this.#channel || this.#closing.signal.aborted || !("BroadcastChannel" in globalThis)) return;
    const channel = new BroadcastChannel(CHANNEL);
    channel.addEventListener("message", ({ data }: MessageEvent<Announcement>) => {
      if (data.scope !== this.#scope) return;
      this.#watch(data.owner);
      if (data.isNew) this.#announce(false);
    });
    this.#channel = channel;
    this.#announce(true);
  }

  #announce(isNew: boolean): void {
    const announcement: Announcement = { scope: this.#scope, owner: this.#owner, isNew };
    this.#channel?.postMessage(announcement);
  }

  /** Waits until another owner is gone. */
  #watch(owner: string): void {
    if (this.#watched.has(owner)) return;
    this.#watched.add(owner);
    this.#locks
      .take(lockOf(owner), this.#closing.signal)
      .then((release) => this.#takeOver(owner, release))
      .catch(() => {
        // This client was closed, or the store fails: the next one that starts takes over.
        this.#watched.delete(owner);
      });
  }

  async #takeOver(owner: string, release: Release): Promise<void> {
    try {
      const left = (await this.#options.store.load(this.#scope)).filter((left) => left.owner === owner);
      if (left.length === 0 || this.#closing.signal.aborted) return;
      await this.put(left);
      this.#options.adopt(left);
    } finally {
      release();
    }
  }
}

function lockOf(owner: string): string {
  return `acetate:${owner}`;
}
