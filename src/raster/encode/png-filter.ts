import { byteAt } from "../array-at.ts";
import { predictPaeth } from "../decode/png/unfilter.ts";

/**
 * PNG's row filters (W3C PNG 3rd edition §9) write a byte as its difference from a prediction made of its neighbours.
 */

/** Writes a row of RGBA pixels as a filter type and filtered bytes of `channels` channels. */
export type RowFilter = (rows: Uint8Array, from: number, into: Uint8Array, to: number) => void;

/** Filters a row. The bytes above are zero for the first row. */
type Filter = (row: Uint8Array, above: Uint8Array, channels: number, into: Uint8Array) => void;
type TypedFilter = readonly [type: number, filter: Filter];

/**
 * The filters tried, by type. Each is a loop of its own: a picture has millions of bytes, and a call for each would
 * take longer than the compression. None and Average hardly ever win on photos or drawings, and three tries are a third
 * faster than five.
 */
const filters: readonly [TypedFilter, ...TypedFilter[]] = [
  [1, filterSub],
  [2, filterUp],
  [4, filterPaeth],
];

/**
 * Filters are tried only on one of this many rows, since neighbouring rows are alike. A photo gets 0.3 % larger than if
 * all rows were tried.
 */
const ROWS_PER_CHOICE = 8;

/**
 * Filters rows. The first of a few rows decides: they get the filter with the smallest sum of absolute differences
 * there, the heuristic that the specification suggests.
 */
export function createRowFilter(width: number, channels: 3 | 4): RowFilter {
  const length = width * channels;
  let above = new Uint8Array(length);
  let current = new Uint8Array(length);
  let chosen = filters[0];
  let row = 0;
  return (rows, from, into, to) => {
    packRow(rows, from, channels, current);
    const filtered = into.subarray(to + 1, to + 1 + length);
    if (row++ % ROWS_PER_CHOICE === 0) chosen = chooseFilter(current, above, channels, filtered);
    const [type, filter] = chosen;
    into[to] = type;
    filter(current, above, channels, filtered);
    [above, current] = [current, above];
  };
}

function chooseFilter(
  row: Uint8Array,
  above: Uint8Array,
  channels: number,
  scratch: Uint8Array,
): TypedFilter {
  let best = filters[0];
  let bestCost = Infinity;
  for (const typed of filters) {
    typed[1](row, above, channels, scratch);
    const cost = sumDifferences(scratch);
    if (cost >= bestCost) continue;
    best = typed;
    bestCost = cost;
  }
  return best;
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

/** Differences to the neighbour nearest to left + up - corner (§9.4), channel by channel. */
function filterPaeth(row: Uint8Array, above: Uint8Array, channels: number, into: Uint8Array): void {
  for (let channel = 0; channel < channels; channel++) {
    let left = 0;
    let corner = 0;
    for (let at = channel; at < row.length; at += channels) {
      const value = byteAt(row, at);
      const up = byteAt(above, at);
      into[at] = value - predictPaeth(left, up, corner);
      left = value;
      corner = up;
    }
  }
}

/** Sums the absolute values of differences, read as signed bytes. */
function sumDifferences(row: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < row.length; at++) {
    // The sign is the highest bit of a byte.
    sum += Math.abs((byteAt(row, at) << 24) >> 24);
  }
  return sum;
}
