/**
 * What a character can be made of that no font here has: its compatibility form (NFKD, UAX #15). That form does not say which
 * characters are raised or lowered, so the ranges are here; of characters that fonts have, none are.
 */

export interface Part {
  text: string;
  /** Of the baseline of small characters, in ems above the line's; undefined: of the usual size, on the line. */
  raise?: number;
}

/** Where Noto Sans has ², its modifier letters and the numerator of ½, and ᵢ. */
const EXPONENT = 0.416;
const MODIFIER = 0.287;
const INDEX = -0.096;

const exponents = /^[\u2070-\u207f]$/u;
const indices = /^[\u2080-\u209c\u{1e051}-\u{1e06a}]$/u;
/** Letters for sounds, of Latin and Cyrillic, and the service mark. */
const modifiers =
  /^[\u2120\ua7f1\uab5c-\uab5f\uab69\u{10781}-\u{107ba}\u{1e030}-\u{1e050}\u{1e06b}-\u{1e06d}]$/u;
/** ⅟, for a denominator of one's own. */
const numerator = /^(1)(\u2044)$/u;

/** The parts of a character's compatibility form, from left to right; undefined: it is its own. */
export function decompose(char: string): Part[] | undefined {
  const text = char.normalize("NFKD");
  if (text === char) return undefined;
  const [, digit, slash] = numerator.exec(text) ?? [];
  if (digit !== undefined && slash !== undefined) return [{ text: digit, raise: MODIFIER }, { text: slash }];
  const raise = raiseOf(char);
  return [raise === undefined ? { text } : { text, raise }];
}

function raiseOf(char: string): number | undefined {
  if (exponents.test(char)) return EXPONENT;
  if (indices.test(char)) return INDEX;
  return modifiers.test(char) ? MODIFIER : undefined;
}
