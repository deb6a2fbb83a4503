import { type CommitLog, parseOpIds, parseUpdates } from "./commit-log.ts";
import type { MetaStore } from "./meta.ts";
import { type IndexState, hash128, hashOf, OpIdIndex, toEntry } from "./op-id-index.ts";

/** So many opIds are worth writing into pages, … */
export const DUE_OP_IDS = 1_000;
/** … and more of them where there are many pages: else each time would write nearly every page. */
const DUE_PART = 1 / 32;
/** In memory there are never more than this, nor longer ones. */
export const RECENT_MAX = 16_384;
export const RECENT_MAX_LENGTH = 8 * 1024 * 1024;

/** Entries for the index are made so many at a time while nothing else waits: it takes less than a millisecond. */
export const PREPARED_AT_ONCE = 32;
/** A busy document gets no such moment: when this many operations have no entry, each new one makes the oldest's. */
export const UNPREPARED_MAX = 1_000;
/** A delta that is longer than this is kept by its hash from then on. */
const CONDENSED_LENGTH = 64;

/** Marks a content that is given by its hash; base64 has no such character. */
const HASHED = "#";

interface Recent {
  opId: string;
  seq: number;
  content: string;
  /** As it will lie in the index; null: not made yet. */
  entry: Uint8Array | null;
}

/**
 * What every opId stands for, for ever (I3). The newest are in memory, and in the rows of their commits; the others in
 * the pages of the index. They move many at once: at snapshots, when nothing else waits, and when the object wakes up.
 */
export class DedupeStore {
  readonly #sql: SqlStorage;
  readonly #log: CommitLog;
  readonly #meta: MetaStore;
  readonly #index: OpIdIndex;
  readonly #recent = new Map<string, Recent>();
  /** How many of the newest in `#recent` have no entry for the index yet, and what leads to the oldest of them. */
  #unprepared = 0;
  #nextUnprepared = this.#recent.values();
  #recentLength = 0;
  #indexed: IndexState = { through: 0, pages: 1, count: 0 };

  constructor(sql: SqlStorage, log: CommitLog, meta: MetaStore) {
    this.#sql = sql;
    this.#log = log;
    this.#meta = meta;
    this.#index = new OpIdIndex(sql);
  }

