export type ChangeKind = "update" | "document" | "annotations" | "version" | "revert";
export type ChangeMark = { seq: number; kind: ChangeKind };

/** Which events lie in `(from, to]`, read from the temporal rows themselves: there is no second log. */
const EVENTS = `
  SELECT seq, 'revert' AS kind FROM reverts WHERE seq > ?1 AND seq <= ?2
  UNION ALL SELECT seq, 'version' FROM versions WHERE seq > ?1 AND seq <= ?2
  UNION ALL SELECT seq, 'document' FROM document_rows
    WHERE seq > ?1 AND seq <= ?2 AND seq NOT IN (SELECT seq FROM reverts)
  UNION ALL SELECT DISTINCT seq, 'annotations' FROM annotation_rows
    WHERE seq > ?1 AND seq <= ?2 AND seq NOT IN (SELECT seq FROM reverts)`;

/** Events in `(from, to]`, ascending. */
export function listEvents(sql: SqlStorage, from: number, to: number): ChangeMark[] {
  return sql.exec<ChangeMark>(`${EVENTS} ORDER BY seq`, from, to).toArray();
}

/** Updates and events in `(from, to]`, ascending, at most `limit`. */
export function listChanges(sql: SqlStorage, from: number, to: number, limit: number): ChangeMark[] {
  return sql
    .exec<ChangeMark>(
      `SELECT seq, 'update' AS kind FROM updates WHERE seq > ?1 AND seq <= ?2
       UNION ALL ${EVENTS} ORDER BY seq LIMIT ?3`,
      from,
      to,
      limit,
    )
    .toArray();
}
