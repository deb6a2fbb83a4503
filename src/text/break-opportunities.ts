/**
 * Finds where a line may end. The rules follow UAX #14 and JIS X 4051 as far as people notice. Scripts written without
 * spaces are split by the runtime's dictionaries.
 */

const words = new Intl.Segmenter("und", { granularity: "word" });
/** Scripts that write no spaces between words: a line may end after any word. */
const unspacedScripts = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;
const unspaced = new RegExp(`[${unspacedScripts}]`, "u");

/** White space, except the spaces that hold two words together (UAX #14 GL, WJ). */
const breakingSpaces = /([^\S\u00a0\u2007\u202f\ufeff]+)/u;
const onlySpaces = /^[^\S\u00a0\u2007\u202f\ufeff]+$/u;

/**
 * Breaks anywhere within a word: after a zero-width space, a soft hyphen, the Ethiopic word separator, and the Tibetan
 * syllable separator unless a full stop follows.
 */
const markedBreaks = /(?<=[\u00ad\u200b\u1361])|(?<=\u0f0b)(?![\u0f0d-\u0f14])/u;

/** After a hyphen or dash between a letter or digit and a letter (U+05BE is Hebrew's maqaf, U+058A Armenian's). */
const hyphenBreaks = String.raw`(?<=[\p{L}\p{M}\p{N}][-\u2010\u2013\u2014\u05be\u058a])(?=\p{L})`;
/**
 * After a slash between two words (UAX #14 SY), unless the second is Hebrew (LB21b). Never in a date or fraction
 * (LB25). Each side must have two letters, since UAX #14 would also break km/h and c/o.
 */
const slashBreaks = String.raw`(?<=\p{L}\p{M}*\p{L}\p{M}*/)(?!\p{Script=Hebrew})(?=\p{L}\p{M}*\p{L})`;
const wordBreaks = new RegExp(`${hyphenBreaks}|${slashBreaks}`, "u");

/**
 * A web address: a scheme and `//`, or a host name and a slash, then everything up to a space, a script without spaces,
 * or that script's punctuation. The lookbehind keeps the search linear: it matches only at the start of a word.
 */
const addresses = new RegExp(
  String.raw`(?<![\w.+-])((?:[a-z][a-z0-9+.-]*://|(?:[a-z0-9-]+\.)+[a-z]{2,}/)[^\s${unspacedScripts}\u3000-\u303f\uff00-\uffef]+)`,
  "iu",
);
/** After slashes (except those of the scheme), `?`, `&` and `=`. */
const afterSign = String.raw`(?=[\p{L}\p{M}\p{N}%~_@+(])(?<=[^:/]/+|[?&=])`;
/** Before these signs: at the end of a line a point would look like a full stop, and a hyphen like a hyphenation. */
const beforeSign = String.raw`(?<=[\p{L}\p{M}\p{N})/])(?=[._#%~,-]+[\p{L}\p{N}])`;
/** A number keeps its points, commas and hyphens (UAX #14 LB25): 192.168.0.1, 2026-12-24. */
const withinNumber = String.raw`(?<!\p{N}(?=[.,-]\p{N}))`;
/** Within an address, after the Chicago Manual of Style (17th ed., 7.46). */
const addressBreaks = new RegExp(`${afterSign}|${beforeSign}${withinNumber}`, "u");

