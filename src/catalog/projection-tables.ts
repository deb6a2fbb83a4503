/** How a table of the catalog takes rows in bulk: a JSON array of objects, one a row, as the only parameter. */
export interface ProjectionTable {
  name: string;
  upsert: string;
}

export const projectionTables = {
  document: table("documents", ["id"], ["title_search", "status", "seq", "created_at", "resource"]),
  annotation: table(
    "annotations",
    ["document_id", "id"],
    ["type", "author", "status", "labels", "seq", "ordinal", "created_at", "updated_at", "resource"],
  ),
  version: table("versions", ["document_id", "id"], ["seq", "created_at", "resource"]),
  revocation: table("revocations", ["document_id"], ["min_iat"], "min_iat"),
} as const;

/** An upsert that leaves a row alone where a later one, by its column `order`, is there already. */
function table(
  name: string,
  keys: readonly string[],
  fields: readonly string[],
  order = "seq",
): ProjectionTable {
  const columns = [...keys, ...fields];
  return {
    name,
    // `WHERE true`: without it SQLite reads ON CONFLICT as a join's ON.
    upsert: `INSERT INTO ${name} (${columns.join(", ")})
SELECT ${columns.map((column) => `value ->> '$.${column}'`).join(", ")} FROM json_each(?) WHERE true
ON CONFLICT (${keys.join(", ")}) DO UPDATE SET ${fields.map((field) => `${field} = excluded.${field}`).join(", ")}
WHERE excluded.${order} >= ${name}.${order}`,
  };
}
