/** A part of a comment's text. */
export interface TextPart {
  text: string;
  /** Whether it addresses somebody, as in "@Mira". */
  isMention: boolean;
}

const wordBefore = /[\p{L}\p{N}_]$/u;
const wordAfter = /^[\p{L}\p{N}_]/u;
const anyName = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_])?/u;

/**
 * Splits a text at its mentions. A name that is known counts with its spaces ("@Anna Maria"); of any other one, the word
 * behind the @. An @ within a word, as in a mail address, addresses nobody.
 */
export function splitText(text: string, names: readonly string[]): TextPart[] {
  const longestFirst = names.toSorted((a, b) => b.length - a.length);
  const parts: TextPart[] = [];
  let from = 0;
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const name = wordBefore.test(text.slice(from, at)) ? "" : readName(text.slice(at + 1), longestFirst);
    if (name === "") continue;
    if (at > from) parts.push({ text: text.slice(from, at), isMention: false });
    from = at + 1 + name.length;
    parts.push({ text: text.slice(at, from), isMention: true });
  }
  if (from < text.length) parts.push({ text: text.slice(from), isMention: false });
  return parts;
}

/** Whether a text addresses somebody with this name. */
export function mentions(text: string, name: string, names: readonly string[]): boolean {
  const wanted = `@${name}`.toLowerCase();
  return splitText(text, [...names, name]).some(
    (part) => part.isMention && part.text.toLowerCase() === wanted,
  );
}

function readName(text: string, longestFirst: readonly string[]): string {
  const known = longestFirst.find(
    (name) =>
      name !== "" &&
      text.slice(0, name.length).toLowerCase() === name.toLowerCase() &&
      !wordAfter.test(text.slice(name.length)),
  );
  return known === undefined ? (anyName.exec(text)?.[0] ?? "") : text.slice(0, known.length);
}

/** A name that is being typed: from its @ to the caret. */
export interface TypedName {
  start: number;
  query: string;
}

/** The longest name that is completed; longer ones are typed. */
const QUERY_MAX = 40;

/** The name that is being typed before the caret. null: none. */
export function findTypedName(text: string, caret: number): TypedName | null {
  const before = text.slice(0, caret);
  const start = before.lastIndexOf("@");
  if (start < 0 || wordBefore.test(before.slice(0, start))) return null;
  const query = before.slice(start + 1);
  return query.length > QUERY_MAX || /^\s|\n/.test(query) ? null : { start, query };
}

/** As many as one sees at a glance. */
const OFFERED_MAX = 6;

/** Names that begin like what is typed, or have a word that does. None, if one is typed already. */
export function offerNames(query: string, names: readonly string[]): string[] {
  const wanted = query.toLowerCase();
  const found = names.filter((name) =>
    [name, ...name.split(" ")].some((word) => word.toLowerCase().startsWith(wanted)),
  );
  return found.some((name) => name.toLowerCase() === wanted) ? [] : found.slice(0, OFFERED_MAX);
}