const opening = /^[\p{Open_Punctuation}\p{Initial_Punctuation}]$/u;
/** What must stay with the next character: an opening bracket, a quote that may open (UAX #14 QU), a joiner. */
const holdsNext = /[\p{Open_Punctuation}\p{Initial_Punctuation}"'\u00a0\u2007\u202f\u2060\ufeff]$/u;
/** Signs that belong to the following number (UAX #14 PR). */
const prefix = /^[\p{Currency_Symbol}№#＃+＋±−－-]$/u;
const number = /^\p{Number}/u;

/**
 * What never begins a line (UAX #14 CL, CP, EX, IS, NS, CJ): closing brackets and marks, iteration marks, and small
 * kana, which belong to the character before.
 */
const neverFirst =
  /^[\p{Close_Punctuation}\p{Final_Punctuation}"'!?.,:;%…‥、。，．！？：；％・〜～゠ー々〻ゝゞヽヾぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰ-ㇿๆฯໆៗ\u0f0d-\u0f14]/u;
/**
 * Of these, the marks that French separates from their word by a space. They still never begin a line (UAX #14 LB13).
 */
const closingApart =
  /^[\p{Close_Punctuation}\p{Final_Punctuation}!?:;、。，．！？：；][\p{Close_Punctuation}\p{Final_Punctuation}!?.,:;…、。，．！？：；]*$/u;
const openingApart = /^[\p{Open_Punctuation}\p{Initial_Punctuation}]+$/u;

/** Whether a line that ends after this piece shows a hyphen. */
export function endsHyphenated(piece: string): boolean {
  return piece.endsWith("\u00ad");
}

/** Whether a piece consists of spaces. These count only between two other pieces on one line. */
export function isSpace(piece: string): boolean {
  return onlySpaces.test(piece);
}

/** Splits a paragraph into pieces between which a line may end: words or their parts, and spaces. Nothing is lost. */
export function splitPieces(paragraph: string): string[] {
  return joinApart(paragraph.split(breakingSpaces))
    .flatMap((piece) => piece.split(markedBreaks))
    .flatMap(splitWord)
    .flatMap((piece) => (unspaced.test(piece) ? splitUnspaced(piece) : [piece]))
    .filter((piece) => piece !== "");
}

/** Splits a piece that contains spaces into its parts and the spaces. */
export function splitSpaces(piece: string): string[] {
  return piece.split(breakingSpaces).filter((part) => part !== "");
}

/** Whether a word that is too wide for a line may be broken between two graphemes. */
export function mayBreak(before: string, after: string): boolean {
  return !holdsNext.test(before) && !neverFirst.test(after);
}

/**
 * Joins marks to the word that they are separated from by a space. `parts`: words at even indices, spaces at odd ones.
 */
function joinApart(parts: readonly string[]): string[] {
  const joined: string[] = [];
  let held = false;
  for (const [index, part] of parts.entries()) {
    const space = index % 2 === 1;
    const before = parts[index - 1] ?? "";
    if (space)
      held = before !== "" && (openingApart.test(before) || closingApart.test(parts[index + 1] ?? ""));
    if (held) joined.push((joined.pop() ?? "") + part);
    else joined.push(part);
  }
  return joined;
}

/**
 * Splits a word after its hyphens and slashes, and addresses in it by their own rules. No line ends just before an
 * address, where a bracket may be.
 */
function splitWord(word: string): string[] {
  const pieces: string[] = [];
  for (const [index, part] of word.split(addresses).entries()) {
    const address = index % 2 === 1;
    const [first = "", ...rest] = part.split(address ? addressBreaks : wordBreaks);
    pieces.push((pieces.pop() ?? "") + first, ...rest);
  }
  return pieces;
}

/**
 * Splits text without spaces where a word of an unspaced script begins. Punctuation stays with what comes before it.
 * Opening brackets, quotes and signs before a number stay with what follows.
 */
function splitUnspaced(piece: string): string[] {
  const parts: string[] = [];
  for (const { segment, index, isWordLike } of words.segment(piece)) {
    const last = parts.at(-1) ?? "";
    const end = last.slice(-1);
    const numbered = prefix.test(segment) && startsNumber(piece, index + segment.length) && !number.test(end);
    const opens = opening.test(segment) || numbered;
    const parted = opens || (isWordLike === true && (unspaced.test(segment) || unspaced.test(last)));
    const held =
      holdsNext.test(end) || (prefix.test(end) && startsNumber(piece, index)) || neverFirst.test(segment);
    if (last === "" || (parted && !held)) parts.push(segment);
    else parts[parts.length - 1] = last + segment;
  }
  return parts;
}

function startsNumber(text: string, at: number): boolean {
  return number.test(text.charAt(at));
}
