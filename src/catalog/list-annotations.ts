import type { Annotation } from "../protocol/model/annotation.ts";
import type { AnnotationFilter } from "./annotation-conditions.ts";
import type { Page, Paged } from "../protocol/model/scalars.ts";
import { annotationConditions } from "./annotation-conditions.ts";
import { readPage } from "./read-page.ts";
import { notRevoked } from "./revocations.ts";

/** What an older service wrote has no ordinal until its document has sent it again, which it does when it wakes up. */
const unnumbered = { ordinal: 0 };

/**
 * Annotations of every document that is not deleted, in the order they were made; of the same millisecond, by ordinal, then id.
 * @param iat when the token of who asks was issued, in seconds: documents that have revoked it are left out
 */
export async function listAnnotations(
  db: D1Database,
  filter: AnnotationFilter,
  page: Page,
  iat?: number,
): Promise<Paged<Annotation>> {
  const { sql, params } = annotationConditions(filter);
  const revoked = notRevoked("document_id", iat);
  const found = await readPage(db, {
    table: "annotations",
    // An annotation whose document is not here yet is shown: the outbox brings rows in any order.
    where: `${sql} AND document_id NOT IN (SELECT id FROM documents AS gone WHERE gone.status = 'deleted') AND ${revoked.sql}`,
    params: [...params, ...revoked.params],
    order: "created_at, ordinal, id",
    page,
  });
  return { ...found, items: found.items.map((annotation) => ({ ...unnumbered, ...annotation })) };
}
