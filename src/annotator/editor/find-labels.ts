import type { LabelView } from "./label-view.ts";

export interface FoundLabel {
  label: LabelView;
  /** The part of the name that was typed; empty where nothing was. */
  from: number;
  to: number;
}

/** Labels that have what was typed in their names: first those that begin with it, then those with a word that does. */
export function findLabels(labels: readonly LabelView[], query: string): FoundLabel[] {
  const wanted = query.trim().toLowerCase();
  const found = labels.flatMap((label) => {
    const name = label.name.toLowerCase();
    const from = name.indexOf(wanted);
    if (from < 0) return [];
    const rank = from === 0 ? 0 : /\s/.test(name.charAt(from - 1)) ? 1 : 2;
    return [{ rank, label, from, to: from + wanted.length }];
  });
  return found.sort((a, b) => a.rank - b.rank).map(({ label, from, to }) => ({ label, from, to }));
}
