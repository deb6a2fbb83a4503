/**
 * Describes a document's CRDT content without copying it: one snapshot (or none) and ranges of updates. A revert
 * makes a version's description the present one and adds an open range for what comes later. So a revert of a revert
 * is described in the same way.
 */
export interface CrdtContent {
  /** The `version` of the snapshot it starts from; null: it starts empty. */
  snapshot: number | null;
  /** Updates with `from < seq <= to`; `to` null: up to the head. In ascending order, without overlaps. */
  ranges: Range[];
}
export interface Range {
  from: number;
  to: number | null;
}

export const emptyContent: CrdtContent = { snapshot: null, ranges: [{ from: 0, to: null }] };

/** The content as it stands at `seq`: what a version keeps. */
export function closeContent(content: CrdtContent, seq: number): CrdtContent {
  return {
    snapshot: content.snapshot,
    ranges: content.ranges.map((range) => (range.to === null ? { from: range.from, to: seq } : range)),
  };
}

/** A version's content as the present content, from the revert at `seq` on. */
export function reopenContent(content: CrdtContent, seq: number): CrdtContent {
  return { snapshot: content.snapshot, ranges: [...content.ranges, { from: seq, to: null }] };
}

/** The content right after a snapshot of everything up to `version`. */
export function snapshotContent(version: number): CrdtContent {
  return { snapshot: version, ranges: [{ from: version, to: null }] };
}

/** The updates below `head` that none of `contents` needs, as ranges: compaction may drop them. */
export function unneededRanges(
  contents: readonly CrdtContent[],
  head: number,
): { from: number; to: number }[] {
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
