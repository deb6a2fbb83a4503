-- An export may be cancelled. SQLite changes no CHECK of a table that is there: the rows move into a new one. The statuses are those of
-- the schema in `src/protocol/export-job.ts`; the next one needs no new table.
CREATE TABLE exports_next (
  id TEXT PRIMARY KEY,
  document_id TEXT NOT NULL,
  version_id TEXT,
  seq INTEGER NOT NULL,
  status TEXT NOT NULL DEFAULT 'queued',
  progress REAL NOT NULL DEFAULT 0,
  format TEXT NOT NULL,
  options TEXT NOT NULL,
  error TEXT,
  warnings TEXT NOT NULL DEFAULT '[]',
  attempts INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER,
  width INTEGER,
  height INTEGER,
  lease_token TEXT,
  lease_until INTEGER,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER
) STRICT;

INSERT INTO exports_next (
  id, document_id, version_id, seq, status, progress, format, options, error, warnings, attempts, bytes, width, height,
  lease_token, lease_until, created_at, started_at, finished_at
) SELECT
  id, document_id, version_id, seq, status, progress, format, options, error, warnings, attempts, bytes, width, height,
  lease_token, lease_until, created_at, started_at, finished_at
FROM exports;

DROP TABLE exports;
ALTER TABLE exports_next RENAME TO exports;

CREATE INDEX exports_newest ON exports (created_at DESC, id DESC);
CREATE INDEX exports_by_document ON exports (document_id, created_at DESC, id DESC);
CREATE INDEX exports_by_status ON exports (status, created_at DESC, id DESC);
CREATE INDEX exports_by_document_status ON exports (document_id, status, created_at DESC, id DESC);
