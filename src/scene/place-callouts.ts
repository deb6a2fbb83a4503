import type { Point } from "../protocol/model/geometry.ts";
import { anchorsWithin, clampPoint } from "./anchors.ts";
import { growBounds, type Bounds } from "./bounds.ts";
import { areaWithin, lengthWithin, partWithin } from "./edges.ts";
import type { Note } from "./notes.ts";

/** Where a callout is: its box, and the line from there (`joint`) to its annotation. */
export interface PlacedCallout {
  box: Bounds;
  joint: Point;
  anchor: Point;
}

/** What is on the picture already. */
export interface Surroundings {
  frame: Bounds;
  /** What is better not covered: annotations that have notes, texts. */
  avoid: readonly Bounds[];
  placed: readonly PlacedCallout[];
  fontSize: number;
}

/** In font sizes: from the edge of the picture, between two boxes, and the length of a leader at best. */
const MARGIN = 0.4;
const GAP = 0.5;
const LEADER = 1.6;
/** Places looked at, in each direction over the whole picture. */
const GRID = 32;
/** What it costs, in font sizes of leader, to cross another leader or box, and to hide all of what is better not covered. */
const CROSSING = 8;
const HIDING = 8;
/** … and, per side of what is covered of it, whatever its size. */
const COVERING = 0.6;

/**
 * The best place for a box of the given size: near its annotation, over as little as possible, and over no other callout. undefined: the
 * picture has no such place. The same notes always get the same places.
 */
export function placeCallout(
  note: Note,
  size: { width: number; height: number },
  around: Surroundings,
): PlacedCallout | undefined {
  const { frame, placed, fontSize } = around;
  const anchors = anchorsWithin(note, frame);
  const room = {
    left: frame.left + MARGIN * fontSize,
    top: frame.top + MARGIN * fontSize,
    right: frame.right - MARGIN * fontSize - size.width,
    bottom: frame.bottom - MARGIN * fontSize - size.height,
  };
  if (room.right < room.left || room.bottom < room.top) return undefined;
  const taken = placed.map(({ box }) => growBounds(box, GAP * fontSize));
  let best: PlacedCallout | undefined;
  let lowest = Infinity;
  for (const corner of cornersToTry(anchors, size, room, fontSize)) {
    const [left, top] = clampPoint(corner, room);
    const box = { left, top, right: left + size.width, bottom: top + size.height };
    const { anchor, joint, distance } = join(box, anchors);
    const length = Math.abs(distance - LEADER * fontSize);
    if (length >= lowest || taken.some((other) => areaWithin(box, other) > 0)) continue;
    const callout = { box, joint, anchor };
    const cost = length + costOf(callout, around);
    if (cost >= lowest) continue;
    lowest = cost;
    best = callout;
  }
  return best;
}

/** Top left corners: of boxes a leader away from each anchor, in every direction; then all over the picture. */
function* cornersToTry(
  anchors: readonly Point[],
  { width, height }: { width: number; height: number },
  room: Bounds,
  fontSize: number,
): Generator<Point> {
  const away = LEADER * fontSize;
  for (const [x, y] of anchors) {
    for (const across of [-1, 0, 1]) {
      for (const down of [-1, 0, 1]) {
        if (across === 0 && down === 0) continue;
        const reach = across !== 0 && down !== 0 ? away * Math.SQRT1_2 : away;
        yield [x + across * (reach + width / 2) - width / 2, y + down * (reach + height / 2) - height / 2];
      }
    }
  }
  for (let row = 0; row <= GRID; row++) {
    for (let column = 0; column <= GRID; column++) {
      yield [
        room.left + ((room.right - room.left) * column) / GRID,
        room.top + ((room.bottom - room.top) * row) / GRID,
      ];
    }
  }
}

/** The shortest way from a box to one of the anchors. */
function join(
  box: Bounds,
  anchors: readonly [Point, ...Point[]],
): { anchor: Point; joint: Point; distance: number } {
  const ways = anchors.map((anchor) => {
    const joint = clampPoint(anchor, box);
    return { anchor, joint, distance: Math.hypot(anchor[0] - joint[0], anchor[1] - joint[1]) };
  });
  const [first] = anchors;
  const start = { anchor: first, joint: clampPoint(first, box), distance: Infinity };
  return ways.reduce((best, way) => (way.distance < best.distance ? way : best), start);
}

function costOf({ box, anchor, joint }: PlacedCallout, { avoid, placed, fontSize }: Surroundings): number {
  let cost = 0;
  for (const other of placed) {
    const crosses = lengthWithin([anchor, joint], other.box) > 0;
    const hides = lengthWithin([other.anchor, other.joint], box) > 0;
    if (crosses || hides) cost += CROSSING * fontSize;
  }
  for (const bounds of avoid) {
    const covered = areaWithin(bounds, box);
    if (covered > 0) cost += Math.sqrt(covered) * COVERING + partWithin(bounds, box) * HIDING * fontSize;
  }
  return cost;
}
