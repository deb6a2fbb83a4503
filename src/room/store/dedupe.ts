import { type CommitLog, parseOpIds, parseUpdates } from "./commit-log.ts";
import type { MetaStore } from "./meta.ts";
import { type IndexState, hash128, hashOf, OpIdIndex, toEntry } from "./op-id-index.ts";

/** So many new opIds are worth writing into pages, … */
export const DUE_OP_IDS = 1_000;
/** … or this part of those in the index, if that is more: else each move would write nearly every page. */
const DUE_PART = 1 / 32;
/** The most opIds in memory. */
export const RECENT_MAX = 16_384;

/** How many entries for the index are made at a time while nothing else waits: less than a millisecond's work. */
export const PREPARED_AT_ONCE = 32;
/**
 * A busy document has no such moment. When more opIds than this have no entry, or their fingerprints are longer than
 * this together, each new one makes the oldest one's. A burst is over before, and does not wait for hashes.
 */
export const UNPREPARED_MAX = 4_000;
export const UNPREPARED_MAX_LENGTH = 4 * 1024 * 1024;
/** From then on, a delta longer than this is kept in memory as its hash only. */
const CONDENSED_LENGTH = 64;

/** Marks a fingerprint that is a hash. Deltas are base64, which has no such character. */
const HASHED = "#";

interface Recent {
  opId: string;
  seq: number;
  fingerprint: string;
  /** The entry for the index; null: not made yet. */
  entry: Uint8Array | null;
}

/**
 * What every opId stands for, for good (I3). The newest are in memory and in the rows of their commits, the others in
 * the pages of the index. Many move at once: at snapshots, when nothing else waits, and when the object wakes up.
 */
export class DedupeStore {
  readonly #sql: SqlStorage;
  readonly #log: CommitLog;
  readonly #meta: MetaStore;
  readonly #index: OpIdIndex;
  readonly #recent = new Map<string, Recent>();
  /** How many of the newest in `#recent` have no entry yet, and the iterator whose next value is the oldest of them. */
  #unprepared = 0;
  #nextUnprepared = this.#recent.values();
  /** The length of the fingerprints that have no entry yet, together. */
  #unpreparedLength = 0;
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
      for (const [opId, seq, fingerprint] of parseOpIds(row.operations)) {
        this.#remember(opId, seq, fingerprint ?? deltas.get(seq) ?? "");
      }
      if (this.#isFull) this.#moveToIndex();
    }
    const unchanged = this.#sql.exec<{ op_id: string; seq: number; content: string }>(
      "SELECT op_id, seq, content FROM unchanged_operations",
    );
    for (const { op_id: opId, seq, content } of unchanged) this.#remember(opId, seq, content);
  }

  /** The seq an opId got, and whether it was for the same fingerprint; null: the opId is new. */
  find(opId: string, fingerprint: string): { seq: number; same: boolean } | null {
    const recent = this.#recent.get(opId);
    if (recent) return { seq: recent.seq, same: isSame(recent.fingerprint, fingerprint) };
    if (this.#indexed.count === 0) return null;
    const found = this.#index.find(opId, this.#indexed.pages);
    return found && { seq: found.seq, same: equals(found.hash, hashOfFingerprint(fingerprint)) };
  }

  /** Remembers what an opId stands for. `fingerprint`: as `fingerprintOf` makes it, or an update's delta. */
  write(opId: string, seq: number, fingerprint: string): void {
    this.#log.addOpId(fingerprint.startsWith(HASHED) ? [opId, seq, fingerprint] : [opId, seq]);
    this.#remember(opId, seq, fingerprint);
    if (this.#isFull) this.#moveToIndex();
  }

  /**
   * Remembers the opId of a command that changed nothing: a late repeat must not change anything either. `seq` is the
   * one at which the document already was as asked for, so there is no commit that could hold the opId.
   */
  writeUnchanged(opId: string, seq: number, fingerprint: string): void {
    this.#sql.exec(
      "INSERT INTO unchanged_operations (op_id, seq, content) VALUES (?, ?, ?)",
      opId,
      seq,
      fingerprint,
    );
    this.#remember(opId, seq, fingerprint);
    if (this.#isFull) this.#moveToIndex();
  }

  /**
   * Makes some entries for the index. All at once, when they move, it would take a tenth of a second. Returns whether
   * there are more to make.
   */
  prepare(): boolean {
    for (let count = Math.min(this.#unprepared, PREPARED_AT_ONCE); count > 0; count--) this.#prepareOldest();
    return this.#unprepared > 0;
  }

  #prepareOldest(): void {
    const recent = this.#nextUnprepared.next().value;
    this.#unprepared--;
    if (!recent) return;
    const { length } = recent.fingerprint;
    this.#unpreparedLength -= length;
    const entry = prepareEntry(recent);
    if (length > CONDENSED_LENGTH) recent.fingerprint = HASHED + hashOf(entry).toBase64();
  }

  /** Everything up to this seq is in the index. Dedupe does not need its commits any more. */
  get indexedThrough(): number {
    return this.#indexed.through;
  }

  /** Whether there are enough new opIds to be worth moving. */
  get isDue(): boolean {
    return this.#recent.size >= Math.max(DUE_OP_IDS, this.#indexed.count * DUE_PART);
  }

  /** Moves the new opIds into the index if there are enough of them. Inside a transaction. */
  moveIfDue(): void {
    if (this.isDue) this.#moveToIndex();
  }

  get #isFull(): boolean {
    return this.#recent.size >= RECENT_MAX;
  }

  #remember(opId: string, seq: number, fingerprint: string): void {
    const recent: Recent = { opId, seq, fingerprint, entry: null };
    this.#recent.set(opId, recent);
    this.#unprepared++;
    this.#unpreparedLength += fingerprint.length;
    while (
      this.#unprepared > UNPREPARED_MAX ||
      (this.#unpreparedLength > UNPREPARED_MAX_LENGTH && this.#unprepared > 0)
    ) {
      this.#prepareOldest();
    }
  }

  #moveToIndex(): void {
    // An indexed opId must not be in a row that comes after `through`.
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
    this.#unpreparedLength = 0;
  }
}

function prepareEntry(recent: Recent): Uint8Array {
  recent.entry ??= toEntry(recent.opId, recent.seq, hashOfFingerprint(recent.fingerprint));
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

/** 16 bytes. The hash of a delta is over its bytes. */
function hashOfFingerprint(fingerprint: string): Uint8Array {
  return fingerprint.startsWith(HASHED)
    ? Uint8Array.fromBase64(fingerprint.slice(HASHED.length))
    : hash128("update\n", Uint8Array.fromBase64(fingerprint));
}

function isSame(one: string, other: string): boolean {
  if (one === other) return true;
  // Two of one kind differ if their texts do. Else one of them may be the hash of the other, which is a delta.
  return (
    one.startsWith(HASHED) !== other.startsWith(HASHED) &&
    equals(hashOfFingerprint(one), hashOfFingerprint(other))
  );
}

/**
 * JSON with sorted keys, since the same content sent twice may have them in another order. The stored hashes are over
 * this text, so it must never change. `canonicalize` (RFC 8785) would: it puts the key "10" before "9", this after it.
 */
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
