import notoSans from "@fontsource/noto-sans/unicode.json" with { type: "json" };

/**
 * The fonts that text is drawn with, and that the build copies into `public/fonts/`: Noto Sans (SIL OFL 1.1) as the WOFF2
 * subsets of Fontsource. Pure data. Another script needs one more package and one more line in `fontFiles`.
 */

export interface FontFile {
  /** Path inside `node_modules`. */
  file: string;
  /** File name under `/fonts/`. */
  name: string;
  /** Code points from first to last that the file is for, as the package's own `unicode-range` says. */
  ranges: readonly (readonly [first: number, last: number])[];
}

/** In the order in which they are tried: the first one has the digits of the boxes for missing characters. */
export const fontFiles: readonly FontFile[] = [
  ...subsets("noto-sans", notoSans, [
    "latin",
    "latin-ext",
    "greek",
    "cyrillic",
    "vietnamese",
    "greek-ext",
    "cyrillic-ext",
  ]),
];

function subsets<Subset extends string>(
  family: string,
  unicodeRanges: Readonly<Record<Subset, string>>,
  names: readonly Subset[],
): FontFile[] {
  return names.map((subset) => {
    const name = `${family}-${subset}-400-normal.woff2`;
    return {
      file: `@fontsource/${family}/files/${name}`,
      name,
      ranges: parseUnicodeRange(unicodeRanges[subset]),
    };
  });
}

/** CSS `unicode-range` (css-fonts-4 §4.5) as the metadata writes it: `U+0000-00FF,U+0131`. */
function parseUnicodeRange(text: string): [number, number][] {
  return text.split(",").map((part) => {
    const [first = "", last = first] = part.replace("U+", "").split("-");
    return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
  });
}
