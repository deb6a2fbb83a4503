/** Characters of a title that order it. Titles that only differ later are ordered by id. */
const KEY_MAX = 100;

/**
 * A key that orders titles as people expect, compared byte by byte: without case and accents, and numbers by their
 * value. D1 has no collation of its own for that.
 */
export function titleSortKey(title: string): string {
  const plain = title.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  // A number's length comes first, so that 2 comes before 10.
  const ordered = plain.replace(/\d+/g, (digits) => {
    const number = digits.replace(/^0+(?=\d)/, "");
    return `0${String(number.length).padStart(2, "0")}${number}`;
  });
  return ordered.slice(0, KEY_MAX).toWellFormed();
}
