/**
 * A value that somebody else's configuration may have.
 *
 * @param {unknown} value
 * @param {string} key
 * @returns {unknown}
 */
export function read(value, key) {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
