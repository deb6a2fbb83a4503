import { annotationConditions } from "../../catalog/annotation-conditions.ts";
import type { Annotation } from "../../protocol/model/annotation.ts";
import type { AnnotationFilter } from "../../catalog/annotation-conditions.ts";
import { ORDINALS_PER_SEQ } from "../ordinals.ts";
import type { Person } from "../../protocol/model/person.ts";
import type { Page, Paged } from "../../protocol/model/scalars.ts";
import type { Restoration } from "../entry.ts";
import { mergeByOrdinal } from "./merge-by-ordinal.ts";
import { type Difference, ROW_BYTES, iterateDifferences } from "./differences.ts";
import { BY_AUTHOR, writeSignature } from "./signatures.ts";
import { type AnnotationRow, toAnnotation, toAnnotationBody, toAnnotationText } from "./rows.ts";

const COLUMNS =
  "id, seq, version, type, status, author, review, z_index, labels, body, position, created_at, updated_at, ordinal, " +
  "author_name, updated_by, updated_by_name";

/** The document's annotations with their history. */
export class AnnotationStore {
  readonly #sql: SqlStorage;
  readonly #documentId: () => string;
  #counts: Record<Annotation["status"], number> | null = null;

  constructor(sql: SqlStorage, documentId: () => string) {
    this.#sql = sql;
    this.#documentId = documentId;
  }

  /** The present state of an annotation, deleted or not. */
  read(id: string): Annotation | null {
    const [row] = this.#query("WHERE id = ? ORDER BY seq DESC LIMIT 1", id);
    return row ?? null;
  }

