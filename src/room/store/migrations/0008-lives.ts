/** The room notices that a client's history is not its own; see lineage.ts. */
export const lives = `CREATE TABLE lives (
  -- One row for each life of the object that wrote anything: the seq of its first change. See lineage.ts.
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL
);
`;
