import { annotationConditions } from "../../catalog/annotation-conditions.ts";
import type { Annotation, AnnotationFilter } from "../../protocol/annotation.ts";
import { ORDINALS_PER_SEQ } from "../../protocol/limits.ts";
import type { Page, Paged } from "../../protocol/scalars.ts";
import type { Restoration } from "../change.ts";
import { type Difference, ROW_BYTES, iterateDifferences } from "./differences.ts";
import { type AnnotationRow, toAnnotation, toAnnotationBody, toAnnotationText } from "./rows.ts";

const COLUMNS =
  "id, seq, version, type, status, author, z_index, labels, body, position, created_at, updated_at, ordinal";

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
    for (const row of this.#activeAt(seq, after)) {
      annotations.push(toAnnotation(row, this.#documentId()));
      bytes += row.body.length + row.labels.length + ROW_BYTES;
      if (bytes >= maxBytes) return { annotations, next: row.ordinal };
    }
    return { annotations, next: null };
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

  /** As `readActiveAt`, each as JSON text: what is only handed on need not be parsed. */
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

  #activeAt(seq: number, after: number): SqlStorageCursor<AnnotationRow> {
    // Every annotation made until then has one present row, in an index by ordinal. Mostly that is the row of then, too.
    return this.#sql.exec<AnnotationRow>(
      `SELECT row_then.* FROM annotation_rows AS present CROSS JOIN annotation_rows AS row_then
       WHERE present.until IS NULL AND present.ordinal > ?1 AND present.ordinal < ?2
         AND row_then.status = 'active' AND row_then.rowid = IIF(present.seq <= ?3, present.rowid, (
           SELECT rowid FROM annotation_rows WHERE id = present.id AND seq <= ?3 ORDER BY seq DESC LIMIT 1))
       ORDER BY present.ordinal`,
      after,
      (seq + 1) * ORDINALS_PER_SEQ,
      seq,
    );
  }

  /** Bytes of each active one, about, without reading them. */
  *iterateActiveSizes(): Generator<number> {
    const cursor = this.#sql.exec<{ bytes: number }>(
      `SELECT OCTET_LENGTH(body) + OCTET_LENGTH(labels) + ${ROW_BYTES} AS bytes FROM annotation_rows
       WHERE until IS NULL AND status = 'active' ORDER BY ordinal`,
    );
    for (const { bytes } of cursor) yield bytes;
  }

  /** What differs between two seqs, in the order of creation, from after the ordinal `from` on. */
  iterateDifferences(before: number, after: number, from = 0): Generator<Difference> {
    return iterateDifferences(this.#sql, before, after, from);
  }

  /** The annotation as it is in a row. */
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
   * Makes what a row says the present state again, from `seq` on. Bodies are copied inside the database: a revert may bring back
   * more than fits the memory.
   */
  restore({ present, source, status }: Restoration, seq: number, position: number, updatedAt: number): void {
    this.#sql.exec(
      `INSERT INTO annotation_rows (${COLUMNS})
       SELECT id, ?1, (SELECT version FROM annotation_rows WHERE rowid = ?2) + 1, type, ?3, author, z_index, labels, body, ?4,
         created_at, ?5, ordinal
       FROM annotation_rows WHERE rowid = ?6`,
      seq,
      present,
      status,
      position,
      updatedAt,
      source,
    );
    this.#sql.exec("UPDATE annotation_rows SET until = ? WHERE rowid = ?", seq, present);
  }
}