  /** What changed at `seq`, in the order of the request. */
  readChangedAt(seq: number): { annotations: Annotation[]; batch: boolean } {
    const rows = this.#rows("WHERE seq = ? ORDER BY position, id", seq);
    return {
      annotations: rows.map((row) => toAnnotation(row, this.#documentId())),
      batch: rows.some((row) => row.position !== null),
    };
  }

  /**
   * The active annotations at `seq` after the ordinal `after`, in the order of creation, until they take `maxBytes`.
   * `next`: the ordinal of the last one; null: there are no more. Rows are read one by one: a page of large ones
   * would not fit in memory.
   */
  readActiveAt(
    seq: number,
    after: number,
    maxBytes: number,
  ): { annotations: Annotation[]; next: number | null } {
    const annotations: Annotation[] = [];
    let bytes = 0;
    for (const row of this.#activeAt(seq, after)) {
      annotations.push(toAnnotation(row, this.#documentId()));
      bytes += row.body.length + row.labels.length + ROW_BYTES;
      if (bytes >= maxBytes) return { annotations, next: row.ordinal };
    }
    return { annotations, next: null };
  }

  /** The last seq that changed an annotation; 0: there never was one. */
  lastChange(): number {
    const { seq } = this.#sql
      .exec<{ seq: number }>("SELECT IFNULL(MAX(seq), 0) AS seq FROM annotation_rows")
      .one();
    return seq;
  }

  /** When an annotation last changed, in ms; null: there never was one. */
  lastChangedAt(): number | null {
    const [row] = this.#sql
      .exec<{ at: number }>("SELECT updated_at AS at FROM annotation_rows ORDER BY seq DESC LIMIT 1")
      .toArray();
    return row?.at ?? null;
  }

  countActive(): number {
    return this.#countByStatus().active;
  }

  /** How many there are by status. Counted once, then kept: a version must not cost more in a larger document. */
  #countByStatus(): Record<Annotation["status"], number> {
    if (this.#counts) return this.#counts;
    const counts = { active: 0, deleted: 0 };
    const rows = this.#sql.exec<{ status: Annotation["status"]; count: number }>(
      "SELECT status, COUNT(*) AS count FROM annotation_rows WHERE until IS NULL GROUP BY status",
    );
    for (const { status, count } of rows) counts[status] = count;
    this.#counts = counts;
    return counts;
  }

  list(filter: AnnotationFilter, { page, size }: Page): Paged<Annotation> {
    const { sql, params } = annotationConditions(filter);
    const where = `until IS NULL AND ${sql}`;
    // If SQLite has to sort, it sorts numbers and not whole rows.
    const items = this.#query(
      `WHERE rowid IN (SELECT rowid FROM annotation_rows WHERE ${where} ORDER BY ordinal LIMIT ? OFFSET ?)
       ORDER BY ordinal`,
      ...params,
      size,
      (page - 1) * size,
    );
    return { items, page, size, total: this.#count(where, ...params) };
  }

  /** Returns whether it was deleted or restored by that. */
  write(annotation: Annotation, position: number | null): boolean {
    const { id, seq, status } = annotation;
    const before =
      annotation.version === 1
        ? status
        : this.#endPresent("id = ?2 AND seq = (SELECT MAX(seq) FROM annotation_rows WHERE id = ?2)", seq, id);
    if (this.#counts) this.#counts[annotation.status]++;
    this.#sql.exec(
      `INSERT INTO annotation_rows (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      seq,
      annotation.version,
      annotation.type,
      annotation.status,
      annotation.author,
      annotation.review,
      annotation.z_index,
      JSON.stringify(annotation.labels),
      toAnnotationBody(annotation),
      position,
      Date.parse(annotation.created_at),
      Date.parse(annotation.updated_at),
      annotation.ordinal,
      annotation.author_name,
      ...writeSignature(annotation),
    );
    return status !== before;
  }

  /**
   * The present row of an annotation gets a successor. The row is found by a key, however long the history is. Returns
   * the status that it has.
   */
  #endPresent(where: string, seq: number, key: string | number): Annotation["status"] {
    const { status } = this.#sql
      .exec<{ status: Annotation["status"] }>(
        `UPDATE annotation_rows SET until = ?1 WHERE ${where} RETURNING status`,
        seq,
        key,
      )
      .one();
    if (this.#counts) this.#counts[status]--;
    return status;
  }

  #rows(rest: string, ...params: (string | number)[]): AnnotationRow[] {
    return this.#sql
      .exec<AnnotationRow>(`SELECT ${COLUMNS} FROM annotation_rows ${rest}`, ...params)
      .toArray();
  }

  #query(rest: string, ...params: (string | number)[]): Annotation[] {
    return this.#rows(rest, ...params).map((row) => toAnnotation(row, this.#documentId()));
  }

  #count(where: string, ...params: (string | number)[]): number {
    const { count } = this.#sql
      .exec<{ count: number }>(`SELECT COUNT(*) AS count FROM annotation_rows WHERE ${where}`, ...params)
      .one();
    return count;
  }

  /** As `readActiveAt`, but each as JSON: what is only passed on need not be parsed. */
  readActiveTextAt(seq: number, after: number, maxBytes: number): { items: string[]; next: number | null } {
    const items: string[] = [];
    let bytes = 0;
    for (const row of this.#activeAt(seq, after)) {
      const text = toAnnotationText(row, this.#documentId());
      items.push(text);
      bytes += text.length;
      if (bytes >= maxBytes) return { items, next: row.ordinal };
    }
    return { items, next: null };
  }

  /** The rows that were active at `seq`, after the ordinal `after` and sorted by it. */
  #activeAt(seq: number, after: number): Iterable<AnnotationRow> {
    // At present the deleted ones need not be looked at, however many there are.
    if (seq >= this.lastChange()) return this.#activeAmong("active", seq, after);
    return mergeByOrdinal(this.#activeAmong("active", seq, after), this.#activeAmong("deleted", seq, after));
  }

  /**
   * The same, among the annotations whose present status is `status`. Every annotation has one present row, in an
   * index by status and ordinal. Mostly that row was also in force at `seq`.
   */
  #activeAmong(status: Annotation["status"], seq: number, after: number): Iterable<AnnotationRow> {
    return this.#sql.exec<AnnotationRow>(
      `SELECT row_then.* FROM annotation_rows AS present CROSS JOIN annotation_rows AS row_then
       WHERE present.until IS NULL AND present.status = ?4 AND present.ordinal > ?1 AND present.ordinal < ?2
         AND row_then.status = 'active' AND row_then.rowid = IIF(present.seq <= ?3, present.rowid, (
           SELECT rowid FROM annotation_rows WHERE id = present.id AND seq <= ?3 ORDER BY seq DESC LIMIT 1))
       ORDER BY present.ordinal`,
      after,
      (seq + 1) * ORDINALS_PER_SEQ,
      seq,
      status,
    );
  }

  /** About how many bytes each active annotation has, without reading them. */
  *iterateActiveSizes(): Generator<number> {
    const cursor = this.#sql.exec<{ bytes: number }>(
      `SELECT OCTET_LENGTH(body) + OCTET_LENGTH(labels) + ${ROW_BYTES} AS bytes FROM annotation_rows
       WHERE until IS NULL AND status = 'active' ORDER BY ordinal`,
    );
    for (const { bytes } of cursor) yield bytes;
  }

  /** What differs between two seqs: annotations after the ordinal `from`, in the order of creation. */
  iterateDifferences(before: number, after: number, from = 0): Generator<Difference> {
    return iterateDifferences(this.#sql, before, after, from);
  }

  /** The annotation as a row has it. */
  readRow(rowid: number): Annotation {
    return toAnnotation(this.#row(rowid), this.#documentId());
  }

  readRowText(rowid: number): string {
    return toAnnotationText(this.#row(rowid), this.#documentId());
  }

  #row(rowid: number): AnnotationRow {
    return this.#sql
      .exec<AnnotationRow>(`SELECT ${COLUMNS} FROM annotation_rows WHERE rowid = ?`, rowid)
      .one();
  }

  /**
   * Makes what a row says the present state again, from `seq` on. Bodies are copied inside the database: a revert may
   * bring back more than fits in memory.
   */
  restore(
    { present, source, status }: Restoration,
    seq: number,
    position: number,
    { at, by }: { at: number; by: Person },
  ): void {
    this.#sql.exec(
      `INSERT INTO annotation_rows (${COLUMNS})
       SELECT id, ?1, (SELECT version FROM annotation_rows WHERE rowid = ?2) + 1, type, ?3, author, review, z_index,
         labels, body, ?4, created_at, ?5, ordinal, author_name, IIF(author = ?7, '${BY_AUTHOR}', ?7),
         IIF(author = ?7, NULL, ?8)
       FROM annotation_rows WHERE rowid = ?6`,
      seq,
      present,
      status,
      position,
      at,
      source,
      by.id,
      by.name,
    );
    this.#endPresent("rowid = ?2", seq, present);
    if (this.#counts) this.#counts[status]++;
  }
}
