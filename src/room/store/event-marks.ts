import { COMMENT_BYTES } from "./comments.ts";
import { ROW_BYTES } from "./differences.ts";

/** The place of an event in the order of changes. */
export type EventMark = {
  seq: number;
  kind: "document" | "labels" | "annotations" | "comment" | "version" | "revert";
};

/**
 * Events are read from the temporal rows; there is no second log. All rows of a revert are one event. Comments are not
 * among them: the platform's SQLite takes five terms at most.
 */
const EVENTS = `
  SELECT seq, 'revert' AS kind FROM reverts WHERE seq > ?1 AND seq <= ?2
  UNION ALL SELECT seq, 'version' FROM versions WHERE seq > ?1 AND seq <= ?2
  UNION ALL SELECT seq, 'document' FROM document_rows
    WHERE seq > ?1 AND seq <= ?2 AND seq NOT IN (SELECT seq FROM reverts)
  UNION ALL SELECT seq, 'labels' FROM label_rows
    WHERE seq > ?1 AND seq <= ?2 AND seq NOT IN (SELECT seq FROM reverts)
  UNION ALL SELECT DISTINCT seq, 'annotations' FROM annotation_rows
    WHERE seq > ?1 AND seq <= ?2 AND seq NOT IN (SELECT seq FROM reverts)`;

const COMMENTS = "SELECT seq, 'comment' AS kind FROM comment_rows WHERE seq > ?1 AND seq <= ?2";

/** Events in `(from, to]`, ascending, at most `limit`; -1: all. */
export function listEvents(sql: SqlStorage, from: number, to: number, limit = -1): EventMark[] {
  const list = (query: string) =>
    sql.exec<EventMark>(`${query} ORDER BY seq LIMIT ?3`, from, to, limit).toArray();
  const marks = [...list(EVENTS), ...list(COMMENTS)].sort((one, other) => one.seq - other.seq);
  return limit < 0 ? marks : marks.slice(0, limit);
}

/** About how many bytes each event after `since` has, without reading them and in no order. */
export function* iterateEventSizes(sql: SqlStorage, since: number): Generator<number> {
  const rows = sql.exec<{ bytes: number }>(
    `SELECT OCTET_LENGTH(body) + OCTET_LENGTH(labels) + ${ROW_BYTES} AS bytes FROM annotation_rows WHERE seq > ?1
     UNION ALL SELECT OCTET_LENGTH(metadata) + ${ROW_BYTES} FROM document_rows WHERE seq > ?1
     UNION ALL SELECT OCTET_LENGTH(text) + ${COMMENT_BYTES} FROM comment_rows WHERE seq > ?1
     UNION ALL SELECT OCTET_LENGTH(labels) + ${ROW_BYTES} FROM label_rows WHERE seq > ?1
     UNION ALL SELECT ${ROW_BYTES} FROM versions WHERE seq > ?1`,
    since,
  );
  for (const { bytes } of rows) yield bytes;
}
