const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/** Splits a text into user-perceived characters (UAX #29). */
export function splitGraphemes(text: string): string[] {
  return Array.from(graphemes.segment(text), (part) => part.segment);
}

/** Never drawn: joiners, direction marks, variation selectors, soft hyphens. */
const ignorable = /^\p{Default_Ignorable_Code_Point}$/u;

/** The code points of a text that need a font. */
export function visibleCodePoints(text: string): number[] {
  return Array.from(text, (char) => (ignorable.test(char) ? -1 : (char.codePointAt(0) ?? -1))).filter(
    (codePoint) => codePoint >= 0,
  );
}
