import type { Annotation } from "../protocol/model/annotation.ts";
import type { Page, Paged } from "../protocol/model/scalars.ts";

interface PageQuery {
  /** SQL without values, which are in `params`. */
  where: string;
  params: readonly (string | number)[];
  order: string;
  page: Page;
}

/** One page of annotations, and how many match in all. Both come from one transaction of D1. */
export async function readPage(
  db: D1Database,
  { where, params, order, page: { page, size } }: PageQuery,
): Promise<Paged<Annotation>> {
  const [items, counts] = await db.batch<{ resource: string; total: number }>([
    db
      .prepare(`SELECT resource FROM annotations WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`)
      .bind(...params, size, (page - 1) * size),
    db.prepare(`SELECT count(*) AS total FROM annotations WHERE ${where}`).bind(...params),
  ]);
  return {
    // Only `projectRows` writes it, so it is not validated again: a page may hold a million points.
    items: (items?.results ?? []).map(({ resource }) => JSON.parse(resource) as Annotation),
    page,
    size,
    total: counts?.results[0]?.total ?? 0,
  };
}
