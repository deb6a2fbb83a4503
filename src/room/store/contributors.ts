import { CONTRIBUTORS_MAX } from "../../protocol/limits.ts";
import type { MetaStore } from "./meta.ts";

/**
 * The different authors that the document's annotations and comments ever had, up to `CONTRIBUTORS_MAX`. They are kept
 * in one value, which is written only when another one comes: counting them anew would read the whole history.
 */
export class ContributorStore {
  readonly #sql: SqlStorage;
  readonly #meta: MetaStore;
  #authors = new Set<string>();

  constructor(sql: SqlStorage, meta: MetaStore) {
    this.#sql = sql;
    this.#meta = meta;
  }

  get count(): number {
    return this.#authors.size;
  }

  /** The object has woken up. An older service kept none: then the history is read, once. Inside a transaction. */
  load(): void {
    const kept = this.#meta.contributors;
    this.#authors = new Set(kept ?? this.#find());
    if (kept === null) this.#write();
  }

  /** Somebody has made an annotation or a comment. Inside a transaction. */
  note(author: string | null): void {
    if (author === null || this.#authors.has(author) || this.#authors.size >= CONTRIBUTORS_MAX) return;
    this.#authors.add(author);
    this.#write();
  }

  #write(): void {
    this.#meta.contributors = [...this.#authors];
  }

  #find(): string[] {
    return this.#sql
      .exec<{ author: string }>(
        `SELECT author FROM annotation_rows WHERE author IS NOT NULL
         UNION SELECT author FROM comment_rows WHERE author IS NOT NULL LIMIT ?`,
        CONTRIBUTORS_MAX,
      )
      .toArray()
      .map(({ author }) => author);
  }
}
