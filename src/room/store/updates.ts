import type { StoredUpdate } from "../../protocol/server-messages.ts";
import type { Content } from "../content.ts";

type UpdateRow = { seq: number; actor_id: string; delta: ArrayBuffer };

/** CRDT updates as they came: opaque bytes in their order. */
export class UpdateStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  write(seq: number, actorId: string, delta: Uint8Array<ArrayBuffer>): void {
    this.#sql.exec("INSERT INTO updates (seq, actor_id, delta) VALUES (?, ?, ?)", seq, actorId, delta);
  }

  read(seq: number): StoredUpdate | null {
    for (const update of this.iterate(seq - 1, seq)) return update;
    return null;
  }

  /** Updates with `from < seq <= to`, ascending, one row in memory at a time. */
  *iterate(from: number, to: number): Generator<StoredUpdate> {
    const cursor = this.#sql.exec<UpdateRow>(
      "SELECT seq, actor_id, delta FROM updates WHERE seq > ? AND seq <= ? ORDER BY seq",
      from,
      to,
    );
    for (const row of cursor) yield toUpdate(row);
  }

  /** The updates that make a content, beside its snapshot. */
  *iterateContent(content: Content, head: number): Generator<StoredUpdate> {
    for (const { from, to } of content.ranges) yield* this.iterate(from, Math.min(to ?? head, head));
  }

  /** Base64 bytes and JSON of the updates in a range, about. */
  size(from: number, to: number): number {
    const { bytes } = this.#sql
      .exec<{ bytes: number }>(
        `SELECT IFNULL(SUM(LENGTH(delta) * 4 / 3 + 100), 0) AS bytes FROM updates WHERE seq > ? AND seq <= ?`,
        from,
        to,
      )
      .one();
    return bytes;
  }

  sizeOfContent(content: Content, head: number): number {
    return content.ranges.reduce((sum, { from, to }) => sum + this.size(from, to ?? head), 0);
  }

  count(from: number, to: number): number {
    const { count } = this.#sql
      .exec<{ count: number }>("SELECT COUNT(*) AS count FROM updates WHERE seq > ? AND seq <= ?", from, to)
      .one();
    return count;
  }

  /** Drops a range. Returns the highest seq that was dropped; 0: there was nothing. */
  drop(from: number, to: number): number {
    const { last } = this.#sql
      .exec<{ last: number }>(
        "SELECT IFNULL(MAX(seq), 0) AS last FROM updates WHERE seq > ? AND seq <= ?",
        from,
        to,
      )
      .one();
    if (last > 0) this.#sql.exec("DELETE FROM updates WHERE seq > ? AND seq <= ?", from, to);
    return last;
  }
}

function toUpdate(row: UpdateRow): StoredUpdate {
  return { seq: row.seq, deltaB64: new Uint8Array(row.delta).toBase64(), actorId: row.actor_id };
}
