import { numberAnnotations } from "./number-annotations.ts";
import { packCommits } from "./pack-commits.ts";
import { TABLES } from "./tables.ts";

/**
 * How older objects come to the present tables (`tables.ts`), as ordered migrations: number n brings a store of version n to
 * n + 1. They are only ever appended to; tests run them from saved states of every older version.
 */
const migrations: readonly (string | ((sql: SqlStorage) => void))[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

  -- The document's own fields, one row per change of them. Times are ms since the epoch, everywhere.
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
    PRIMARY KEY (id, seq)
  );
  CREATE INDEX annotation_rows_by_seq ON annotation_rows (seq);
  CREATE INDEX annotation_rows_current ON annotation_rows (created_at, id) WHERE until IS NULL;

  CREATE TABLE updates (
    seq INTEGER PRIMARY KEY,
    actor_id TEXT NOT NULL,
    delta BLOB NOT NULL
  );

  -- A snapshot of up to 16 MiB lies in rows of 1 MiB.
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
  CREATE TABLE reverts (
    seq INTEGER PRIMARY KEY,
    version_id TEXT NOT NULL,
    crdt_changed INTEGER NOT NULL,
    -- 0: its annotations are too much for one message.
    inline INTEGER NOT NULL
  );

  -- What every opId stands for, for ever. hash: the first 16 bytes of SHA-256 over type and content.
  CREATE TABLE operations (
    op_id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL
  ) WITHOUT ROWID;

  -- Which rows the catalog must hear of; their content is read when they are sent.
  CREATE TABLE outbox (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;

  CREATE TABLE due (task TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
  `,
  `
  -- Exports that are not final yet: the alarm sends them to the queue again.
  CREATE TABLE open_exports (
    job_id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  `,
  packCommits,
  numberAnnotations,
  `
  -- A list of what is there does not walk over what was deleted.
  DROP INDEX annotation_rows_current;
  CREATE INDEX annotation_rows_current ON annotation_rows (status, ordinal) WHERE until IS NULL;

  -- Marks that the catalog refused: tried again by the alarm, out of the way of the others.
  CREATE TABLE refused_marks (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;
  INSERT INTO refused_marks SELECT kind, id, seq, attempts FROM outbox WHERE attempts > 0;
  DELETE FROM outbox WHERE attempts > 0;
  ALTER TABLE outbox DROP COLUMN attempts;

  -- opIds of operations that changed nothing, until they move into the index: there is no commit to keep them in.
  CREATE TABLE unchanged_operations (
    op_id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    content TEXT NOT NULL
  ) WITHOUT ROWID;
  `,
];

/** The version that the code below this line of history expects. */
export const SCHEMA_VERSION = migrations.length;

/** Which version the tables are of; 0: there are none, the document does not exist. Writes nothing. */
export function readSchemaVersion(sql: SqlStorage): number {
  const [table] = sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'").toArray();
  if (!table) return 0;
  const [row] = sql.exec<{ value: number }>("SELECT value FROM meta WHERE key = 'schema_version'").toArray();
  return row?.value ?? 0;
}

/** Makes the tables of a new document, at once: the way over all migrations takes three times as long. Inside a transaction. */
export function createSchema(sql: SqlStorage): void {
  sql.exec(TABLES);
  writeSchemaVersion(sql, SCHEMA_VERSION);
}

function writeSchemaVersion(sql: SqlStorage, version: number): void {
  sql.exec("INSERT OR REPLACE INTO meta (key, value) VALUES ('schema_version', ?)", version);
}

/**
 * Brings the tables up to `to`. Call it inside a transaction.
 * Throws where the tables are newer than this code: an older deployment must not write into them.
 */
export function migrateSchema(sql: SqlStorage, to: number = SCHEMA_VERSION): void {
  const from = readSchemaVersion(sql);
  if (from > SCHEMA_VERSION) {
    throw new Error(`The object's schema is version ${from}, this code knows up to ${SCHEMA_VERSION}`);
  }
  if (from >= to) return;
  for (const migration of migrations.slice(from, to)) {
    if (typeof migration === "string") sql.exec(migration);
    else migration(sql);
  }
  writeSchemaVersion(sql, to);
}
