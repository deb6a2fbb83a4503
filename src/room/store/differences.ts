/** An annotation that looks different at two seqs. */
export type Difference = {
  id: string;
  ordinal: number;
  /** As people see it: a deleted annotation is not there. */
  kind: "added" | "removed" | "changed";
  /** Its rows in `annotation_rows` at both seqs; null: it had not been made yet. */
  before: number | null;
  after: number | null;
  /** About how many bytes its later state has; if it was removed, its earlier state. */
  bytes: number;
};

/** Up to so many changes are looked at one by one. If there are more, every annotation is looked at instead. */
export const CHANGES_MAX = 1_000;

/** About how many bytes a row has beside its body and labels. */
export const ROW_BYTES = 400;

/**
 * What differs between the seqs `before` and `after`: annotations after the ordinal `from`, in the order of creation.
 * It costs no more than the changes in between, or than the annotations there are if these are fewer: one annotation
 * may have a long history.
 */
export function* iterateDifferences(
  sql: SqlStorage,
  before: number,
  after: number,
  from: number,
): Generator<Difference> {
  const low = Math.min(before, after);
  const high = Math.max(before, after);
  const changes = sql
    .exec("SELECT 1 FROM annotation_rows WHERE seq > ? AND seq <= ? LIMIT ?", low, high, CHANGES_MAX + 1)
    .toArray().length;
  const candidates =
    changes <= CHANGES_MAX
      ? `SELECT DISTINCT ordinal, id FROM annotation_rows
         WHERE seq > MIN(?1, ?2) AND seq <= MAX(?1, ?2) AND ordinal > ?3`
      : // The plus keeps SQLite from using the index by seq: any number of rows may lie in between.
        `SELECT ordinal, id FROM annotation_rows WHERE until IS NULL AND ordinal > ?3 AND +seq > MIN(?1, ?2)`;
  yield* sql.exec<Difference>(
    `WITH candidate AS (${candidates} ORDER BY ordinal)
     SELECT candidate.id, candidate.ordinal, was.rowid AS before, now.rowid AS after,
       CASE WHEN was.status IS NOT 'active' THEN 'added' WHEN now.status IS NOT 'active' THEN 'removed'
         ELSE 'changed' END AS kind,
       OCTET_LENGTH(IIF(now.status IS 'active', now.body, was.body))
         + OCTET_LENGTH(IIF(now.status IS 'active', now.labels, was.labels)) + ${ROW_BYTES} AS bytes
     FROM candidate
     LEFT JOIN annotation_rows AS was ON was.rowid = ${rowAt("?1")}
     LEFT JOIN annotation_rows AS now ON now.rowid = ${rowAt("?2")}
     WHERE (was.status IS 'active' OR now.status IS 'active') AND was.rowid IS NOT now.rowid
       AND (was.status IS NOT now.status OR was.z_index <> now.z_index OR was.review <> now.review
         OR was.labels <> now.labels
         OR was.body <> now.body)
     ORDER BY candidate.ordinal`,
    before,
    after,
    from,
  );
}

function rowAt(seq: "?1" | "?2"): string {
  return `(SELECT rowid FROM annotation_rows WHERE id = candidate.id AND seq <= ${seq} ORDER BY seq DESC LIMIT 1)`;
}
