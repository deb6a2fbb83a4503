import type { Annotation } from "../../protocol/model/annotation.ts";
import { pens } from "./mark-style.ts";

/** A label that can be given. */
export interface LabelView {
  name: string;
  /** #rrggbb */
  color: string;
  /** The key that gives it, "1" to "9"; null: it has none. */
  key: string | null;
}

const KEYS = 9;
/** White and ink are left out: a label is to be seen on any picture, beside any other. */
const labelColors = Object.entries(pens).flatMap(([name, color]) =>
  name === "white" || name === "ink" ? [] : [color],
);

/**
 * The labels to choose from: those of the document's set, then others that are in use, or were, while this page is open.
 * The first ones that have no key get the keys that are left.
 */
export function listLabels(set: readonly LabelView[], others: Iterable<string>): LabelView[] {
  const labels = [...set];
  const names = new Set(set.map(({ name }) => name));
  for (const name of others) {
    if (names.has(name)) continue;
    names.add(name);
    labels.push({ name, color: pickColor(name, labels), key: null });
  }
  const taken = new Set(labels.map(({ key }) => key));
  const free = Array.from({ length: KEYS }, (_, index) => String(index + 1)).filter((key) => !taken.has(key));
  return labels.map((label) => (label.key === null ? { ...label, key: free.shift() ?? null } : label));
}

/** Labels of marks in the order in which they came up. */
export function labelsInUse(marks: readonly Annotation[]): string[] {
  const inOrder = [...marks].sort((a, b) => a.ordinal - b.ordinal);
  return [...new Set(inOrder.flatMap(({ labels }) => labels))];
}

/**
 * A pen for a label that nobody has given one: by its name (FNV-1a), so that everyone sees the same, and the next one
 * that no label before it has.
 */
function pickColor(name: string, before: readonly LabelView[]): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  const start = (hash >>> 0) % labelColors.length;
  const inTurn = [...labelColors.slice(start), ...labelColors.slice(0, start)];
  const taken = new Set(before.map(({ color }) => color));
  return inTurn.find((color) => !taken.has(color)) ?? inTurn[0] ?? pens.ruby;
}
