/**
 * Which CRDT content a document has at a given time, without a copy of it: one snapshot (or none) and ranges of updates.
 * A revert to a version makes that version's content the present one, with an open range for what comes after; so a
 * later version of it, or a revert of the revert, is written down in the same way.
 */
export interface Content {
  /** The `version` of the snapshot it starts from; null: from nothing. */
  snapshot: number | null;
  /** Updates with `from < seq <= to`; `to` null: up to the head. Ascending, apart from each other. */
  ranges: Range[];
}
export interface Range {
  from: number;
  to: number | null;
}

export const emptyContent: Content = { snapshot: null, ranges: [{ from: 0, to: null }] };

/** The content as it stands at `seq`: what a version keeps. */
export function closeContent(content: Content, seq: number): Content {
  return {
    snapshot: content.snapshot,
    ranges: content.ranges.map((range) => (range.to === null ? { from: range.from, to: seq } : range)),
  };
}

/** A version's content as the present one, from the revert at `seq` on. */
export function reopenContent(content: Content, seq: number): Content {
  return { snapshot: content.snapshot, ranges: [...content.ranges, { from: seq, to: null }] };
}

/** The content after a snapshot of everything up to `version`. */
export function snapshotContent(version: number): Content {
  return { snapshot: version, ranges: [{ from: version, to: null }] };
}

/**
 * The updates that none of `contents` needs, as ranges below `head`: what compaction may drop.
 * An open range needs everything after its start.
 */
export function unneededRanges(contents: readonly Content[], head: number): { from: number; to: number }[] {
  const needed = contents
    .flatMap((content) => content.ranges.map(({ from, to }) => ({ from, to: to ?? head })))
    .sort((a, b) => a.from - b.from);
  const gaps: { from: number; to: number }[] = [];
  let reached = 0;
  for (const range of needed) {
    if (range.from > reached) gaps.push({ from: reached, to: range.from });
    reached = Math.max(reached, range.to);
  }
  if (reached < head) gaps.push({ from: reached, to: head });
  return gaps;
}
