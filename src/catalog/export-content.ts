import type { ExportFilter, ExportFormat, ExportOptions } from "../protocol/model/export-job.ts";

/**
 * What decides, beside the state, on the bytes of a file, as a text to be compared: two jobs for one seq with equal texts make equal
 * files. What has no say in the format is left out; lists are in order and without repeats.
 */
export function describeContent(format: ExportFormat, options: ExportOptions): string {
  const { scale, quality, background, annotations, legend = false, notes, profile } = options;
  const filter = describeFilter(annotations);
  if (format === "json") return JSON.stringify({ format, profile, filter });
  const lossy = format === "jpg" || format === "webp";
  // "none" and nothing make the same picture with other warnings, which go with a copy.
  const look = { background, legend, notes };
  return JSON.stringify({ format, scale, quality: lossy ? quality : undefined, ...look, filter });
}

/** undefined: every annotation. */
function describeFilter(filter: ExportFilter = {}): (string[] | null)[] | undefined {
  const lists = [filter.types, filter.labels, filter.authors];
  if (lists.every((list) => list === undefined)) return undefined;
  return lists.map((list) => (list ? [...new Set<string>(list)].sort() : null));
}
