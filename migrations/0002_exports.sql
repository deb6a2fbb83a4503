-- Export jobs: they live only here. Times are milliseconds since the epoch; `options` and `warnings` are JSON.
CREATE TABLE exports (
  id TEXT PRIMARY KEY,
  document_id TEXT NOT NULL,
  version_id TEXT,
  seq INTEGER NOT NULL,
  status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'succeeded', 'failed')),
  progress REAL NOT NULL DEFAULT 0,
  format TEXT NOT NULL,
  options TEXT NOT NULL,
  error TEXT,
  warnings TEXT NOT NULL DEFAULT '[]',
  attempts INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER,
  width INTEGER,
  height INTEGER,
  -- Who renders it now, and until when nobody else may: every write of a renderer names its token.
  lease_token TEXT,
  lease_until INTEGER,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER
) STRICT;

-- Lists: newest first, of everything, of a document, of a status, of both.
CREATE INDEX exports_newest ON exports (created_at DESC, id DESC);
CREATE INDEX exports_by_document ON exports (document_id, created_at DESC, id DESC);
CREATE INDEX exports_by_status ON exports (status, created_at DESC, id DESC);
CREATE INDEX exports_by_document_status ON exports (document_id, status, created_at DESC, id DESC);
