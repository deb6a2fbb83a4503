import { annotationConditions } from "../../catalog/annotation-conditions.ts";
import type { Annotation, AnnotationFilter } from "../../protocol/annotation.ts";
import { ORDINALS_PER_SEQ } from "../../protocol/limits.ts";
import type { Page, Paged } from "../../protocol/scalars.ts";
import { type AnnotationRow, toAnnotation, toAnnotationBody } from "./rows.ts";

const COLUMNS =
  "id, seq, version, type, status, author, z_index, labels, body, position, created_at, updated_at, ordinal";
/** What a row takes beside its body and labels, about. */
const ROW_BYTES = 400;

/** The document's annotations with their history. */
export class AnnotationStore {
  readonly #sql: SqlStorage;
  readonly #documentId: () => string;
  #counts: Record<Annotation["status"], number> | null = null;

  constructor(sql: SqlStorage, documentId: () => string) {
    this.#sql = sql;
    this.#documentId = documentId;
  }

  /** The present state of one, deleted or not. */
  read(id: string): Annotation | null {
    const [row] = this.#query("WHERE id = ? ORDER BY seq DESC LIMIT 1", id);
    return row ?? null;
  }

  /** What changed at `seq`, in the order in which it was asked for. */
  readChangedAt(seq: number): { annotations: Annotation[]; batch: boolean } {
    const rows = this.#rows("WHERE seq = ? ORDER BY position, id", seq);
    return {
      annotations: rows.map((row) => toAnnotation(row, this.#documentId())),
      batch: rows.some((row) => row.position !== null),
    };
  }

  /**
   * Active ones at `seq`, in the order of creation, from after the ordinal `after` on, until they take `maxBytes` or more. `next`: the last
   * one's ordinal; null: there are no more. Rows are read one by one: a page of the largest would not fit the memory.
   */
  readActiveAt(
    seq: number,
    after: number,
    maxBytes: number,
  ): { annotations: Annotation[]; next: number | null } {
    const annotations: Annotation[] = [];
    let bytes = 0;
    for (const row of this.#iterateRowsAt(seq, after)) {
      annotations.push(toAnnotation(row, this.#documentId()));
      bytes += row.body.length + row.labels.length + ROW_BYTES;
      if (bytes >= maxBytes) return { annotations, next: row.ordinal };
    }
    return { annotations, next: null };
  }

  #iterateRowsAt(seq: number, after: number): Iterable<AnnotationRow> {
    // At present the deleted ones have no part in it, however many there are.
    if (seq >= this.lastChange()) return this.#iterateWith("active", seq, after);
    return mergeByOrdinal(this.#iterateWith("active", seq, after), this.#iterateWith("deleted", seq, after));
  }

  /**
   * The rows that were active at `seq`, of the annotations whose present status is `status`, by ordinal. Every annotation has
   * one present row, in an index by status and ordinal. Mostly it is also the row that was in force at `seq`.
   */
  #iterateWith(status: Annotation["status"], seq: number, after: number): Iterable<AnnotationRow> {
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

  /** All active ones at present, in the order of creation, without holding more than one row at a time. */
  *iterateActive(): Generator<Annotation> {
    const cursor = this.#sql.exec<AnnotationRow>(
      `SELECT ${COLUMNS} FROM annotation_rows WHERE until IS NULL AND status = 'active' ORDER BY ordinal`,
    );
    for (const row of cursor) yield toAnnotation(row, this.#documentId());
  }

  /** The last seq that changed one; 0: there never was one. */
  lastChange(): number {
    const { seq } = this.#sql
      .exec<{ seq: number }>("SELECT IFNULL(MAX(seq), 0) AS seq FROM annotation_rows")
      .one();
    return seq;
  }

  countActive(): number {
    return this.#present().active;
  }

  /** How many there are by status. Counted once, then kept: a version must not cost more in a larger document. */
  #present(): Record<Annotation["status"], number> {
    if (this.#counts) return this.#counts;
    const counts = { active: 0, deleted: 0 };
    const rows = this.#sql.exec<{ status: Annotation["status"]; count: number }>(
      "SELECT status, COUNT(*) AS count FROM annotation_rows WHERE until IS NULL GROUP BY status",
    );
    for (const { status, count } of rows) counts[status] = count;
    this.#counts = counts;
    return counts;
  }

  /** Bytes of the active ones, about: decides whether they fit a message. */
  sizeOfActive(): number {
    const { bytes } = this.#sql
      .exec<{ bytes: number }>(
        `SELECT IFNULL(SUM(LENGTH(body) + LENGTH(labels) + ${ROW_BYTES}), 0) AS bytes FROM annotation_rows
         WHERE until IS NULL AND status = 'active'`,
      )
      .one();
    return bytes;
  }

  list(filter: AnnotationFilter, { page, size }: Page): Paged<Annotation> {
    const { sql, params } = annotationConditions(filter);
    const where = `until IS NULL AND ${sql}`;
    // Where the list has to be sorted, numbers are, not whole rows.
    const items = this.#query(
      `WHERE rowid IN (SELECT rowid FROM annotation_rows WHERE ${where} ORDER BY ordinal LIMIT ? OFFSET ?)
       ORDER BY ordinal`,
      ...params,
      size,
      (page - 1) * size,
    );
    return { items, page, size, total: this.#count(where, ...params) };
  }

  /**
   * What differs between two seqs, in the order of creation: pairs of the state before and after, null where it was not there.
   * Read by the changes in between or by the annotations, whichever are fewer.
   */
  readDifference(from: number, to: number): { before: Annotation | null; after: Annotation | null }[] {
    const first = Math.min(from, to);
    const last = Math.max(from, to);
    const { active, deleted } = this.#present();
    const ids =
      last - first <= active + deleted
        ? this.#listIds("WHERE seq > ? AND seq <= ?", first, last)
        : // What did not change after `first` has its present row from before it.
          this.#listIds("WHERE until IS NULL AND seq > ?", first);
    return ids.flatMap((id) => {
      const before = this.#readAt(id, from);
      const after = this.#readAt(id, to);
      return before?.seq === after?.seq ? [] : [{ before, after }];
    });
  }

  #listIds(where: string, ...params: number[]): string[] {
    return this.#sql
      .exec<{ id: string }>(
        `SELECT DISTINCT ordinal, id FROM annotation_rows ${where} ORDER BY ordinal`,
        ...params,
      )
      .toArray()
      .map(({ id }) => id);
  }

  #readAt(id: string, seq: number): Annotation | null {
    const [annotation] = this.#query("WHERE id = ? AND seq <= ? ORDER BY seq DESC LIMIT 1", id, seq);
    return annotation ?? null;
  }

  write(annotation: Annotation, position: number | null): void {
    const { id, seq } = annotation;
    const before = annotation.version > 1 ? this.#endPresent(id, seq) : null;
    if (this.#counts) {
      if (before) this.#counts[before]--;
      this.#counts[annotation.status]++;
    }
    this.#sql.exec(
      `INSERT INTO annotation_rows (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      seq,
      annotation.version,
      annotation.type,
      annotation.status,
      annotation.author,
      annotation.z_index,
      JSON.stringify(annotation.labels),
      toAnnotationBody(annotation),
      position,
      Date.parse(annotation.created_at),
      Date.parse(annotation.updated_at),
      annotation.ordinal,
    );
  }

  /** The present row of an annotation is its last: found by its key, however long its history is. Answers its status. */
  #endPresent(id: string, seq: number): Annotation["status"] {
    return this.#sql
      .exec<{ status: Annotation["status"] }>(
        `UPDATE annotation_rows SET until = ?1
         WHERE id = ?2 AND seq = (SELECT MAX(seq) FROM annotation_rows WHERE id = ?2) RETURNING status`,
        seq,
        id,
      )
      .one().status;
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
}

/** Two sequences that are each by ordinal, as one. */
function* mergeByOrdinal(
  ones: Iterable<AnnotationRow>,
  others: Iterable<AnnotationRow>,
): Generator<AnnotationRow> {
  const rest = others[Symbol.iterator]();
  let other = rest.next();
  for (const one of ones) {
    for (; !other.done && other.value.ordinal < one.ordinal; other = rest.next()) yield other.value;
    yield one;
  }
  for (; !other.done; other = rest.next()) yield other.value;
}
