import { newId } from "../new-id.ts";
import { findLocks, type Locks, type Release } from "./locks.ts";
import type { Journal } from "./journal.ts";
import type { Operation, OutboxStore, StoredOperation } from "./operation.ts";
import type { OwnStore } from "./outbox.ts";

export interface OwnershipOptions {
  store: OutboxStore;
  /** Keeps what is on its way into the store. null: there is none. */
  journal: Journal | null;
  /** Whose operations these are: the service, the document and the user, as one text. May reject: asked again later. */
  scope: () => Promise<string>;
  /** What it most likely is, until it is known. null: there is no telling. */
  likelyScope: string | null;
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
  /** Other owners that are alive. */
  readonly #watched = new Set<string>([this.#owner]);
  /** Taken at once: what it keeps is not for others, from the first operation on. */
  readonly #lock: Promise<Release>;
  #opening: Promise<void> | null = null;
  /** Empty: there is no telling. */
  #scope: string;
  /** What is to be jotted down when the scope is known. */
  readonly #early: Operation[] = [];
  #channel: BroadcastChannel | null = null;

  constructor(options: OwnershipOptions) {
    this.#options = options;
    this.#scope = options.likelyScope ?? "";
    this.#lock = this.#locks.take(lockOf(this.#owner), this.#closing.signal);
    // `open` tells of it.
    this.#lock.catch(() => {});
  }

  open(): Promise<void> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  async put(operations: readonly Operation[]): Promise<void> {
    const { store, journal } = this.#options;
    const signed = operations.map((operation) => this.#sign(operation));
    await store.put(signed);
    // Unless it has changed since.
    for (const { opId, revision } of signed) journal?.erase(opId, revision);
  }

  async remove(opIds: readonly string[]): Promise<void> {
    const { store, journal } = this.#options;
    for (const opId of opIds) journal?.erase(opId);
    await store.remove(opIds);
  }

  jot(operation: Operation): void {
    if (this.#scope === "") this.#early.push(operation);
    else this.#options.journal?.write(this.#sign(operation));
  }

  /** Leaves everything to the others. */
  close(): void {
    this.#announce(false);
    this.#closing.abort();
    this.#channel?.close();
    this.#channel = null;
    this.#lock.then((release) => release()).catch(() => {});
  }

  async #open(): Promise<void> {
    this.#scope = await this.#options.scope();
    for (const operation of this.#early.splice(0)) this.jot(operation);
    await this.#lock;
    // Whoever comes or goes after this is heard of, and what others kept before it is found.
    this.#listen();
    const left = await this.#load();
    for (const owner of new Set(left.map((operation) => operation.owner))) {
      const release = await this.#locks.tryTake(lockOf(owner));
      if (release) await this.#takeOver(owner, release);
      else this.#watch(owner);
    }
  }

  #sign(operation: Operation): StoredOperation {
    return { ...operation, scope: this.#scope, owner: this.#owner };
  }

  /** What the scope has, each operation in the newest state that was kept. */
  async #load(): Promise<StoredOperation[]> {
    const { store, journal } = this.#options;
    const newest = new Map<string, StoredOperation>();
    for (const operation of [...(await store.load(this.#scope)), ...(journal?.read() ?? [])]) {
      const { opId, revision, scope } = operation;
      const isNewer = (newest.get(opId)?.revision ?? 0) < revision;
      if (isNewer && scope === this.#scope) newest.set(opId, operation);
    }
    return [...newest.values()];
  }

  /** Hears of other clients, and tells them of this one. */
  #listen(): void {
    if (this.#channel || this.#closing.signal.aborted || !("BroadcastChannel" in globalThis)) return;
    const channel = new BroadcastChannel(CHANNEL);
    channel.addEventListener("message", ({ data }: MessageEvent<Announcement>) => {
      this.#hear(data);
      if (data.scope === this.#scope && data.isNew) this.#announce(false);
    });
    this.#channel = channel;
    // Also of a client that was gone before it could announce itself.
    this.#options.journal?.listen((jotted) => this.#hear(jotted), this.#closing.signal);
    this.#announce(true);
  }

  #announce(isNew: boolean): void {
    const announcement: Announcement = { scope: this.#scope, owner: this.#owner, isNew };
    this.#channel?.postMessage(announcement);
  }

  #hear({ scope, owner }: { scope: string; owner: string }): void {
    if (scope === this.#scope) this.#watch(owner);
  }

  /** Waits until another owner is gone. */
  #watch(owner: string): void {
    if (this.#watched.has(owner)) return;
    this.#watched.add(owner);
    this.#locks
      .take(lockOf(owner), this.#closing.signal)
      .then((release) => this.#takeOver(owner, release))
      // This client was closed, or the store fails: the next one that starts takes over.
      .catch(() => {})
      // It may be heard of again: what it wrote last may come late.
      .finally(() => this.#watched.delete(owner));
  }

  async #takeOver(owner: string, release: Release): Promise<void> {
    try {
      // Again: what it wrote last may have come meanwhile.
      for (;;) {
        const left = (await this.#load()).filter((left) => left.owner === owner);
        if (left.length === 0 || this.#closing.signal.aborted) return;
        await this.put(left);
        this.#options.adopt(left);
      }
    } finally {
      release();
    }
  }
}

function lockOf(owner: string): string {
  return `acetate:${owner}`;
}
