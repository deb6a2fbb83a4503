import type { StoredUpdate } from "../../protocol/server-messages.ts";
import type { Content } from "../content.ts";
import { type CommitLog, parseUpdates } from "./commit-log.ts";

/** Of a row all of whose updates lie in a range (`?1` < seq <= `?2`). */
const WITHIN = "first_update > ?1 AND last_update <= ?2";

type Row = { first_update: number; updates: string };

/** CRDT updates as they came, in their order. They lie in the rows of their commits; ranges may begin and end inside one. */
export class UpdateStore {
  readonly #sql: SqlStorage;
  readonly #log: CommitLog;

  constructor(sql: SqlStorage, log: CommitLog) {
    this.#sql = sql;
    this.#log = log;
  }

  write(update: StoredUpdate): void {
    this.#log.addUpdate(update);
  }

  /** Updates with `from < seq <= to`, ascending, one row in memory at a time. */
  *iterate(from: number, to: number): Generator<StoredUpdate> {
    this.#log.seal();
    const rows = this.#sql.exec<Row>(
      "SELECT first_update, updates FROM commits WHERE seq > ?1 AND last_update > ?1 ORDER BY seq",
      from,
    );
    for (const row of rows) {
      if (row.first_update > to) return;
      for (const update of parseUpdates(row.updates)) {
        if (update.seq > from && update.seq <= to) yield update;
      }
    }
  }

  /** The updates that make a content, beside its snapshot. */
  *iterateContent(content: Content, head: number): Generator<StoredUpdate> {
    for (const { from, to } of content.ranges) yield* this.iterate(from, Math.min(to ?? head, head));
  }

  /** Characters of JSON of the updates in a range, at most: a row that is partly in it counts whole. */
  size(from: number, to: number): number {
    this.#log.seal();
    const { size } = this.#sql
      .exec<{ size: number }>(
        `SELECT IFNULL(SUM(LENGTH(updates) + 1), 0) AS size FROM commits
         WHERE seq > ?1 AND last_update > ?1 AND first_update <= ?2`,
        from,
        to,
      )
      .one();
    return size;
  }

  sizeOfContent(content: Content, head: number): number {
    return content.ranges.reduce((sum, { from, to }) => sum + this.size(from, to ?? head), 0);
  }

  count(from: number, to: number): number {
    this.#log.seal();
    const { count } = this.#sql
      .exec<{ count: number }>(
        `SELECT IFNULL(SUM(update_count), 0) AS count FROM commits WHERE seq > ?1 AND ${WITHIN}`,
        from,
        to,
      )
      .one();
    const cut = this.#sql.exec<Row>(
      `SELECT first_update, updates FROM commits
       WHERE seq > ?1 AND last_update > ?1 AND first_update <= ?2 AND NOT (${WITHIN})`,
      from,
      to,
    );
    let sum = count;
    for (const { updates } of cut) {
      sum += parseUpdates(updates).filter(({ seq }) => seq > from && seq <= to).length;
    }
    return sum;
  }

  /**
   * Drops the rows that lie in a range and below `through`: one that a range cuts stays whole until it is wanted by
   * nobody. Returns the seq of the last update that is gone; 0: there was nothing.
   */
  drop(from: number, to: number, through: number): number {
    this.#log.seal();
    const { last } = this.#sql
      .exec<{ last: number }>(
        `SELECT IFNULL(MAX(last_update), 0) AS last FROM commits WHERE seq > ?1 AND seq <= ?3 AND ${WITHIN}`,
        from,
        to,
        through,
      )
      .one();
    if (last > 0) {
      this.#sql.exec(`DELETE FROM commits WHERE seq > ?1 AND seq <= ?3 AND ${WITHIN}`, from, to, through);
    }
    return last;
  }
}
