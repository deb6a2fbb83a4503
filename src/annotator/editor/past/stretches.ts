import type { Step } from "./timeline.ts";

/** Changes further apart than this are told apart. */
const PAUSE_MS = 10 * 60_000;

/** Steps that belong together: one after the other, with nothing between them that has a name of its own. */
export interface Stretch {
  /** Indexes of its first and last step. */
  from: number;
  to: number;
  at: number;
  who: readonly (string | null)[];
  added: number;
  removed: number;
  changed: number;
  /** Of a stretch that is one version, or one way back. */
  named?: Step;
}

/** Gathers steps for the list, the newest first. */
export function gatherStretches(steps: readonly Step[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const [index, step] of steps.entries()) {
    const last = stretches.at(-1);
    const counts = countMarks(step);
    if (last && !last.named && !isNamed(step) && step.at - last.at <= PAUSE_MS) {
      stretches[stretches.length - 1] = {
        ...last,
        to: index,
        at: step.at,
        who: joinPeople(last.who, step.who),
        added: last.added + counts.added,
        removed: last.removed + counts.removed,
        changed: last.changed + counts.changed,
      };
    } else {
      stretches.push({
        from: index,
        to: index,
        at: step.at,
        who: [step.who],
        ...counts,
        ...(isNamed(step) && { named: step }),
      });
    }
  }
  return stretches.toReversed();
}

/** Of a change nobody knows who made it: that is told only where nobody is known at all. */
function joinPeople(known: readonly (string | null)[], who: string | null): readonly (string | null)[] {
  if (who === null || known.includes(who)) return known;
  return [...known.filter((other) => other !== null), who];
}

function isNamed({ kind }: Step): boolean {
  return kind === "kept" || kind === "reverted";
}

export function countMarks({ marks }: Pick<Step, "marks">): Pick<Stretch, "added" | "removed" | "changed"> {
  const added = marks.filter(({ before, after }) => !before && after).length;
  const removed = marks.filter(({ before, after }) => before && !after).length;
  return { added, removed, changed: marks.filter(({ before, after }) => before && after).length };
}
