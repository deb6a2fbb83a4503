import { byteAt } from "../picture/array-at.ts";

/** PNG's row filters (W3C PNG 3rd edition §9): a byte as its difference from a guess made of its neighbours. */

/** Writes a row of RGBA pixels as filter type and filtered bytes of `channels` channels. */
export type RowFilter = (rows: Uint8Array, from: number, into: Uint8Array, to: number) => void;

/** Filters a row by one filter; the bytes above are zero for the first row. */
type Filter = (row: Uint8Array, above: Uint8Array, channels: number, into: Uint8Array) => void;

/**
 * By filter type. Each is a loop of its own: the bytes of a picture are millions, and a call for each takes longer than the
 * compression. None and Average hardly ever win on photos or drawings; three tries are a third faster than five.
 */
const filters: readonly (readonly [type: number, filter: Filter])[] = [
  [1, filterSub],
  [2, filterUp],
  [4, filterPaeth],
];

/** Each row gets the filter with the smallest sum of absolute differences, the heuristic that the specification suggests. */
export function createRowFilter(width: number, channels: 3 | 4): RowFilter {
  const length = width * channels;
  let above = new Uint8Array(length);
  let current = new Uint8Array(length);
  let best = new Uint8Array(length);
  let tried = new Uint8Array(length);
  return (rows, from, into, to) => {
    packRow(rows, from, channels, current);
    let bestType = 0;
    let bestCost = Infinity;
    for (const [type, filter] of filters) {
      filter(current, above, channels, tried);
      const cost = sumDifferences(tried);
      if (cost >= bestCost) continue;
      bestType = type;
      bestCost = cost;
      [best, tried] = [tried, best];
    }
    into[to] = bestType;
    into.set(best, to + 1);
    [above, current] = [current, above];
  };
}

function packRow(rows: Uint8Array, from: number, channels: 3 | 4, into: Uint8Array): void {
  if (channels === 4) {
    into.set(rows.subarray(from, from + into.length));
    return;
  }
  for (let at = from, to = 0; to < into.length; at += 4, to += 3) {
    into[to] = byteAt(rows, at);
    into[to + 1] = byteAt(rows, at + 1);
    into[to + 2] = byteAt(rows, at + 2);
  }
}

/** Differences to the pixel on the left. */
function filterSub(row: Uint8Array, _above: Uint8Array, channels: number, into: Uint8Array): void {
  into.set(row.subarray(0, channels));
  for (let at = channels; at < row.length; at++) into[at] = byteAt(row, at) - byteAt(row, at - channels);
}

/** Differences to the pixel above. */
function filterUp(row: Uint8Array, above: Uint8Array, _channels: number, into: Uint8Array): void {
  for (let at = 0; at < row.length; at++) into[at] = byteAt(row, at) - byteAt(above, at);
}

/** Differences to the neighbour that is nearest to left + up - corner (§9.4). */
function filterPaeth(row: Uint8Array, above: Uint8Array, channels: number, into: Uint8Array): void {
  for (let at = 0; at < channels; at++) into[at] = byteAt(row, at) - byteAt(above, at);
  for (let at = channels; at < row.length; at++) {
    const left = byteAt(row, at - channels);
    const up = byteAt(above, at);
    const corner = byteAt(above, at - channels);
    const toLeft = Math.abs(up - corner);
    const toUp = Math.abs(left - corner);
    const toCorner = Math.abs(left + up - 2 * corner);
    const nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    into[at] = byteAt(row, at) - nearest;
  }
}

/** Differences as signed bytes, their absolute values summed. */
function sumDifferences(row: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < row.length; at++) {
    const difference = byteAt(row, at);
    sum += difference < 128 ? difference : 256 - difference;
  }
  return sum;
}
