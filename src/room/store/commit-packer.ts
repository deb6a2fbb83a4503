import { ROW_LENGTH } from "./commit-log.ts";
import type { MetaStore } from "./meta.ts";

/** Packing starts when so many rows wait for it. A document whose clients send snapshots never has them: compaction drops its rows before. */
export const PACK_ROWS = 1_000;
/** A row that is longer than this, in bytes, stays as it is: there is little to gain, and packing must not take long. */
export const PACKED_BYTES = 4 * 1024;

/** Neighbouring commits. */
interface Group {
  first: number;
  last: number;
  rows: number;
  bytes: number;
}

/**
 * Makes commits smaller once their opIds are in the index: those without updates go, and where many are left, small ones are
 * put together. So a join reads few rows also where nobody ever sent a snapshot.
 */
export class CommitPacker {
  readonly #sql: SqlStorage;
  readonly #meta: MetaStore;
  #isDue = false;

  constructor(sql: SqlStorage, meta: MetaStore) {
    this.#sql = sql;
    this.#meta = meta;
  }

  /** Whether the last `pack` found enough rows to write: another call may find more. */
  get isDue(): boolean {
    return this.#isDue;
  }

  /**
   * Looks at commits up to `through` that were not looked at before. Inside a transaction.
   * @param most so many packed rows are written at most: one takes a few milliseconds, in which nobody else is served
   */
  pack(through: number, most = Infinity): void {
    const from = this.#meta.packedThrough;
    this.#sql.exec("DELETE FROM commits WHERE seq > ? AND seq <= ? AND update_count = 0", from, through);
    const rows = this.#sql
      .exec<{ seq: number; bytes: number }>(
        `SELECT seq, octet_length(updates) AS bytes FROM commits WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
        from,
        through,
        PACK_ROWS,
      )
      .toArray();
    this.#isDue = rows.length === PACK_ROWS;
    if (!this.#isDue) return;
    const groups = toGroups(rows);
    for (const group of groups.slice(0, most)) this.#replace(group);
    this.#meta.packedThrough = (groups.length > most ? groups[most - 1]?.last : rows.at(-1)?.seq) ?? from;
  }

  #replace({ first, last }: Group): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO commits (seq, first_update, last_update, update_count, updates, operations)
       SELECT MAX(seq), MIN(first_update), MAX(last_update), SUM(update_count), GROUP_CONCAT(updates ORDER BY seq), '[]'
       FROM commits WHERE seq >= ? AND seq <= ?`,
      first,
      last,
    );
    this.#sql.exec("DELETE FROM commits WHERE seq >= ? AND seq < ?", first, last);
  }
}

/** Small rows that fit into one together. */
function toGroups(rows: readonly { seq: number; bytes: number }[]): Group[] {
  const groups: Group[] = [];
  let open: Group | null = null;
  for (const { seq, bytes } of rows) {
    if (bytes > PACKED_BYTES) open = null;
    else if (open && open.bytes + bytes <= ROW_LENGTH) {
      open.last = seq;
      open.rows++;
      open.bytes += bytes;
    } else {
      open = { first: seq, last: seq, rows: 1, bytes };
      groups.push(open);
    }
  }
  return groups.filter((group) => group.rows > 1);
}
