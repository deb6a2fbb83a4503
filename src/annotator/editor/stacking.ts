import type { Annotation } from "../../protocol/model/annotation.ts";
import { Z_INDEX_MAX } from "../../protocol/limits.ts";

export type StackingMove = "forward" | "backward" | "toFront" | "toBack";

/** Marks that one step may raise or lower along with the moved ones. With more, a step goes past all of them. */
const PUSHED_MAX = 100;

/**
 * The `z_index` of each mark that changes when some marks are moved in the stack. A step goes past the next mark that
 * overlaps one of them: others make no difference to the eye.
 *
 * @param marks in drawing order
 */
export function moveInStack(
  marks: readonly Annotation[],
  ids: ReadonlySet<string>,
  move: StackingMove,
  overlaps: (a: Annotation, b: Annotation) => boolean,
): ReadonlyMap<string, number> {
  // Down is up in the reversed stack.
  if (move === "toBack" || move === "backward") {
    const reversed = marks
      .toReversed()
      .map((mark) => ({ ...mark, z_index: -mark.z_index, ordinal: -mark.ordinal }));
    const up = moveInStack(reversed, ids, move === "toBack" ? "toFront" : "forward", overlaps);
    return new Map([...up].map(([id, z]) => [id, -z + 0]));
  }
  const moved = marks.filter(({ id }) => ids.has(id));
  const rest = marks.filter(({ id }) => !ids.has(id));
  const lowest = marks.findIndex(({ id }) => ids.has(id));
  const blocking = (mark: Annotation, at: number): boolean =>
    at > lowest && !ids.has(mark.id) && moved.some((other) => overlaps(other, mark));
  const next = move === "toFront" ? rest.at(-1) : marks.find(blocking);
  if (moved.length === 0 || !next) return new Map();
  const at = rest.indexOf(next) + 1;
  const changes = settle([next, ...moved, ...rest.slice(at)], new Set(moved.map(({ id }) => id)), overlaps);
  if (changes.size - moved.length <= PUSHED_MAX) return changes;
  return new Map([...changes].filter(([id]) => ids.has(id)));
}

/** Raises marks until they are drawn in this order, wherever it can be seen. The first one stays. */
function settle(
  order: readonly Annotation[],
  moved: ReadonlySet<string>,
  overlaps: (a: Annotation, b: Annotation) => boolean,
): Map<string, number> {
  const changes = new Map<string, number>();
  /** Those that may cover what used to lie above them. */
  const raised: Annotation[] = [];
  let [floor] = order;
  for (const mark of order.slice(1)) {
    const isMoved = moved.has(mark.id);
    const below = isMoved ? floor : highest(raised.filter((other) => overlaps(other, mark)));
    if (!below) continue;
    const isFine = isAbove(mark, below);
    const z = isFine ? mark.z_index : mark.ordinal > below.ordinal ? below.z_index : below.z_index + 1;
    const lifted = { ...mark, z_index: Math.min(Z_INDEX_MAX, z) };
    if (lifted.z_index !== mark.z_index) changes.set(mark.id, lifted.z_index);
    if (isMoved) floor = lifted;
    if (isMoved || !isFine) raised.push(lifted);
  }
  return changes;
}

function highest(marks: readonly Annotation[]): Annotation | undefined {
  return marks.reduce<Annotation | undefined>((a, b) => (a && isAbove(a, b) ? a : b), undefined);
}

function isAbove(a: Annotation, b: Annotation): boolean {
  return a.z_index > b.z_index || (a.z_index === b.z_index && a.ordinal > b.ordinal);
}
