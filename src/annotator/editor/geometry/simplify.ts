import type { Point } from "../../../protocol/model/geometry.ts";

/**
 * A line with fewer points that is nowhere farther than `tolerance` from the given one (Ramer–Douglas–Peucker). Its ends
 * stay. It does not recurse: a stroke may have any number of points.
 */
export function simplify(points: readonly Point[], tolerance: number): Point[] {
  if (points.length <= 2) return [...points];
  const isKept = new Uint8Array(points.length);
  isKept[0] = 1;
  isKept[points.length - 1] = 1;
  const open: [from: number, to: number][] = [[0, points.length - 1]];
  for (let range = open.pop(); range; range = open.pop()) {
    const [from, to] = range;
    const [far, farthest] = findFarthest(points, from, to);
    if (farthest <= tolerance) continue;
    isKept[far] = 1;
    open.push([from, far], [far, to]);
  }
  return points.filter((_, index) => isKept[index] === 1);
}

/** The same with as much tolerance as it takes for at most `max` points. */
export function simplifyTo(points: readonly Point[], tolerance: number, max: number): Point[] {
  let simple = simplify(points, tolerance);
  // Without a tolerance to begin with there is nothing to double.
  for (let wider = tolerance || 0.01; simple.length > max; wider *= 2) simple = simplify(simple, wider);
  return simple;
}

/** The point between two others that is farthest from the segment between them, and how far. */
function findFarthest(points: readonly Point[], from: number, to: number): [at: number, distance: number] {
  const [ax, ay] = points[from] ?? [0, 0];
  const [bx, by] = points[to] ?? [0, 0];
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  let at = from;
  let farthest = -1;
  for (let index = from + 1; index < to; index++) {
    const [x, y] = points[index] ?? [0, 0];
    const part = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square));
    const away = (x - ax - part * dx) ** 2 + (y - ay - part * dy) ** 2;
    if (away <= farthest) continue;
    farthest = away;
    at = index;
  }
  return [at, Math.sqrt(Math.max(0, farthest))];
}
