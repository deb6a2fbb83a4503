/** More than one is all that matters. */
const LOCATED_MAX = 2;

/**
 * The documents that hold an annotation or a version with this id: none, one, or two where several do (ids are chosen
 * by clients). Documents that are deleted count: their room says so.
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
