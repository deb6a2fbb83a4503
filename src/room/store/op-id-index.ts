import { createHash } from "node:crypto";

/** 128 bits are enough to tell two things apart. From SHA-256, since clients choose what is hashed. */
const HASH_BYTES = 16;
const SEQ_BYTES = 6;
const ENTRY_BYTES = HASH_BYTES + HASH_BYTES + SEQ_BYTES;
/** Pages are split in two when they hold more entries than this on average: about 20 KB. */
const PAGE_ENTRIES = 512;
/** How many bytes of pages are kept in memory: all pages of a document with 100,000 opIds. */
export const CACHE_BYTES = 4 * 1024 * 1024;

/** How far the index reaches: every opId up to the seq `through` is in it. */
export interface IndexState extends IndexSize {
  through: number;
}

export interface IndexSize {
  pages: number;
  /** Entries in all of them. */
  count: number;
}

/**
 * Every opId that was ever used, except the newest, which are in their commits: SHA-256 of the opId → its seq and the
 * hash of its fingerprint. A row for each would double what a document writes. Here some hundreds share a row, called
 * a page, which is found by the first bits of the hash. Pages are written seldom, for many opIds at once.
 *
 * A page's entries are sorted. Each has 16 bytes of the opId's hash, 16 of the fingerprint's hash, 6 of the seq
 * (big-endian).
 *
 * The cache is a plain `Map` in order of use, not `lru-cache`: a library would save only `#keep` and `#forget`, ten
 * lines.
 */
export class OpIdIndex {
  readonly #sql: SqlStorage;
  /** Pages by number. The least recently used comes first. */
  readonly #cache = new Map<number, Uint8Array>();
  #cachedBytes = 0;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The seq an opId got, and the hash of its fingerprint; null: it is not in here. `pages`: how many there are. */
  find(opId: string, pages: number): { seq: number; hash: Uint8Array } | null {
    const key = hash128(opId);
    const page = this.#read(pageOf(key, pages));
    const at = placeIn(page, key, 0);
    if (at === page.length || compareBytes(page, at, key, 0, HASH_BYTES) !== 0) return null;
    return { seq: readSeq(page, at), hash: hashOf(page.subarray(at, at + ENTRY_BYTES)) };
  }

  /**
   * Adds entries, as `toEntry` makes them, to the `count` that are there. Returns how many pages there are
   * afterwards: a power of two. Inside a transaction.
   */
  add(entries: readonly Uint8Array[], { pages, count }: IndexSize): number {
    let wanted = pages;
    while (count + entries.length > wanted * PAGE_ENTRIES) wanted *= 2;
    const added = spread(entries.toSorted(compareEntries), wanted);
    if (wanted === pages) {
      for (const [number, news] of added) this.#write(number, mergePages(this.#read(number), join(news)));
      return pages;
    }
    // What was in page n goes to the pages whose numbers have the same low bits.
    for (let number = 0; number < pages; number++) {
      const kept = spread(splitPage(this.#read(number)), wanted);
      for (let target = number; target < wanted; target += pages) {
        this.#write(target, mergePages(join(kept.get(target) ?? []), join(added.get(target) ?? [])));
      }
    }
    return wanted;
  }

  #read(number: number): Uint8Array {
    const cached = this.#cache.get(number);
    if (cached) {
      // Moves it to the end of the order of use.
      this.#cache.delete(number);
      this.#cache.set(number, cached);
      return cached;
    }
    const [row] = this.#sql
      .exec<{ entries: ArrayBuffer }>("SELECT entries FROM operation_pages WHERE page = ?", number)
      .toArray();
    const page = row ? new Uint8Array(row.entries) : new Uint8Array();
    this.#keep(number, page);
    return page;
  }

  #write(number: number, page: Uint8Array): void {
    this.#sql.exec("INSERT OR REPLACE INTO operation_pages (page, entries) VALUES (?, ?)", number, page);
    this.#keep(number, page);
  }

