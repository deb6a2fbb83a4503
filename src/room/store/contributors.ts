import { CONTRIBUTORS_MAX } from "../../protocol/limits.ts";
import type { MetaStore } from "./meta.ts";

/**
 * The different people who made or changed the document's annotations and comments, up to `CONTRIBUTORS_MAX`. They are
 * kept in one value, which is written only when another one comes: counting them anew would read the whole history.
 */
export class ContributorStore {
  readonly #sql: SqlStorage;
  readonly #meta: MetaStore;
  #people = new Set<string>();

  constructor(sql: SqlStorage, meta: MetaStore) {
    this.#sql = sql;
    this.#meta = meta;
  }

  get count(): number {
    return this.#people.size;
  }

  /**
   * The object has woken up. An older service kept none: then the history is read, once. Such a service did not note
   * who changed what. Inside a transaction.
   *
   * @returns whether an older service has left the document
   */
  load(): boolean {
    const kept = this.#meta.contributors;
    this.#people = new Set(kept ?? this.#find());
    if (kept === null) this.#write();
    return kept === null;
  }

  /** Somebody has made or changed an annotation or a comment. Inside a transaction. */
  note(person: string | null): void {
    if (person === null || this.#people.has(person) || this.#people.size >= CONTRIBUTORS_MAX) return;
    this.#people.add(person);
    this.#write();
  }

  #write(): void {
    this.#meta.contributors = [...this.#people];
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
