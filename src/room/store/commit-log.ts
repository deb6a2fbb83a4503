import type { StoredUpdate } from "../../protocol/wire/down.ts";

/** Characters of a row, but for a single update that is longer (1 MiB in base64): an object's rows hold at most 2 MB. */
export const ROW_LENGTH = 256 * 1024;

/** An operation as it lies in its commit: `content` is left out where it is the delta of the update at `seq`. */
export type LoggedOpId = [opId: string, seq: number, content?: string];

/**
 * What one commit brought, in one row: its CRDT updates and the opIds of everything in it. A row is what the platform
 * bills, and what a write costs; so a lone update takes one row, and so does a burst of hundreds.
 *
 * Inside a transaction, rows are written when they are asked for (`seal`), at its end at the latest.
 */
export class CommitLog {
  readonly #sql: SqlStorage;
  #updates: string[] = [];
  #operations: LoggedOpId[] = [];
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

  addOpId(operation: LoggedOpId): void {
    const [opId, seq, content = ""] = operation;
    this.#makeRoom(seq, opId.length + content.length);
    this.#operations.push(operation);
  }

  /** What is of one seq stays in one row. */
  #makeRoom(seq: number, length: number): void {
    if (seq > this.#last && this.#length + length > ROW_LENGTH) this.seal();
    this.#length += length;
    this.#last = seq;
  }

  /** Writes what has come: call it before commits are read, and at the end of a transaction. */
  seal(): void {
    if (this.#updates.length === 0 && this.#operations.length === 0) return;
    this.#sql.exec(
      `INSERT INTO commits (seq, first_update, last_update, update_count, updates, operations)
       VALUES (?, ?, ?, ?, ?, ?)`,
      this.#last,
      this.#firstUpdate,
      this.#lastUpdate,
      this.#updates.length,
      this.#updates.join(","),
      JSON.stringify(this.#operations),
    );
    this.#updates = [];
    this.#operations = [];
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
