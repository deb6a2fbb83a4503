import { ORDINALS_PER_SEQ } from "../../ordinals.ts";

/**
 * Every row of an annotation gets its ordinal: its place in the order of creation. Annotations that are there are
 * numbered by the seq of their first row, those of one batch by id, so that they stay in the order in which they were
 * drawn. The catalog has none of these ordinals, so every annotation is sent to it once more.
 */
export function numberAnnotations(sql: SqlStorage): void {
  sql.exec(`
DROP INDEX annotation_rows_current;
ALTER TABLE annotation_rows ADD COLUMN ordinal INTEGER NOT NULL DEFAULT 0;

UPDATE annotation_rows SET ordinal = made.ordinal FROM (
  SELECT id, seq * ${ORDINALS_PER_SEQ} + ROW_NUMBER() OVER (PARTITION BY seq ORDER BY id) - 1 AS ordinal
  FROM annotation_rows WHERE version = 1
) AS made WHERE annotation_rows.id = made.id;

CREATE INDEX annotation_rows_current ON annotation_rows (ordinal) WHERE until IS NULL;

INSERT OR REPLACE INTO outbox (kind, id, seq)
  SELECT 'annotation', id, seq FROM annotation_rows WHERE until IS NULL;
`);
}
