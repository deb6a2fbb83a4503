import type { Review } from "../protocol/model/annotation.ts";
import type { AnnotationType } from "../protocol/model/geometry.ts";

/** A list's conditions; `updatedSince` is milliseconds since the epoch. */
export interface AnnotationFilter {
  type?: AnnotationType | undefined;
  label?: string | undefined;
  author?: string | undefined;
  review?: Review | undefined;
  status: "active" | "deleted" | "all";
  updatedSince?: number | undefined;
}

/** A part of a WHERE clause with its parameters, in order. `sql` is never empty. */
export interface Conditions {
  sql: string;
  params: (string | number)[];
}

/**
 * The filters of an annotation list as SQL, for every SQLite table with the columns `type`, `author`, `review`, `status`,
 * `labels` (JSON) and `updated_at` (ms): the catalog's, and the one inside a document's object. Every value is a
 * parameter. `updatedSince` is inclusive: a client that asks again with the last time it saw may get that annotation
 * twice, but misses none of the same millisecond.
 */
export function annotationConditions(filter: AnnotationFilter): Conditions {
  const parts: string[] = [];
  const params: (string | number)[] = [];
  const add = (sql: string, value: string | number) => {
    parts.push(sql);
    params.push(value);
  };
  if (filter.type !== undefined) add("type = ?", filter.type);
  if (filter.label !== undefined) {
    add("EXISTS (SELECT 1 FROM json_each(labels) AS label WHERE label.value = ?)", filter.label);
  }
  if (filter.author !== undefined) add("author = ?", filter.author);
  if (filter.review !== undefined) add("review = ?", filter.review);
  if (filter.status !== "all") add("status = ?", filter.status);
  if (filter.updatedSince !== undefined) add("updated_at >= ?", filter.updatedSince);
  return { sql: parts.length === 0 ? "1" : parts.join(" AND "), params };
}
