import { type CommitLog, parseOperations, parseUpdates } from "./commit-log.ts";
import type { MetaStore } from "./meta.ts";
import { hash128, OperationIndex } from "./operation-index.ts";

/** So many opIds are worth writing into pages, … */
export const DUE_OPERATIONS = 1_000;
/** … and more of them where there are many pages: else each time would write nearly every page. */
const DUE_PART = 1 / 32;
/** In memory there are never more than this, nor longer ones. */
const RECENT_MAX = 16_384;
const RECENT_MAX_LENGTH = 8 * 1024 * 1024;

/** A delta that is longer than this is kept by its hash, once there is time to make it: … */
const CONDENSED_LENGTH = 64;
/** … of so many at a time, which takes less than a millisecond. */
const CONDENSED_AT_ONCE = 32;

/** Marks a content that is given by its hash; base64 has no such character. */
const HASHED = "#";

interface Recent {
  seq: number;
  content: string;
}

/**
 * What every opId stands for, for ever (I3). The newest are in memory, and in the rows of their commits; the others in
 * the pages of the index. They move at snapshots and when the object wakes up, many at once.
 */
export class OperationStore {
  readonly #sql: SqlStorage;
  readonly #log: CommitLog;
  readonly #meta: MetaStore;
  readonly #index: OperationIndex;
  readonly #recent = new Map<string, Recent>();
  /** Those with a long content, the oldest first. */
  #long: Recent[] = [];
  #recentLength = 0;
  #indexed: IndexState = { through: 0, pages: 1, count: 0 };

  constructor(sql: SqlStorage, log: CommitLog, meta: MetaStore) {
    this.#sql = sql;
    this.#log = log;
    this.#meta = meta;
    this.#index = new OperationIndex(sql);
  }

  /** Reads what is kept in memory. Inside a transaction. */
  load(): void {
    this.#indexed = this.#meta.operationIndex ?? this.#indexed;
    const rows = this.#sql.exec<{ updates: string; operations: string }>(
      "SELECT updates, operations FROM commits WHERE seq > ? ORDER BY seq",
      this.#indexed.through,
    );
    for (const row of rows) {
      const deltas = new Map(parseUpdates(row.updates).map(({ seq, deltaB64 }) => [seq, deltaB64]));
      for (const [opId, seq, content] of parseOperations(row.operations)) {
        this.#remember(opId, { seq, content: content ?? deltas.get(seq) ?? "" });
      }
      if (this.#isFull) this.#moveToIndex();
    }
    this.settle();
  }

  /** The seq an opId got, and whether it was for the same content; null: it is new. */
  find(opId: string, content: string): { seq: number; same: boolean } | null {
    const recent = this.#recent.get(opId);
    if (recent) return { seq: recent.seq, same: isSame(recent.content, content) };
    if (this.#indexed.count === 0) return null;
    const found = this.#index.find(opId, this.#indexed.pages);
    return found && { seq: found.seq, same: equals(found.hash, hashContent(content)) };
  }

  /** Notes what an opId stands for: `content` as `identify` gives it. */
  write(opId: string, seq: number, content: string): void {
    this.#log.addOperation(content.startsWith(HASHED) ? [opId, seq, content] : [opId, seq]);
    this.#remember(opId, { seq, content });
    if (this.#isFull) this.#moveToIndex();
  }

  /** Makes the newest smaller, bit by bit: all at once, when they move, it would take a tenth of a second. */
  condense(): void {
    for (const recent of this.#long.splice(0, CONDENSED_AT_ONCE)) {
      const condensed = HASHED + hashContent(recent.content).toBase64();
      this.#recentLength += condensed.length - recent.content.length;
      recent.content = condensed;
    }
  }

  /** Everything up to this seq is in the index: the commits are not needed for dedupe any more. */
  get indexedThrough(): number {
    return this.#indexed.through;
  }

  /** Moves the newest into the index where there are enough of them. Inside a transaction. */
  settle(): void {
    if (this.#recent.size >= Math.max(DUE_OPERATIONS, this.#indexed.count * DUE_PART)) this.#moveToIndex();
  }

  get #isFull(): boolean {
    return this.#recent.size >= RECENT_MAX || this.#recentLength >= RECENT_MAX_LENGTH;
  }

  #remember(opId: string, recent: Recent): void {
    this.#recent.set(opId, recent);
    this.#recentLength += recent.content.length;
    if (recent.content.length > CONDENSED_LENGTH) this.#long.push(recent);
  }

  #moveToIndex(): void {
    // What is indexed must not lie in a row that comes after `through`.
    this.#log.seal();
    const operations = Array.from(this.#recent, ([opId, { seq, content }]) => ({
      opId,
      seq,
      hash: hashContent(content),
    }));
    this.#indexed = {
      pages: this.#index.add(operations, this.#indexed),
      count: this.#indexed.count + operations.length,
      through: operations.reduce((last, { seq }) => Math.max(last, seq), this.#indexed.through),
    };
    this.#meta.operationIndex = this.#indexed;
    this.#recent.clear();
    this.#long = [];
    this.#recentLength = 0;
  }
}

/** How far the index reaches. */
export interface IndexState {
  through: number;
  pages: number;
  count: number;
}

/**
 * What makes two operations the same: their type and their content. A CRDT update is known by its delta in base64 (it is
 * kept anyway), everything else by a hash.
 */
export function identify(type: string, payload: string | object): string {
  return typeof payload === "string" ? payload : HASHED + hashOperation(type, payload).toBase64();
}

/** 16 bytes. */
export function hashOperation(type: string, payload: object): Uint8Array<ArrayBuffer> {
  return hash128(type, "\n", canonicalJson(payload));
}

/** 16 bytes. A delta's is over its bytes. */
function hashContent(content: string): Uint8Array {
  return content.startsWith(HASHED)
    ? Uint8Array.fromBase64(content.slice(HASHED.length))
    : hash128("update\n", Uint8Array.fromBase64(content));
}

function isSame(one: string, other: string): boolean {
  if (one === other) return true;
  // Of one kind they are told apart by their text; else one of them is a delta's hash.
  return one.startsWith(HASHED) !== other.startsWith(HASHED) && equals(hashContent(one), hashContent(other));
}

/** JSON with sorted keys: the same content sent twice may have them in another order. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isPlainObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function equals(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, index) => byte === b[index]);
}
