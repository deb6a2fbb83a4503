/** Documents have a label set. Older documents have no row for it: it is empty. */
export const labelSets = `CREATE TABLE label_rows (
  -- The document's label set, one row for each change of it. labels: [{name, color, key}]. A row is in force until the
  -- next one.
  seq INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  labels TEXT NOT NULL,
  updated_at INTEGER NOT NULL
);
`;
