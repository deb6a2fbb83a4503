import { ROW_LENGTH } from "./commit-log.ts";
import type { MetaStore } from "./meta.ts";

/**
 * Packing starts when so many rows wait for it. A document whose clients send snapshots never has that many: compaction
 * drops its rows before.
 */
export const PACK_ROWS = 1_000;
/** A row of more bytes than this stays as it is: packing it gains little, and must not take long. */
export const PACKED_BYTES = 4 * 1024;

/** Neighbouring commits. */
interface Group {
  first: number;
  last: number;
  rows: number;
  bytes: number;
}

/**
 * Packs commits once their opIds are in the index: drops those without updates, and joins small neighbours if many
 * are left. So a join reads few rows even if nobody ever sent a snapshot.
 */
export class CommitPacker {
  readonly #sql: SqlStorage;
  readonly #meta: MetaStore;
  #isDue = false;

  constructor(sql: SqlStorage, meta: MetaStore) {
    this.#sql = sql;
    this.#meta = meta;
  }

  /** Whether the last `pack` found enough rows to join. Another call may find more. */
  get isDue(): boolean {
    return this.#isDue;
  }

  /**
   * Packs commits up to `through` that it has not looked at before. Inside a transaction.
   * @param most the most packed rows to write: each takes a few milliseconds, in which nobody else is served
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

/** Groups of small neighbours that fit into one row. */
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
