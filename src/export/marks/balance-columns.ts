/** Items `from` to `to - 1`, one below the other. */
export interface Column {
  index: number;
  from: number;
  to: number;
}

export interface BalancedColumns {
  columns: Column[];
  /** Height of the tallest column. */
  height: number;
  /** How many items the columns hold. */
  count: number;
}

/** Steps of the binary search for the height: exact to a thousandth of a pixel. */
const STEPS = 24;

/**
 * Puts items of given heights into columns, in order and as evenly as possible. No column is taller than `room`; items
 * at the end that don't fit are left out.
 */
export function balanceColumns(heights: readonly number[], columns: number, room: number): BalancedColumns {
  let count = heights.length;
  while (count > 0 && !fill(heights.slice(0, count), columns, room)) count--;
  const fitting = heights.slice(0, count);
  let height = room;
  let lowest = 0;
  for (let step = 0; step < STEPS; step++) {
    const middle = (lowest + height) / 2;
    if (fill(fitting, columns, middle)) height = middle;
    else lowest = middle;
  }
  const filled = fill(fitting, columns, height) ?? [];
  const sums = filled.map(({ from, to }) => fitting.slice(from, to).reduce((sum, each) => sum + each, 0));
  return { columns: filled, height: Math.max(0, ...sums), count };
}

/** Fills one column after the other. undefined: there are too few columns. */
function fill(heights: readonly number[], columns: number, room: number): Column[] | undefined {
  const filled: Column[] = [];
  let from = 0;
  while (from < heights.length) {
    if (filled.length === columns) return undefined;
    let to = from;
    let sum = 0;
    while (to < heights.length && sum + (heights[to] ?? 0) <= room) sum += heights[to++] ?? 0;
    if (to === from) return undefined;
    filled.push({ index: filled.length, from, to });
    from = to;
  }
  return filled;
}
