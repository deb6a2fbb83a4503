import type { Person } from "../../../protocol/model/person.ts";
import type { Step } from "./timeline.ts";

/** Changes further apart than this are told apart. */
const PAUSE_MS = 10 * 60_000;

export interface Counts {
  added: number;
  removed: number;
  changed: number;
}

/** What one person did. */
export interface Share extends Counts {
  /** null: nobody said. */
  who: Person | null;
}

/** Steps that belong together: one after the other, with nothing between them that has a name of its own. */
export interface Stretch {
  /** Indexes of its first and last step. */
  from: number;
  to: number;
  at: number;
  /** What each person did, in the order in which they began. */
  people: readonly Share[];
  /** Of a stretch that is one version, or one way back. */
  named?: Step;
}

/** Gathers steps for the list, the newest first. */
export function gatherStretches(steps: readonly Step[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const [index, step] of steps.entries()) {
    const last = stretches.at(-1);
    const share = { who: step.who, ...countMarks(step) };
    if (last && !last.named && !isNamed(step) && step.at - last.at <= PAUSE_MS) {
      stretches[stretches.length - 1] = {
        ...last,
        to: index,
        at: step.at,
        people: addShare(last.people, share),
      };
    } else {
      stretches.push({
        from: index,
        to: index,
        at: step.at,
        people: [share],
        ...(isNamed(step) && { named: step }),
      });
    }
  }
  return stretches.toReversed();
}

/** Of what nobody is known to have done, it is told last. */
function addShare(people: readonly Share[], share: Share): readonly Share[] {
  const known = people.find(({ who }) => who?.id === share.who?.id);
  if (!known) {
    const named = people.filter(({ who }) => who !== null);
    const unnamed = people.filter(({ who }) => who === null);
    return [...named, share, ...unnamed];
  }
  const sum = {
    who: share.who,
    added: known.added + share.added,
    removed: known.removed + share.removed,
    changed: known.changed + share.changed,
  };
  return people.map((one) => (one === known ? sum : one));
}

function isNamed({ kind }: Step): boolean {
  return kind === "kept" || kind === "reverted";
}

export function countMarks({ marks }: Pick<Step, "marks">): Counts {
  const added = marks.filter(({ before, after }) => !before && after).length;
  const removed = marks.filter(({ before, after }) => before && !after).length;
  return { added, removed, changed: marks.filter(({ before, after }) => before && after).length };
}
