const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/** The user-perceived characters (UAX #29) of a text. */
export function splitGraphemes(text: string): string[] {
  return Array.from(graphemes.segment(text), (part) => part.segment);
}

/** Neither drawn nor missed: joiners, direction marks, variation selectors, soft hyphens. */
const ignorable = /^\p{Default_Ignorable_Code_Point}$/u;

/** Code points of a text that are drawn if there is a font. */
export function visibleCodePoints(text: string): number[] {
  return Array.from(text, (char) => (ignorable.test(char) ? -1 : (char.codePointAt(0) ?? -1))).filter(
    (codePoint) => codePoint >= 0,
  );
}
