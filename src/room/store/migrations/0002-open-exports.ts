/** The room watches over its exports. */
export const openExports = `CREATE TABLE open_exports (
  -- Exports that are not final yet: the alarm sends them to the queue again.
  job_id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  next_at INTEGER NOT NULL
) WITHOUT ROWID;
`;
