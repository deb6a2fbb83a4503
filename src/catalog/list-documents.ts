import type { Document } from "../protocol/model/document.ts";
import type { Page, Paged } from "../protocol/model/scalars.ts";
import { readPage } from "./read-page.ts";
import { notRevoked } from "./revocations.ts";

export interface DocumentFilter {
  includeDeleted: boolean;
  /** Part of the title, in upper or lower case. */
  q?: string | undefined;
  /** When the caller's token was issued, in seconds. Documents that have revoked it are left out. */
  iat?: number | undefined;
}

/** Rows from an older version of the service don't say who changed them. */
const absent = { updated_by: null, updated_by_name: null };

/** The documents, newest first. Those of the same millisecond are sorted by id. */
export async function listDocuments(
  db: D1Database,
  filter: DocumentFilter,
  page: Page,
): Promise<Paged<Document>> {
  const revoked = notRevoked("id", filter.iat);
  const parts = [revoked.sql];
  const params = [...revoked.params];
  if (!filter.includeDeleted) parts.push("status = 'active'");
  if (filter.q !== undefined && filter.q !== "") {
    // Not LIKE: D1 refuses patterns over 50 bytes, and % and _ in the text would be wildcards.
    parts.push("instr(title_search, ?) > 0");
    params.push(filter.q.toLowerCase());
  }
  const found = await readPage(db, {
    table: "documents",
    where: parts.join(" AND "),
    params,
    order: "created_at DESC, id DESC",
    page,
  });
  return { ...found, items: found.items.map((document) => ({ ...absent, ...document })) };
}
