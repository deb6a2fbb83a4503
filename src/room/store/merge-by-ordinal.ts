/** Merges two sequences that are each sorted by ordinal. */
export function* mergeByOrdinal<T extends { ordinal: number }>(
  ones: Iterable<T>,
  others: Iterable<T>,
): Generator<T> {
  const rest = others[Symbol.iterator]();
  let other = rest.next();
  for (const one of ones) {
    for (; !other.done && other.value.ordinal < one.ordinal; other = rest.next()) yield other.value;
    yield one;
  }
  for (; !other.done; other = rest.next()) yield other.value;
}
