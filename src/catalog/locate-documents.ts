/** It only matters whether there is more than one. */
const LOCATED_MAX = 2;

/**
 * The documents that have an annotation or a version with this id: none, one, or two if there are several (clients
 * choose ids). Deleted documents are included; their rooms will say that they are deleted.
 */
export async function locateDocuments(
  db: D1Database,
  kind: "annotations" | "versions",
  id: string,
): Promise<string[]> {
  const { results } = await db
    .prepare(`SELECT document_id FROM ${kind} WHERE id = ? ORDER BY document_id LIMIT ${LOCATED_MAX}`)
    .bind(id)
    .all<{ document_id: string }>();
  return results.map((row) => row.document_id);
}
