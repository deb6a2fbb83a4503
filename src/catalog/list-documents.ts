import type { Document, DocumentPage, DocumentSort, DocumentSummary } from "../protocol/model/document.ts";
import { type Page, toTimestamp } from "../protocol/model/scalars.ts";
import { type DocumentCursor, writeCursor } from "./document-cursor.ts";
import { notRevoked } from "./revocations.ts";

export interface DocumentFilter {
  includeDeleted: boolean;
  /** Part of the title, in upper or lower case. */
  q?: string | undefined;
  /** When the caller's token was issued, in seconds. Documents that have revoked it are left out. */
  iat?: number | undefined;
  sort?: DocumentSort;
  /** Only what follows this place. The page's number does not count then. */
  after?: DocumentCursor | undefined;
}

interface DocumentRow {
  id: string;
  resource: string;
  seq: number;
  annotation_count: number;
  open_thread_count: number;
  contributor_count: number;
  changed_at: number;
  key: string | number;
}

/** What each order goes by. Documents with the same are ordered by id. */
const orders: Record<DocumentSort, { column: string; direction: "ASC" | "DESC" }> = {
  created: { column: "created_at", direction: "DESC" },
  changed: { column: "changed_at", direction: "DESC" },
  title: { column: "title_sort", direction: "ASC" },
};

/** Rows from an older version of the service don't say who changed them. */
const absent = { updated_by: null, updated_by_name: null };

/** A page of the documents, and how many match in all. Both come from one transaction of D1. */
export async function listDocuments(
  db: D1Database,
  { includeDeleted, q, iat, sort = "created", after }: DocumentFilter,
  { page, size }: Page,
): Promise<DocumentPage> {
  const revoked = notRevoked("id", iat);
  const parts = [revoked.sql];
  const params = [...revoked.params];
  if (!includeDeleted) parts.push("status = 'active'");
  if (q !== undefined && q !== "") {
    // Not LIKE: D1 refuses patterns over 50 bytes, and % and _ in the text would be wildcards.
    parts.push("instr(title_search, ?) > 0");
    params.push(q.toLowerCase());
  }
  const { column, direction } = orders[sort];
  const where = parts.join(" AND ");
  const place = after ? `(${column}, id) ${direction === "ASC" ? ">" : "<"} (?, ?)` : "true";
  const [found, counts] = await db.batch<DocumentRow & { total: number }>([
    db
      .prepare(
        `SELECT id, resource, seq, annotation_count, open_thread_count, contributor_count, changed_at, ${column} AS key
         FROM documents WHERE ${where} AND ${place}
         ORDER BY ${column} ${direction}, id ${direction} LIMIT ? OFFSET ?`,
      )
      // One more shows whether there are any behind this page.
      .bind(...params, ...(after ? [after.key, after.id] : []), size + 1, after ? 0 : (page - 1) * size),
    db.prepare(`SELECT count(*) AS total FROM documents WHERE ${where}`).bind(...params),
  ]);
  const rows = (found?.results ?? []).slice(0, size);
  const last = (found?.results.length ?? 0) > size ? rows.at(-1) : undefined;
  return {
    items: rows.map(toSummary),
    page: after ? 1 : page,
    size,
    total: counts?.results[0]?.total ?? 0,
    next: last ? writeCursor({ sort, key: last.key, id: last.id }) : null,
  };
}

function toSummary(row: DocumentRow): DocumentSummary {
  // Only `projectRows` writes it, so it is not validated again.
  const document = JSON.parse(row.resource) as Document;
  const { seq, annotation_count, open_thread_count, contributor_count } = row;
  // An older service wrote the row, and the document has not changed since.
  const changedAt = Math.max(row.changed_at, Date.parse(document.updated_at));
  const changed_at = toTimestamp(changedAt);
  return { ...absent, ...document, seq, annotation_count, open_thread_count, contributor_count, changed_at };
}
