import type { Point } from "../protocol/model/geometry.ts";
import { anchorsWithin, clampPoint } from "./anchors.ts";
import type { Bounds } from "./bounds.ts";
import type { Note } from "./notes.ts";

/** Rings around its place on which a badge looks for room, and places on each. */
const RINGS = 3;
const PLACES = 8;

/**
 * Where the badges of notes go: their middles, in the order of the notes. Each lies at its annotation and wholly within the frame, and beside
 * those before it as far as there is room nearby. `reach`: half of a badge's width and height.
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

/** Right and left of a pin, level with its upper end, then its lower end. */
function placesBeside({ left, top, right, bottom }: Bounds, reach: { x: number; y: number }): Point[] {
  return [top + reach.y * 0.75, bottom - reach.y * 0.75].flatMap((y): Point[] => [
    [right + reach.x * 0.8, y],
    [left - reach.x * 0.8, y],
  ]);
}

/** The place itself, then to its right, and on around it clockwise, ring by ring. */
function* placesAround([x, y]: Point, reach: { x: number; y: number }): Generator<Point> {
  yield [x, y];
  for (let ring = 1; ring <= RINGS; ring++) {
    for (let place = 0; place < PLACES * ring; place++) {
      const angle = (place * 2 * Math.PI) / (PLACES * ring);
      const side = Math.max(Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle)));
      // Along a square, so that one place is beside the next.
      const [dx, dy] = [Math.cos(angle) / side, Math.sin(angle) / side];
      yield [x + dx * ring * 2.1 * reach.x, y + dy * ring * 2.1 * reach.y];
    }
  }
}
