import type { Annotation } from "../../../protocol/model/annotation.ts";
import type { Person } from "../../../protocol/model/person.ts";
import type { Counts, Share } from "./stretches.ts";
import type { Marks } from "./timeline.ts";

/** What is different between two moments. */
export interface Differences {
  added: readonly Annotation[];
  removed: readonly Annotation[];
  /** Marks that look different, wherever they are. */
  changed: readonly { before: Annotation; after: Annotation }[];
}

export function compareMarks(before: Marks, after: Marks): Differences {
  const added = [...after.values()].filter(({ id }) => !before.has(id));
  const removed = [...before.values()].filter(({ id }) => !after.has(id));
  const changed = [...after.values()].flatMap((mark) => {
    const old = before.get(mark.id);
    return old && !isSame(old, mark) ? [{ before: old, after: mark }] : [];
  });
  return { added, removed, changed };
}

/** The differences by who made them. */
export function shareDifferences(
  { added, removed, changed }: Differences,
  changers: ReadonlyMap<string, Person | null>,
): readonly Share[] {
  const shares = new Map<string | null, Share>();
  const count = (kind: keyof Counts, id: string): void => {
    const who = changers.get(id) ?? null;
    const known = shares.get(who?.id ?? null) ?? { who, added: 0, removed: 0, changed: 0 };
    shares.set(who?.id ?? null, { ...known, [kind]: known[kind] + 1 });
  };
  for (const { id } of added) count("added", id);
  for (const { after } of changed) count("changed", after.id);
  for (const { id } of removed) count("removed", id);
  return [...shares.values()];
}

/** Whether two states of a mark are the same to people: versions and times are not looked at. */
export function isSame(a: Annotation, b: Annotation): boolean {
  return a === b || a.version === b.version || JSON.stringify(contentOf(a)) === JSON.stringify(contentOf(b));
}

/** What a person can change of a mark, in one order. */
export function contentOf({ geometry, style, text, labels, properties, review, z_index }: Annotation) {
  return { geometry, style, text, labels, properties, review, z_index };
}
