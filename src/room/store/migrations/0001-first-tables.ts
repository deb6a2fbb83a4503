/** The tables of the first release. */
export const firstTables = `CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE document_rows (
  -- The document's own fields, one row for each change of them. Times are ms since the epoch, everywhere.
  seq INTEGER PRIMARY KEY,
  until INTEGER,
  version INTEGER NOT NULL,
  title TEXT NOT NULL,
  status TEXT NOT NULL,
  width INTEGER,
  height INTEGER,
  image TEXT,
  metadata TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
);

CREATE TABLE annotation_rows (
  -- body: {geometry, style, text, properties}. position: the index within a batch; null outside of one.
  id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  until INTEGER,
  version INTEGER NOT NULL,
  type TEXT NOT NULL,
  status TEXT NOT NULL,
  author TEXT,
  z_index INTEGER NOT NULL,
  labels TEXT NOT NULL,
  body TEXT NOT NULL,
  position INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (id, seq)
);
CREATE INDEX annotation_rows_by_seq ON annotation_rows (seq);
CREATE INDEX annotation_rows_current ON annotation_rows (created_at, id) WHERE until IS NULL;

CREATE TABLE updates (
  seq INTEGER PRIMARY KEY,
  actor_id TEXT NOT NULL,
  delta BLOB NOT NULL
);

CREATE TABLE snapshots (
  -- The bytes, up to 16 MiB, are in snapshot_chunks.
  version INTEGER PRIMARY KEY,
  bytes INTEGER NOT NULL,
  actor_id TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE TABLE snapshot_chunks (
  version INTEGER NOT NULL,
  part INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (version, part)
) WITHOUT ROWID;

CREATE TABLE versions (
  -- content: which snapshot and which updates make the CRDT content of this version; see crdt-content.ts.
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  number INTEGER NOT NULL,
  label TEXT,
  author TEXT,
  automatic INTEGER NOT NULL,
  document_version INTEGER NOT NULL,
  annotation_count INTEGER NOT NULL,
  content TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE TABLE reverts (
  seq INTEGER PRIMARY KEY,
  version_id TEXT NOT NULL,
  crdt_changed INTEGER NOT NULL,
  -- 0: its annotations are too much for one message.
  inline INTEGER NOT NULL
);

CREATE TABLE operations (
  -- What every opId stands for, for good. hash: the first 16 bytes of SHA-256 over type and content.
  op_id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  hash BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE outbox (
  -- Which rows the catalog must get. What is in them is read when they are sent.
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;

CREATE TABLE due (
  -- What the alarm has to do, and when; see schedule.ts.
  task TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) WITHOUT ROWID;
`;
