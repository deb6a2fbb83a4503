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
    // Every annotation made until then has one present row, in an index by ordinal. Mostly that is the row of then, too.
    const cursor = this.#sql.exec<AnnotationRow>(
      `SELECT row_then.* FROM annotation_rows AS present CROSS JOIN annotation_rows AS row_then
       WHERE present.until IS NULL AND present.ordinal > ?1 AND present.ordinal < ?2
         AND row_then.status = 'active' AND row_then.rowid = IIF(present.seq <= ?3, present.rowid, (
           SELECT rowid FROM annotation_rows WHERE id = present.id AND seq <= ?3 ORDER BY seq DESC LIMIT 1))
       ORDER BY present.ordinal`,
      after,
      (seq + 1) * ORDINALS_PER_SEQ,
      seq,
    );
    for (const row of cursor) {
      annotations.push(toAnnotation(row, this.#documentId()));
      bytes += row.body.length + row.labels.length + ROW_BYTES;
      if (bytes >= maxBytes) return { annotations, next: row.ordinal };
    }
    return { annotations, next: null };
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
    return this.#count("until IS NULL AND status = 'active'");
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
    const items = this.#query(
      `WHERE ${where} ORDER BY ordinal LIMIT ? OFFSET ?`,
      ...params,
      size,
      (page - 1) * size,
    );
    return { items, page, size, total: this.#count(where, ...params) };
  }

  /**
   * What differs between two seqs, in the order of creation: pairs of the state before and after, null where it was not there.
   * Rows that are the same row at both are left out by the query.
   */
  readDifference(from: number, to: number): { before: Annotation | null; after: Annotation | null }[] {
    const ids = this.#sql
      .exec<{ id: string }>(
        // Only rows that began or ended in between can differ.
        `SELECT DISTINCT ordinal, id FROM annotation_rows WHERE seq > ? AND seq <= ? ORDER BY ordinal`,
        Math.min(from, to),
        Math.max(from, to),
      )
      .toArray();
    return ids.map(({ id }) => ({ before: this.#readAt(id, from), after: this.#readAt(id, to) }));
  }

  #readAt(id: string, seq: number): Annotation | null {
    const [annotation] = this.#query("WHERE id = ? AND seq <= ? ORDER BY seq DESC LIMIT 1", id, seq);
    return annotation ?? null;
  }

  write(annotation: Annotation, position: number | null): void {
    const { id, seq } = annotation;
    if (annotation.version > 1) {
      this.#sql.exec("UPDATE annotation_rows SET until = ? WHERE id = ? AND until IS NULL", seq, id);
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
