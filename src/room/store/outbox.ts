export type OutboxKind = "document" | "annotation" | "version";

export type OutboxRow = { kind: OutboxKind; id: string; seq: number; attempts: number };

/** Which rows the catalog must hear of, one mark a row however often it changed. */
export class OutboxStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  mark(kind: OutboxKind, id: string, seq: number): void {
    this.#sql.exec("INSERT OR REPLACE INTO outbox (kind, id, seq) VALUES (?, ?, ?)", kind, id, seq);
  }

  /** The next to send: rows that were refused before come last. */
  next(limit: number): OutboxRow[] {
    return this.#sql
      .exec<OutboxRow>("SELECT kind, id, seq, attempts FROM outbox ORDER BY attempts, seq LIMIT ?", limit)
      .toArray();
  }

  get isEmpty(): boolean {
    return this.#sql.exec("SELECT 1 FROM outbox LIMIT 1").toArray().length === 0;
  }

  /** The catalog has these: their marks go, but for rows that have changed since. */
  settle(rows: readonly OutboxRow[]): void {
    for (const { kind, id, seq } of rows) {
      this.#sql.exec("DELETE FROM outbox WHERE kind = ? AND id = ? AND seq <= ?", kind, id, seq);
    }
  }

  /** The catalog refused these. */
  postpone(rows: readonly OutboxRow[]): void {
    for (const { kind, id } of rows) {
      this.#sql.exec("UPDATE outbox SET attempts = attempts + 1 WHERE kind = ? AND id = ?", kind, id);
    }
  }
}