  /** Reads what is kept in memory. Inside a transaction. */
  load(): void {
    this.#indexed = this.#meta.opIdIndex ?? this.#indexed;
    const rows = this.#sql.exec<{ updates: string; operations: string }>(
      "SELECT updates, operations FROM commits WHERE seq > ? ORDER BY seq",
      this.#indexed.through,
    );
    for (const row of rows) {
      const deltas = new Map(parseUpdates(row.updates).map(({ seq, deltaB64 }) => [seq, deltaB64]));
      for (const [opId, seq, content] of parseOpIds(row.operations)) {
        this.#remember(opId, seq, content ?? deltas.get(seq) ?? "");
      }
      if (this.#isFull) this.#moveToIndex();
    }
    const unchanged = this.#sql.exec<{ op_id: string; seq: number; content: string }>(
      "SELECT op_id, seq, content FROM unchanged_operations",
    );
    for (const { op_id: opId, seq, content } of unchanged) this.#remember(opId, seq, content);
  }

  /** The seq an opId got, and whether it was for the same content; null: it is new. */
  find(opId: string, content: string): { seq: number; same: boolean } | null {
    const recent = this.#recent.get(opId);
    if (recent) return { seq: recent.seq, same: isSame(recent.content, content) };
    if (this.#indexed.count === 0) return null;
    const found = this.#index.find(opId, this.#indexed.pages);
    return found && { seq: found.seq, same: equals(found.hash, hashContent(content)) };
  }

  /** Notes what an opId stands for: `content` as `fingerprintOf` gives it. */
  write(opId: string, seq: number, content: string): void {
    this.#log.addOpId(content.startsWith(HASHED) ? [opId, seq, content] : [opId, seq]);
    this.#remember(opId, seq, content);
    if (this.#isFull) this.#moveToIndex();
  }

  /**
   * Notes what the opId of an operation stands for that changed nothing: a late repeat must not change anything either. `seq` is the
   * one at which it was so already, so there is no commit of its own to keep it in.
   */
  writeUnchanged(opId: string, seq: number, content: string): void {
    this.#sql.exec(
      "INSERT INTO unchanged_operations (op_id, seq, content) VALUES (?, ?, ?)",
      opId,
      seq,
      content,
    );
    this.#remember(opId, seq, content);
    if (this.#isFull) this.#moveToIndex();
  }

  /**
   * Makes entries for the index, bit by bit: all at once, when they move, it would take a tenth of a second. Answers whether there
   * are more to make.
   */
  prepare(): boolean {
    for (let count = Math.min(this.#unprepared, PREPARED_AT_ONCE); count > 0; count--) this.#prepareOldest();
    return this.#unprepared > 0;
  }

  #prepareOldest(): void {
    const recent = this.#nextUnprepared.next().value;
    this.#unprepared--;
    if (!recent) return;
    const entry = prepareEntry(recent);
    if (recent.content.length <= CONDENSED_LENGTH) return;
    const condensed = HASHED + hashOf(entry).toBase64();
    this.#recentLength += condensed.length - recent.content.length;
    recent.content = condensed;
  }

  /** Everything up to this seq is in the index: the commits are not needed for dedupe any more. */
  get indexedThrough(): number {
    return this.#indexed.through;
  }

  /** Whether there are enough new ones to be worth moving. */
  get isDue(): boolean {
    return this.#recent.size >= Math.max(DUE_OP_IDS, this.#indexed.count * DUE_PART);
  }

  /** Moves the newest into the index if there are enough of them. Inside a transaction. */
  moveIfDue(): void {
    if (this.isDue) this.#moveToIndex();
  }

  get #isFull(): boolean {
    return this.#recent.size >= RECENT_MAX || this.#recentLength >= RECENT_MAX_LENGTH;
  }

  #remember(opId: string, seq: number, content: string): void {
    const recent: Recent = { opId, seq, content, entry: null };
    this.#recent.set(opId, recent);
    this.#recentLength += content.length;
    this.#unprepared++;
    if (this.#unprepared > UNPREPARED_MAX) this.#prepareOldest();
  }

  #moveToIndex(): void {
    // What is indexed must not lie in a row that comes after `through`.
    this.#log.seal();
    const recents = [...this.#recent.values()];
    this.#indexed = {
      pages: this.#index.add(recents.map(prepareEntry), this.#indexed),
      count: this.#indexed.count + recents.length,
      through: recents.reduce((last, { seq }) => Math.max(last, seq), this.#indexed.through),
    };
    this.#meta.opIdIndex = this.#indexed;
    this.#sql.exec("DELETE FROM unchanged_operations");
    this.#recent.clear();
    this.#unprepared = 0;
    this.#nextUnprepared = this.#recent.values();
    this.#recentLength = 0;
  }
}

function prepareEntry(recent: Recent): Uint8Array {
  recent.entry ??= toEntry(recent.opId, recent.seq, hashContent(recent.content));
  return recent.entry;
}

/**
 * What makes two commands the same: their type and their content. `text` is the canonical JSON of the payload. A CRDT
 * update needs no fingerprint of its own: it is its delta in base64, which is kept anyway.
 */
export function fingerprintOf(type: string, text: string): string {
  return toFingerprint(hash128(type, "\n", text));
}

export function toFingerprint(hash: Uint8Array<ArrayBuffer>): string {
  return HASHED + hash.toBase64();
}

/** 16 bytes. */
export function hashCommand(type: string, payload: object): Uint8Array<ArrayBuffer> {
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
