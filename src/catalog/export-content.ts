import {
  CHROMA_DEFAULT,
  type ExportFilter,
  type ExportFormat,
  type ExportOptions,
} from "../protocol/model/export-job.ts";

/**
 * Everything but the state that decides the bytes of a file, as a text to compare: two jobs for one seq with equal
 * texts make equal files. Options that do not matter in the format are left out; lists are sorted and have no repeats.
 */
export function describeContent(format: ExportFormat, options: ExportOptions): string {
  const {
    scale,
    quality,
    chroma = CHROMA_DEFAULT,
    background,
    annotations,
    legend = false,
    notes,
    profile,
  } = options;
  const filter = describeFilter(annotations);
  if (format === "json") return JSON.stringify({ format, profile, filter });
  const lossy = format === "jpg" || format === "webp";
  const encoding = { quality: lossy ? quality : undefined, chroma: format === "jpg" ? chroma : undefined };
  // "none" and no value make the same picture with different warnings, and a copy has the warnings of its original.
  const look = { background, legend, notes };
  return JSON.stringify({ format, scale, ...encoding, ...look, filter });
}

/** undefined: every annotation. */
function describeFilter(filter: ExportFilter = {}): (string[] | null)[] | undefined {
  const lists = [filter.types, filter.labels, filter.authors];
  if (lists.every((list) => list === undefined)) return undefined;
  return lists.map((list) => (list ? [...new Set<string>(list)].sort() : null));
}
