/**
 * Lists no longer walk over deleted annotations, refused rows no longer hold up the outbox, and commands that changed
 * nothing keep their opIds.
 */
export const refusedMarks = `-- A list of active annotations does not walk over deleted ones.
DROP INDEX annotation_rows_current;
CREATE INDEX annotation_rows_current ON annotation_rows (status, ordinal) WHERE until IS NULL;

CREATE TABLE refused_marks (
  -- Marks of rows that the catalog refused. The alarm tries them again; they don't hold up the others.
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;
INSERT INTO refused_marks SELECT kind, id, seq, attempts FROM outbox WHERE attempts > 0;
DELETE FROM outbox WHERE attempts > 0;
ALTER TABLE outbox DROP COLUMN attempts;

CREATE TABLE unchanged_operations (
  -- opIds of commands that changed nothing, until they move into the index: they have no commit to be kept in.
  op_id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  content TEXT NOT NULL
) WITHOUT ROWID;
`;
