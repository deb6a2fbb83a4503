-- The catalog: what lists, filters and search across documents need. The truth is in the documents' objects, which
-- send every row again until it is here; `seq` guards against an older row replacing a newer one.
-- `resource` is the row in its REST form (JSON); the other columns are what is searched and sorted by.
-- Times are milliseconds since the epoch.

CREATE TABLE documents (
  id TEXT PRIMARY KEY,
  -- Lower-cased by JavaScript, for every script: SQLite's own lower() knows ASCII only.
  title_search TEXT NOT NULL,
  status TEXT NOT NULL,
  seq INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  resource TEXT NOT NULL
) STRICT;

-- The list's order, newest first; and the same among those that are not deleted.
CREATE INDEX documents_by_age ON documents (created_at, id);
CREATE INDEX documents_by_status ON documents (status, created_at, id);

CREATE TABLE annotations (
  document_id TEXT NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  author TEXT,
  status TEXT NOT NULL,
  -- A JSON array of strings.
  labels TEXT NOT NULL,
  seq INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  resource TEXT NOT NULL,
  PRIMARY KEY (document_id, id)
) STRICT;

-- Where an annotation is, when only its id is known. Clients choose ids, so that two documents may use the same.
CREATE INDEX annotations_by_id ON annotations (id);
CREATE INDEX annotations_by_status ON annotations (status, created_at, id);
CREATE INDEX annotations_by_author ON annotations (author, status, created_at, id);
CREATE INDEX annotations_by_update ON annotations (updated_at);

CREATE TABLE versions (
  document_id TEXT NOT NULL,
  id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  resource TEXT NOT NULL,
  PRIMARY KEY (document_id, id)
) STRICT;

CREATE INDEX versions_by_id ON versions (id);
