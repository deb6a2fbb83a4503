import type { StoredUpdate } from "../../protocol/wire/down.ts";
import type { CrdtContent } from "../crdt-content.ts";
import { type CommitLog, parseUpdates } from "./commit-log.ts";

/** Holds for rows all of whose updates lie in the range `?1` < seq <= `?2`. */
const WITHIN = "first_update > ?1 AND last_update <= ?2";

type Row = { first_update: number; updates: string };

/**
 * CRDT updates as they came, in order. They are in the rows of their commits. A range may begin or end inside a row.
 */
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

  /** The updates of a content, without its snapshot; only those after `after`. */
  *iterateContent(content: CrdtContent, head: number, after = 0): Generator<StoredUpdate> {
    for (const { from, to } of content.ranges) {
      yield* this.iterate(Math.max(from, after), Math.min(to ?? head, head));
    }
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
   * Drops the rows that lie in a range and not beyond `through`. A row that lies only partly in the range stays.
   * Returns the seq of the last update that was dropped; 0: there was none.
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

  /**
   * The updates with `from < seq <= to` as JSON, joined by commas, about `maxBytes` of them. `next`: the seq after
   * which to go on; null: that was all.
   */
  readText(from: number, to: number, maxBytes: number): { items: string[]; next: number | null } {
    this.#log.seal();
    const items: string[] = [];
    let bytes = 0;
    const rows = this.#sql.exec<Row & { last_update: number }>(
      `SELECT first_update, last_update, updates FROM commits
       WHERE seq > ?1 AND last_update > ?1 AND first_update <= ?2 ORDER BY seq`,
      from,
      to,
    );
    for (const { first_update, last_update, updates } of rows) {
      const whole = first_update > from && last_update <= to;
      const text = whole
        ? updates
        : parseUpdates(updates)
            .filter(({ seq }) => seq > from && seq <= to)
            .map((update) => JSON.stringify(update))
            .join(",");
      if (text === "") continue;
      items.push(text);
      bytes += text.length;
      if (bytes >= maxBytes) return { items, next: last_update };
    }
    return { items, next: null };
  }

  /** About how many bytes each row with updates of a content has, without reading them. */
  *iterateContentSizes(content: CrdtContent, head: number): Generator<number> {
    for (const { from, to } of content.ranges) yield* this.iterateSizes(from, to ?? head);
  }

  *iterateSizes(from: number, to: number): Generator<number> {
    this.#log.seal();
    const rows = this.#sql.exec<{ bytes: number }>(
      `SELECT OCTET_LENGTH(updates) + 1 AS bytes FROM commits
       WHERE seq > ?1 AND last_update > ?1 AND first_update <= ?2`,
      from,
      to,
    );
    for (const { bytes } of rows) yield bytes;
  }
}
