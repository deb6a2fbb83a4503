import type { StoredUpdate } from "../../protocol/wire/down.ts";

/** About how many characters a row gets. One update may be longer: 1 MiB in base64, and a row may have 2 MB. */
export const ROW_LENGTH = 256 * 1024;

/** An opId as it is stored in its commit. The fingerprint is left out if it is the delta of the update at `seq`. */
export type LoggedOpId = [opId: string, seq: number, fingerprint?: string];

/**
 * Stores each commit in one row: its CRDT updates, and the opIds of everything in it. The platform bills rows, and rows
 * decide what a write costs. So a lone update takes one row, and so does a burst of hundreds.
 *
 * `seal` writes the row: before commits are read, and at the end of the transaction.
 */
export class CommitLog {
  readonly #sql: SqlStorage;
  #updates: string[] = [];
  #opIds: LoggedOpId[] = [];
  #firstUpdate: number | null = null;
  #lastUpdate: number | null = null;
  #last = 0;
  #length = 0;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  addUpdate(update: StoredUpdate): void {
    const text = JSON.stringify(update);
    this.#makeRoom(update.seq, text.length);
    this.#firstUpdate ??= update.seq;
    this.#lastUpdate = update.seq;
    this.#updates.push(text);
  }

  addOpId(entry: LoggedOpId): void {
    const [opId, seq, fingerprint = ""] = entry;
    this.#makeRoom(seq, opId.length + fingerprint.length);
    this.#opIds.push(entry);
  }

  /** Everything of one seq stays in one row. */
  #makeRoom(seq: number, length: number): void {
    if (seq > this.#last && this.#length + length > ROW_LENGTH) this.seal();
    this.#length += length;
    this.#last = seq;
  }

  /** Writes what has come so far. */
  seal(): void {
    if (this.#updates.length === 0 && this.#opIds.length === 0) return;
    this.#sql.exec(
      `INSERT INTO commits (seq, first_update, last_update, update_count, updates, operations)
       VALUES (?, ?, ?, ?, ?, ?)`,
      this.#last,
      this.#firstUpdate,
      this.#lastUpdate,
      this.#updates.length,
      this.#updates.join(","),
      JSON.stringify(this.#opIds),
    );
    this.#updates = [];
    this.#opIds = [];
    this.#firstUpdate = null;
    this.#lastUpdate = null;
    this.#length = 0;
  }
}

/** The updates of a row. */
export function parseUpdates(text: string): StoredUpdate[] {
  return JSON.parse(`[${text}]`) as StoredUpdate[];
}

export function parseOpIds(text: string): LoggedOpId[] {
  return JSON.parse(text) as LoggedOpId[];
}
