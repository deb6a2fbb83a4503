import type { Point } from "../../protocol/model/geometry.ts";
import { anchorsWithin, clampPoint } from "./anchors.ts";
import { growBounds, type Bounds } from "../../scene/bounds.ts";
import { areaWithin, lengthWithin, partWithin } from "../../scene/edges.ts";
import type { Note } from "./notes.ts";

/** A placed callout: its box, and its leader from `joint` to `anchor` at the annotation. */
export interface PlacedCallout {
  box: Bounds;
  joint: Point;
  anchor: Point;
}

/** What a new callout must take into account. */
export interface Surroundings {
  frame: Bounds;
  /** What a callout should not cover: annotations that have notes, and texts. */
  avoid: readonly Bounds[];
  placed: readonly PlacedCallout[];
  fontSize: number;
}

/** In font sizes: distance to the edge of the frame, between two boxes, and the ideal length of a leader. */
const MARGIN = 0.4;
const GAP = 0.5;
const LEADER = 1.6;
/** Places tried in each direction, all over the frame. */
const GRID = 32;
/** Penalties, in font sizes of leader: for crossing another leader or box, and for hiding all of something to avoid. */
const CROSSING = 8;
const HIDING = 8;
/** The penalty for covering part of something to avoid, for each pixel of the side of the covered area. */
const COVERING = 0.6;

/**
 * Finds the best place for a box of the given size: near its annotation, over as little as possible, and over no other
 * callout. undefined: there is no such place. The same notes always get the same places.
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
    const cost = length + penaltyOf(callout, around);
    if (cost >= lowest) continue;
    lowest = cost;
    best = callout;
  }
  return best;
}

/** Top left corners to try: of boxes one leader away from each anchor, in every direction; then all over the frame. */
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

/** The shortest leader from a box to one of the anchors. */
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

function penaltyOf({ box, anchor, joint }: PlacedCallout, { avoid, placed, fontSize }: Surroundings): number {
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
