import type { Point } from "../../protocol/model/geometry.ts";
import { anchorsWithin, clampPoint } from "./anchors.ts";
import type { Bounds } from "../../scene/bounds.ts";
import type { Note } from "./notes.ts";

/** Rings around its anchor on which a badge looks for a free place, and places on the first ring. */
const RINGS = 3;
const PLACES = 8;

/**
 * Finds places for the badges of notes: their centres, in the order of the notes. Each badge lies at its annotation and
 * within the frame, and overlaps no earlier badge if there is room nearby. `reach`: half a badge's width and height.
 */
export function placeBadges(notes: readonly Note[], frame: Bounds, reach: { x: number; y: number }): Point[] {
  const room = {
    left: frame.left + reach.x,
    top: frame.top + reach.y,
    right: frame.right - reach.x,
    bottom: frame.bottom - reach.y,
  };
  const placed: Point[] = [];
  for (const note of notes) {
    const [anchor] = anchorsWithin(note, frame);
    const beside = note.small ? placesBeside(note.bounds, reach) : [];
    const places = [...beside, ...placesAround(anchor, reach)].map((place) => clampPoint(place, room));
    const free = places.find(
      ([x, y]) =>
        !placed.some((other) => Math.abs(other[0] - x) < 2 * reach.x && Math.abs(other[1] - y) < 2 * reach.y),
    );
    placed.push(free ?? places[0] ?? anchor);
  }
  return placed;
}

/** Places right and left of a pin, level with its upper end, then with its lower end. */
function placesBeside({ left, top, right, bottom }: Bounds, reach: { x: number; y: number }): Point[] {
  return [top + reach.y * 0.75, bottom - reach.y * 0.75].flatMap((y): Point[] => [
    [right + reach.x * 0.8, y],
    [left - reach.x * 0.8, y],
  ]);
}

/** The place itself, then places around it, ring by ring, each clockwise from the right. */
function* placesAround([x, y]: Point, reach: { x: number; y: number }): Generator<Point> {
  yield [x, y];
  for (let ring = 1; ring <= RINGS; ring++) {
    for (let place = 0; place < PLACES * ring; place++) {
      const angle = (place * 2 * Math.PI) / (PLACES * ring);
      const side = Math.max(Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle)));
      // Along a square, so that neighbouring places touch.
      const [dx, dy] = [Math.cos(angle) / side, Math.sin(angle) / side];
      yield [x + dx * ring * 2.1 * reach.x, y + dy * ring * 2.1 * reach.y];
    }
  }
}
