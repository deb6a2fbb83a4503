import type { Point } from "../protocol/model/geometry.ts";

/** Writes a coordinate or length: to 1/1000 pixel, never in exponent form. */
export function formatNumber(value: number): string {
  // Renderers compute in 32-bit floats; `+ 0` turns -0 into 0.
  return String(Math.round(value * 1000) / 1000 + 0);
}

/** Writes a point of path data. */
export function formatPoint([x, y]: Point): string {
  return `${formatNumber(x)} ${formatNumber(y)}`;
}

/** Writes path data through all points. Consecutive equal points are written once. */
export function linePath(points: readonly Point[], closed: boolean): string {
  let data = "";
  let before = "";
  for (const point of points) {
    const at = formatPoint(point);
    if (at !== before) data += (data === "" ? "M" : "L") + at;
    before = at;
  }
  return closed ? `${data}Z` : data;
}

const escapes: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/**
 * Escapes text for XML 1.0, in elements and attributes. Characters that XML can't carry at all (§2.2 Char) become
 * U+FFFD.
 */
export function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replace(/[&<>"']/g, (char) => escapes[char] ?? char)
  );
}

/** Writes `name="value"` pairs with a space before each. Undefined values are left out. */
export function attributes(values: Record<string, string | number | undefined>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) =>
        ` ${name}="${typeof value === "number" ? formatNumber(value) : escapeXml(String(value))}"`,
    )
    .join("");
}
