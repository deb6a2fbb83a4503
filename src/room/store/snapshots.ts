/** A multiple of 3, so that the base64 of each chunk can be joined to the base64 of the whole. */
export const CHUNK_BYTES = 3 * 256 * 1024;

/** CRDT snapshots: opaque bytes, in chunks that fit in a row. */
export class SnapshotStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  write(version: number, bytes: Uint8Array<ArrayBuffer>, actorId: string, now: number): void {
    this.#sql.exec(
      "INSERT INTO snapshots (version, bytes, actor_id, created_at) VALUES (?, ?, ?, ?)",
      version,
      bytes.byteLength,
      actorId,
      now,
    );
    for (let part = 0; part * CHUNK_BYTES < bytes.byteLength; part++) {
      this.#sql.exec(
        "INSERT INTO snapshot_chunks (version, part, data) VALUES (?, ?, ?)",
        version,
        part,
        bytes.slice(part * CHUNK_BYTES, (part + 1) * CHUNK_BYTES),
      );
    }
  }

  /** How many bytes a snapshot has. */
  size(version: number): number {
    return this.#sql.exec<{ bytes: number }>("SELECT bytes FROM snapshots WHERE version = ?", version).one()
      .bytes;
  }

  /** A snapshot in base64, piece by piece: joined, the pieces are the base64 of the whole. */
  *iterateBase64(version: number): Generator<string> {
    const cursor = this.#sql.exec<{ data: ArrayBuffer }>(
      "SELECT data FROM snapshot_chunks WHERE version = ? ORDER BY part",
      version,
    );
    for (const { data } of cursor) yield new Uint8Array(data).toBase64();
  }

  /** One chunk of a snapshot in base64; null: there are no more. Joined, the chunks are the base64 of the whole. */
  readChunkBase64(version: number, part: number): string | null {
    const [chunk] = this.#sql
      .exec<{ data: ArrayBuffer }>(
        "SELECT data FROM snapshot_chunks WHERE version = ? AND part = ?",
        version,
        part,
      )
      .toArray();
    return chunk ? new Uint8Array(chunk.data).toBase64() : null;
  }

  readBase64(version: number): string {
    return [...this.iterateBase64(version)].join("");
  }

  /** Drops every snapshot with a version of at least `from` that is not in `kept`. */
  dropExcept(kept: ReadonlySet<number>, from: number): void {
    const versions = this.#sql
      .exec<{ version: number }>("SELECT version FROM snapshots WHERE version >= ?", from)
      .toArray();
    for (const { version } of versions) {
      if (kept.has(version)) continue;
      this.#sql.exec("DELETE FROM snapshot_chunks WHERE version = ?", version);
      this.#sql.exec("DELETE FROM snapshots WHERE version = ?", version);
    }
  }
}