  #keep(number: number, page: Uint8Array): void {
    this.#forget(number);
    this.#cache.set(number, page);
    this.#cachedBytes += page.byteLength;
    for (const oldest of this.#cache.keys()) {
      if (this.#cachedBytes <= CACHE_BYTES) return;
      this.#forget(oldest);
    }
  }

  #forget(number: number): void {
    this.#cachedBytes -= this.#cache.get(number)?.byteLength ?? 0;
    this.#cache.delete(number);
  }
}

/** The first 16 bytes of SHA-256 over texts or bytes, one after the other. */
export function hash128(...parts: (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest()).slice(0, HASH_BYTES);
}

/** The page of an entry: the low bits of its first four bytes. */
function pageOf(entry: Uint8Array, pages: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = entry;
  return ((a << 24) | (b << 16) | (c << 8) | d) & (pages - 1);
}

function spread(entries: readonly Uint8Array[], pages: number): Map<number, Uint8Array[]> {
  return Map.groupBy(entries, (entry) => pageOf(entry, pages));
}

function splitPage(page: Uint8Array): Uint8Array[] {
  return Array.from({ length: page.length / ENTRY_BYTES }, (_, index) =>
    page.subarray(index * ENTRY_BYTES, (index + 1) * ENTRY_BYTES),
  );
}

/** @param hash 16 bytes, as `hash128` makes them over type and content */
export function toEntry(opId: string, seq: number, hash: Uint8Array): Uint8Array {
  const entry = new Uint8Array(ENTRY_BYTES);
  entry.set(hash128(opId));
  entry.set(hash, HASH_BYTES);
  for (let index = 0, rest = seq; index < SEQ_BYTES; index++, rest = Math.floor(rest / 256)) {
    entry[ENTRY_BYTES - 1 - index] = rest % 256;
  }
  return entry;
}

/** The fingerprint's hash in an entry. */
export function hashOf(entry: Uint8Array): Uint8Array {
  return entry.subarray(HASH_BYTES, 2 * HASH_BYTES);
}

function join(entries: readonly Uint8Array[]): Uint8Array {
  const page = new Uint8Array(entries.length * ENTRY_BYTES);
  for (const [index, entry] of entries.entries()) page.set(entry, index * ENTRY_BYTES);
  return page;
}

/** Merges two sorted pages. `news` has few entries: what lies between two of them is copied as a whole. */
function mergePages(page: Uint8Array, news: Uint8Array): Uint8Array {
  const merged = new Uint8Array(page.length + news.length);
  let from = 0;
  for (let at = 0; at < news.length; at += ENTRY_BYTES) {
    const to = placeIn(page, news, at);
    merged.set(page.subarray(from, to), from + at);
    merged.set(news.subarray(at, at + ENTRY_BYTES), to + at);
    from = to;
  }
  merged.set(page.subarray(from), from + news.length);
  return merged;
}

/** The offset in a sorted page at which the entry of `other` at `at` belongs. */
function placeIn(page: Uint8Array, other: Uint8Array, at: number): number {
  let low = 0;
  let high = page.length / ENTRY_BYTES;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareBytes(page, middle * ENTRY_BYTES, other, at, HASH_BYTES) < 0) low = middle + 1;
    else high = middle;
  }
  return low * ENTRY_BYTES;
}

function compareEntries(one: Uint8Array, other: Uint8Array): number {
  return compareBytes(one, 0, other, 0, HASH_BYTES);
}

function readSeq(page: Uint8Array, at: number): number {
  let seq = 0;
  for (let index = at + 2 * HASH_BYTES; index < at + ENTRY_BYTES; index++)
    seq = seq * 256 + (page[index] ?? 0);
  return seq;
}

function compareBytes(a: Uint8Array, atA: number, b: Uint8Array, atB: number, length: number): number {
  for (let index = 0; index < length; index++) {
    const difference = (a[atA + index] ?? 0) - (b[atB + index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
