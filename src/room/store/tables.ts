/**
 * The tables of a document's object, as a new document gets them. An older object comes to the same by the migrations of
 * `schema.ts`, which a test holds against this. Change both together.
 *
 * History is temporal rows: a row carries the `seq` it came in and, once it is replaced, the seq of its successor in
 * `until`. The state at any seq is the rows with `seq <= s AND (until IS NULL OR until > s)`. Times are ms since the epoch.
 */
export const TABLES = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

  -- The document's own fields, one row per change of them.
  CREATE TABLE document_rows (
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

  -- body: {geometry, style, text, properties}. position: the index within a batch, null outside of one.
  -- ordinal: the place in the order of creation, the same in every row of an annotation.
  CREATE TABLE annotation_rows (
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
    ordinal INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (id, seq)
  );
  CREATE INDEX annotation_rows_by_seq ON annotation_rows (seq);
  -- A list of what is there does not walk over what was deleted.
  CREATE INDEX annotation_rows_current ON annotation_rows (status, ordinal) WHERE until IS NULL;

  -- A snapshot of up to 16 MiB lies in several rows.
  CREATE TABLE snapshots (
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

  -- content: which snapshot and which updates make the CRDT content of this version; see content.ts.
  CREATE TABLE versions (
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
  -- inline: 0 where its annotations are too much for one message.
  CREATE TABLE reverts (
    seq INTEGER PRIMARY KEY,
    version_id TEXT NOT NULL,
    crdt_changed INTEGER NOT NULL,
    inline INTEGER NOT NULL
  );

  -- Which rows the catalog must hear of; their content is read when they are sent.
  CREATE TABLE outbox (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;
  -- Those that the catalog refused: tried again by the alarm, out of the way of the others.
  CREATE TABLE refused_marks (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;

  -- When something is to be done; see schedule.ts.
  CREATE TABLE due (task TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;

  -- Exports that are not final yet: the alarm sends them to the queue again.
  CREATE TABLE open_exports (
    job_id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL
  ) WITHOUT ROWID;

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
  -- opIds of operations that changed nothing, until they move into the index: there is no commit to keep them in.
  CREATE TABLE unchanged_operations (
    op_id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    content TEXT NOT NULL
  ) WITHOUT ROWID;
`;
