/**
 * Finds what a character without a font can be made of: its compatibility form (NFKD, UAX #15). That form does not say
 * which characters are raised or lowered, so their ranges are listed here. Characters that fonts have are not in them.
 */

export interface Part {
  text: string;
  /** How far the baseline of small characters is raised, in ems; undefined: normal size, on the line. */
  raise?: number;
}

/** The baselines in Noto Sans of ², of modifier letters and the numerator of ½, and of ᵢ. */
const EXPONENT = 0.416;
const MODIFIER = 0.287;
const INDEX = -0.096;

const exponents = /^[\u2070-\u207f]$/u;
const indices = /^[\u2080-\u209c\u{1e051}-\u{1e06a}]$/u;
/** Latin and Cyrillic phonetic letters, and the service mark. */
const modifiers =
  /^[\u2120\ua7f1\uab5c-\uab5f\uab69\u{10781}-\u{107ba}\u{1e030}-\u{1e050}\u{1e06b}-\u{1e06d}]$/u;
/** ⅟, the numerator without a denominator. */
const numerator = /^(1)(\u2044)$/u;

/** The parts of a character's compatibility form, from left to right; undefined: it has none. */
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
