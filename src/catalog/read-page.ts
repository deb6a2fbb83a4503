import type { Annotation } from "../protocol/model/annotation.ts";
import type { Document } from "../protocol/model/document.ts";
import type { Page, Paged } from "../protocol/model/scalars.ts";

interface Tables {
  documents: Document;
  annotations: Annotation;
}

interface PageQuery<T extends keyof Tables> {
  table: T;
  /** SQL without values, which are in `params`. */
  where: string;
  params: readonly (string | number)[];
  order: string;
  page: Page;
}

/** One page of resources, and how many match in all. Both come from one transaction of D1. */
export async function readPage<T extends keyof Tables>(
  db: D1Database,
  { table, where, params, order, page: { page, size } }: PageQuery<T>,
): Promise<Paged<Tables[T]>> {
  const [items, counts] = await db.batch<{ resource: string; total: number }>([
    db
      .prepare(`SELECT resource FROM ${table} WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`)
      .bind(...params, size, (page - 1) * size),
    db.prepare(`SELECT count(*) AS total FROM ${table} WHERE ${where}`).bind(...params),
  ]);
  return {
    // Only `projectRows` writes it, so it is not validated again: a page may hold a million points.
    items: (items?.results ?? []).map(({ resource }) => JSON.parse(resource) as Tables[T]),
    page,
    size,
    total: counts?.results[0]?.total ?? 0,
  };
}
