/** A table of the catalog, with the statement that takes rows in bulk. Its one parameter is a JSON array of rows. */
export interface ProjectionTable {
  name: string;
  upsert: string;
}

/** What is on a document, in numbers. */
const activity = ["annotation_count", "open_thread_count", "contributor_count", "changed_at"];

export const projectionTables = {
  document: table(
    "documents",
    ["id"],
    ["title_search", "title_sort", "status", "seq", "created_at", ...activity, "resource"],
  ),
  activity: {
    name: "documents",
    upsert: `UPDATE documents SET seq = value ->> '$.seq', ${activity.map((field) => `${field} = value ->> '$.${field}'`).join(", ")}
FROM json_each(?) WHERE documents.id = value ->> '$.id' AND documents.seq <= value ->> '$.seq'`,
  },
  annotation: table(
    "annotations",
    ["document_id", "id"],
    [
      "type",
      "author",
      "review",
      "status",
      "labels",
      "seq",
      "ordinal",
      "created_at",
      "updated_at",
      "resource",
    ],
  ),
  version: table("versions", ["document_id", "id"], ["seq", "created_at", "resource"]),
  revocation: table("revocations", ["document_id"], ["min_iat"], "min_iat"),
} as const;

/** An upsert that leaves a row alone if the table has a later one already, by the column `order`. */
function table(
  name: string,
  keys: readonly string[],
  fields: readonly string[],
  order = "seq",
): ProjectionTable {
  const columns = [...keys, ...fields];
  return {
    name,
    // Without `WHERE true` SQLite takes ON CONFLICT for a join's ON.
    upsert: `INSERT INTO ${name} (${columns.join(", ")})
SELECT ${columns.map((column) => `value ->> '$.${column}'`).join(", ")} FROM json_each(?) WHERE true
ON CONFLICT (${keys.join(", ")}) DO UPDATE SET ${fields.map((field) => `${field} = excluded.${field}`).join(", ")}
WHERE excluded.${order} >= ${name}.${order}`,
  };
}
