// Written by test/room/migrations.test.ts from what the migrations make: see schema.ts.
export const SCHEMA = `
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
  updated_at INTEGER NOT NULL, ordinal INTEGER NOT NULL DEFAULT 0, review TEXT NOT NULL DEFAULT 'none', author_name TEXT, updated_by TEXT, updated_by_name TEXT,
  PRIMARY KEY (id, seq)
);

CREATE INDEX annotation_rows_by_seq ON annotation_rows (seq);

CREATE INDEX annotation_rows_current ON annotation_rows (status, ordinal) WHERE until IS NULL;

CREATE TABLE comment_rows (
  -- Each change of a comment takes a seq of its own. A deleted comment's last row has no text.
  seq INTEGER PRIMARY KEY,
  until INTEGER,
  id TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  annotation_id TEXT NOT NULL,
  reply_to TEXT,
  version INTEGER NOT NULL,
  status TEXT NOT NULL,
  text TEXT NOT NULL,
  author TEXT,
  author_name TEXT,
  resolved_by TEXT,
  resolved_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  edited_at INTEGER,
  -- Whether a state has it: a thread whose first comment is deleted goes on.
  shown INTEGER NOT NULL GENERATED ALWAYS AS (status = 'active' OR reply_to IS NULL) VIRTUAL
, resolved_by_name TEXT, updated_by TEXT, updated_by_name TEXT);

CREATE INDEX comment_rows_by_annotation ON comment_rows (annotation_id, ordinal) WHERE until IS NULL;

CREATE INDEX comment_rows_by_id ON comment_rows (id, seq);

CREATE INDEX comment_rows_current ON comment_rows (shown, ordinal) WHERE until IS NULL;

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
, updated_by TEXT, updated_by_name TEXT);

CREATE TABLE due (
  -- What the alarm has to do, and when; see schedule.ts.
  task TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE label_rows (
  -- The document's label set, one row for each change of it. labels: [{name, color, key}]. A row is in force until the
  -- next one.
  seq INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  labels TEXT NOT NULL,
  updated_at INTEGER NOT NULL
, updated_by TEXT, updated_by_name TEXT);

CREATE TABLE lives (
  -- One row for each life of the object that wrote anything: the seq of its first change. See lineage.ts.
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL
);

CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE open_exports (
  -- Exports that are not final yet: the alarm sends them to the queue again.
  job_id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  next_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE operation_pages (
  -- The opIds of older commits; see op-id-index.ts.
  page INTEGER PRIMARY KEY,
  entries BLOB NOT NULL
);

CREATE TABLE outbox (
  -- Which rows the catalog must get. What is in them is read when they are sent.
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;

CREATE TABLE refused_marks (
  -- Marks of rows that the catalog refused. The alarm tries them again; they don't hold up the others.
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;

CREATE TABLE reverts (
  seq INTEGER PRIMARY KEY,
  version_id TEXT NOT NULL,
  crdt_changed INTEGER NOT NULL,
  -- 0: its annotations are too much for one message.
  inline INTEGER NOT NULL
);

CREATE TABLE snapshot_chunks (
  version INTEGER NOT NULL,
  part INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (version, part)
) WITHOUT ROWID;

CREATE TABLE snapshots (
  -- The bytes, up to 16 MiB, are in snapshot_chunks.
  version INTEGER PRIMARY KEY,
  bytes INTEGER NOT NULL,
  actor_id TEXT NOT NULL,
  created_at INTEGER NOT NULL
);

CREATE TABLE unchanged_operations (
  -- opIds of commands that changed nothing, until they move into the index: they have no commit to be kept in.
  op_id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  content TEXT NOT NULL
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
, author_name TEXT);
`;
