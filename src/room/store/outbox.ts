/** A `revocation` takes no seq of the document: its id is the document's, its seq the `min_iat` in ms. */
export type OutboxKind = "document" | "annotation" | "version" | "revocation";

export type OutboxRow = { kind: OutboxKind; id: string; seq: number };

/**
 * The transactional outbox: marks the rows that the catalog must get. A row has one mark, however often it changes.
 * Once the catalog has acknowledged a row, its mark is deleted with the next write to the store, since a transaction
 * of its own would cost as much as the change did. If the object dies before that, the row is sent once more, which
 * changes nothing.
 *
 * Every commit looks here, even while the catalog can't be reached and marks pile up. So marks are read in the order
 * of their key, a page at a time, and never sorted. Marks of refused rows have a table of their own, and wait for the
 * alarm.
 */
export class OutboxStore {
  readonly #sql: SqlStorage;
  /** Acknowledged marks that are still in the table, each with the seq up to which the catalog has the row. */
  readonly #acknowledged = new Map<string, OutboxRow>();
  /** The last mark that was read. The next page begins after it, so that busy rows don't hold up the others. */
  #cursor: Pick<OutboxRow, "kind" | "id"> | null = null;
  /** null: look into the table. Every commit asks, and most commits have just marked something. */
  #hasPending: boolean | null = null;
  /** null: look into the table. */
  #hasRefused: boolean | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  mark(kind: OutboxKind, id: string, seq: number): void {
    this.#hasPending = true;
    this.#sql.exec("INSERT OR REPLACE INTO outbox (kind, id, seq) VALUES (?, ?, ?)", kind, id, seq);
  }

  /** Whether there are marks of rows that were not refused. */
  get hasPending(): boolean {
    return (this.#hasPending ??= this.#read("", [], 1).length > 0);
  }

  get isEmpty(): boolean {
    return !this.hasPending && this.nextRefused(1).length === 0;
  }

  /** The next marks to send, at most `limit`. If there are fewer, that is all of them. */
  nextPending(limit: number): OutboxRow[] {
    const { kind, id } = this.#cursor ?? { kind: "", id: "" };
    const rows = this.#read("WHERE (kind, id) > (?, ?)", [kind, id], limit);
    if (this.#cursor && rows.length < limit) {
      rows.push(...this.#read("WHERE (kind, id) <= (?, ?)", [kind, id], limit - rows.length));
    }
    // After all of them, the next call may begin anywhere.
    this.#cursor = (rows.length === limit ? rows.at(-1) : null) ?? null;
    return rows;
  }

  #read(where: string, params: string[], limit: number): OutboxRow[] {
    return this.#sql
      .exec<OutboxRow>(
        `SELECT kind, id, seq FROM outbox ${where} ORDER BY kind, id LIMIT ?`,
        ...params,
        limit + this.#acknowledged.size,
      )
      .toArray()
      .filter((row) => (this.#acknowledged.get(keyOf(row))?.seq ?? 0) < row.seq)
      .slice(0, limit);
  }

  /** The marks of rows that the catalog refused. The least often refused come first. */
  nextRefused(limit: number): OutboxRow[] {
    return this.#sql
      .exec<OutboxRow>(
        "SELECT kind, id, seq FROM refused_marks ORDER BY attempts, seq LIMIT ?",
        limit + this.#acknowledged.size,
      )
      .toArray()
      .filter((row) => !this.#acknowledged.has(keyOf(row)))
      .slice(0, limit);
  }

  /** The catalog has these rows. Their marks go with the next write, unless a row has changed since. */
  acknowledge(rows: readonly OutboxRow[]): void {
    this.#hasPending = null;
    for (const row of rows) this.#acknowledged.set(keyOf(row), row);
  }

  /** Deletes the marks that are acknowledged. Inside a transaction. */
  deleteAcknowledged(): void {
    if (this.#acknowledged.size === 0) return;
    this.#hasRefused ??= this.#sql.exec("SELECT 1 FROM refused_marks LIMIT 1").toArray().length > 0;
    for (const { kind, id, seq } of this.#acknowledged.values()) {
      this.#sql.exec("DELETE FROM outbox WHERE kind = ? AND id = ? AND seq <= ?", kind, id, seq);
      if (this.#hasRefused) this.#sql.exec("DELETE FROM refused_marks WHERE kind = ? AND id = ?", kind, id);
    }
    if (this.#hasRefused) this.#hasRefused = null;
    this.#acknowledged.clear();
  }

  /** The catalog refused these rows. Inside a transaction. */
  refuse(rows: readonly OutboxRow[]): void {
    this.#hasPending = null;
    this.#hasRefused = true;
    for (const row of rows) {
      const { kind, id, seq } = row;
      // An older state may just have been acknowledged: it must neither hide this mark nor drop it.
      this.#acknowledged.delete(keyOf(row));
      this.#sql.exec("DELETE FROM outbox WHERE kind = ? AND id = ? AND seq <= ?", kind, id, seq);
      this.#sql.exec(
        `INSERT INTO refused_marks (kind, id, seq, attempts) VALUES (?, ?, ?, 1)
         ON CONFLICT (kind, id) DO UPDATE SET seq = excluded.seq, attempts = attempts + 1`,
        kind,
        id,
        seq,
      );
    }
  }
}

function keyOf({ kind, id }: OutboxRow): string {
  return `${kind} ${id}`;
}
