/** Comments on annotations, and what a review says of an annotation. */
export const comments = `ALTER TABLE annotation_rows ADD COLUMN review TEXT NOT NULL DEFAULT 'none';

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
);

CREATE INDEX comment_rows_by_id ON comment_rows (id, seq);

CREATE INDEX comment_rows_current ON comment_rows (shown, ordinal) WHERE until IS NULL;

CREATE INDEX comment_rows_by_annotation ON comment_rows (annotation_id, ordinal) WHERE until IS NULL;
`;
