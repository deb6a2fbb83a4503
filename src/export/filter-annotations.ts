import type { Annotation } from "../protocol/model/annotation.ts";
import type { ExportFilter } from "../protocol/model/export-job.ts";

/** Of each page the annotations that the filter lets through; undefined: all. */
export async function* filterPages(
  pages: AsyncIterable<Annotation[]>,
  filter: ExportFilter | undefined,
): AsyncGenerator<Annotation[]> {
  for await (const page of pages) {
    yield filter ? page.filter((annotation) => fits(annotation, filter)) : page;
  }
}

/** Whether it fits every list that is there; it fits a list that has any of its values. */
function fits({ type, labels, author }: Annotation, filter: ExportFilter): boolean {
  if (filter.types && !filter.types.includes(type)) return false;
  if (filter.labels && !filter.labels.some((label) => labels.includes(label))) return false;
  return !filter.authors || (author !== null && filter.authors.includes(author));
}
