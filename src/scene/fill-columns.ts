/** Things `from` … `to - 1`, one below the other. */
export interface Column {
  index: number;
  from: number;
  to: number;
}

export interface Filled {
  columns: Column[];
  /** Of the highest column. */
  height: number;
  /** How many things are in the columns. */
  count: number;
}

/** Halvings of the height that is looked for: to a thousandth of a pixel. */
const STEPS = 24;

/**
 * Puts things of given heights into columns, in their order, as evenly as it goes: no column higher than `room`. What does not fit, from some
 * thing on, is left out.
 */
export function fillColumns(heights: readonly number[], columns: number, room: number): Filled {
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

/** One column after the other, each as full as it gets. undefined: the columns are too few. */
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
