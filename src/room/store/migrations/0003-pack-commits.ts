/** About how many items a row gets. */
const ROW_ITEMS = 100;
const ROW_LENGTH = 256 * 1024;

type OldRow = {
  seq: number;
  actor_id: string | null;
  delta: ArrayBuffer | null;
  op_id: string | null;
  hash: ArrayBuffer | null;
};

const TABLES = `
CREATE TABLE commits (
  -- seq: the last one in the commit. updates: {seq, deltaB64, actorId} as JSON, joined by commas; where there are none,
  -- first_update and last_update are null. operations: [[opId, seq, fingerprint?]] as JSON; see commit-log.ts.
  seq INTEGER PRIMARY KEY,
  first_update INTEGER,
  last_update INTEGER,
  update_count INTEGER NOT NULL,
  updates TEXT NOT NULL,
  operations TEXT NOT NULL
);

CREATE TABLE operation_pages (
  -- The opIds of older commits; see op-id-index.ts.
  page INTEGER PRIMARY KEY,
  entries BLOB NOT NULL
);
`;

/** Updates and opIds had a row each. From here on they are in the rows of their commits. */
export function packCommits(sql: SqlStorage): void {
  sql.exec(TABLES);
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
