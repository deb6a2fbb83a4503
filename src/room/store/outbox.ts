/** `revocation`: its id is the document's, its seq the `min_iat` in ms, since it takes no seq of the document. */
export type OutboxKind = "document" | "annotation" | "version" | "revocation";

export type OutboxRow = { kind: OutboxKind; id: string; seq: number; attempts: number };

/**
 * Which rows the catalog must hear of, one mark a row however often it changed. Marks that are settled go with the next
 * write to the store: a transaction of their own would cost as much as the change itself. Where the object dies before
 * that, they are sent once more, which changes nothing.
 */
export class OutboxStore {
  readonly #sql: SqlStorage;
  /** Settled marks that are still in the table, each with the seq up to which the catalog has it. */
  readonly #settled = new Map<string, OutboxRow>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  mark(kind: OutboxKind, id: string, seq: number): void {
    this.#sql.exec("INSERT OR REPLACE INTO outbox (kind, id, seq) VALUES (?, ?, ?)", kind, id, seq);
  }

  /** The next to send: rows that were refused before come last. */
  next(limit: number): OutboxRow[] {
    return this.#sql
      .exec<OutboxRow>(
        "SELECT kind, id, seq, attempts FROM outbox ORDER BY attempts, seq LIMIT ?",
        limit + this.#settled.size,
      )
      .toArray()
      .filter((row) => (this.#settled.get(keyOf(row))?.seq ?? 0) < row.seq)
      .slice(0, limit);
  }

  get isEmpty(): boolean {
    return this.next(1).length === 0;
  }

  /** The catalog has these: their marks go with the next write, but for rows that have changed since. */
  settle(rows: readonly OutboxRow[]): void {
    for (const row of rows) this.#settled.set(keyOf(row), row);
  }

  /** Drops the settled marks. Inside a transaction. */
  dropSettled(): void {
    for (const { kind, id, seq } of this.#settled.values()) {
      this.#sql.exec("DELETE FROM outbox WHERE kind = ? AND id = ? AND seq <= ?", kind, id, seq);
    }
    this.#settled.clear();
  }

  /** The catalog refused these. */
  postpone(rows: readonly OutboxRow[]): void {
    for (const { kind, id } of rows) {
      this.#sql.exec("UPDATE outbox SET attempts = attempts + 1 WHERE kind = ? AND id = ?", kind, id);
    }
  }
}

function keyOf({ kind, id }: OutboxRow): string {
  return `${kind} ${id}`;
}
