import type { Annotation } from "../protocol/model/annotation.ts";
import type { ExportFilter } from "../protocol/model/export-job.ts";

/** Keeps the annotations of each page that pass the filter; undefined: all pass. */
export async function* filterPages(
  pages: AsyncIterable<Annotation[]>,
  filter: ExportFilter | undefined,
): AsyncGenerator<Annotation[]> {
  for await (const page of pages) {
    yield filter ? page.filter((annotation) => passes(annotation, filter)) : page;
  }
}

/** An annotation passes if it matches every list given. It matches a list that contains any of its values. */
function passes({ type, labels, author }: Annotation, filter: ExportFilter): boolean {
  if (filter.types && !filter.types.includes(type)) return false;
  if (filter.labels && !filter.labels.some((label) => labels.includes(label))) return false;
  return !filter.authors || (author !== null && filter.authors.includes(author));
}
