import type { Annotation } from "../protocol/model/annotation.ts";
import type { AnnotationFilter } from "./annotation-conditions.ts";
import { signedBy } from "../protocol/model/person.ts";
import type { Page, Paged } from "../protocol/model/scalars.ts";
import { annotationConditions } from "./annotation-conditions.ts";
import { readPage } from "./read-page.ts";
import { notRevoked } from "./revocations.ts";

/**
 * An annotation as this version of the service shows it. Rows from an older one have no ordinal; the document sends
 * them again when it wakes up. Older ones have no review, or don't say who changed them.
 */
function complete(annotation: Annotation): Annotation {
  const { version, author } = annotation;
  const signature = signedBy(author, { id: version === 1 ? author : null, name: null });
  const absent = { ordinal: 0, review: "none", author_name: null } as const;
  return { ...absent, ...("updated_by" in annotation ? {} : signature), ...annotation };
}

/**
 * The annotations of all documents that are not deleted, in the order in which they were made. Those of the same
 * millisecond are sorted by ordinal, then by id.
 * @param iat when the caller's token was issued, in seconds; documents that have revoked it are left out
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
    // An annotation whose document is not here yet is shown: the outbox brings rows in any order.
    where: `${sql} AND ${revoked.sql}
      AND document_id NOT IN (SELECT id FROM documents AS gone WHERE gone.status = 'deleted')`,
    params: [...params, ...revoked.params],
    order: "created_at, ordinal, id",
    page,
  });
  return { ...found, items: found.items.map(complete) };
}
