/** Items of one row, about. */
const ROW_ITEMS = 100;
const ROW_LENGTH = 256 * 1024;

type OldRow = {
  seq: number;
  actor_id: string | null;
  delta: ArrayBuffer | null;
  op_id: string | null;
  hash: ArrayBuffer | null;
};

/** The migration to schema 3: updates and opIds had a row each, and lie in the rows of their commits from here on. */
export function packCommits(sql: SqlStorage): void {
  sql.exec(`
    -- seq: of the last change in it. updates: {seq, deltaB64, actorId} as JSON, joined by commas, null seqs where there are
    -- none. operations: [[opId, seq, content?]] as JSON; see commit-log.ts.
    CREATE TABLE commits (
      seq INTEGER PRIMARY KEY,
      first_update INTEGER,
      last_update INTEGER,
      update_count INTEGER NOT NULL,
      updates TEXT NOT NULL,
      operations TEXT NOT NULL
    );
    -- The opIds of older commits; see operation-index.ts.
    CREATE TABLE operation_pages (page INTEGER PRIMARY KEY, entries BLOB NOT NULL);
  `);
  let updates: { seq: number; deltaB64: string; actorId: string }[] = [];
  let operations: [opId: string, seq: number, content: string][] = [];
  let length = 0;
  let last = 0;
  const write = () => {
    if (last === 0) return;
    sql.exec(
      "INSERT INTO commits VALUES (?, ?, ?, ?, ?, ?)",
      last,
      updates[0]?.seq ?? null,
      updates.at(-1)?.seq ?? null,
      updates.length,
      updates.map((update) => JSON.stringify(update)).join(","),
      JSON.stringify(operations),
    );
    updates = [];
    operations = [];
    length = 0;
  };
  const rows = sql.exec<OldRow>(`
    SELECT seq, actor_id, delta, NULL AS op_id, NULL AS hash FROM updates
    UNION ALL SELECT seq, NULL, NULL, op_id, hash FROM operations ORDER BY seq`);
  for (const row of rows) {
    const isFull = updates.length + operations.length >= ROW_ITEMS || length >= ROW_LENGTH;
    if (isFull && row.seq > last) write();
    last = row.seq;
    if (row.delta !== null) {
      const deltaB64 = new Uint8Array(row.delta).toBase64();
      updates.push({ seq: row.seq, deltaB64, actorId: row.actor_id ?? "" });
      length += deltaB64.length;
    }
    if (row.op_id !== null && row.hash !== null) {
      operations.push([row.op_id, row.seq, `#${new Uint8Array(row.hash).toBase64()}`]);
    }
  }
  write();
  sql.exec("DROP TABLE updates; DROP TABLE operations");
}
