import type { Content } from "./content.ts";

/**
 * A piece of a JSON text that may be larger than an RPC answer (32 MiB) and than what the memory holds: joined, the pieces are the
 * whole. Between two pieces the object serves others.
 */
export interface Piece {
  text: string;
  /** Pass it for the next piece; null: that was the last one. */
  next: Place | null;
}

/** Where a text goes on. */
export interface Place {
  /** The text tells the state at this seq, whatever happens meanwhile. */
  seq: number;
  /** The CRDT content it tells, where that is not one that a version keeps. */
  content: Content | null;
  /** The part it is in, and where in it. */
  part: number;
  from: number;
  /** Whether a comma must come before the next item. */
  comma: boolean;
}

/** Items that a text holds one after the other, read from storage some at a time. */
export interface Part {
  before: string;
  separator: "," | "";
  after: string;
  /** Reads items from `from` on (0: the first), about `maxBytes`; `next` null: there are no more. */
  read: (from: number, maxBytes: number) => { items: string[]; next: number | null };
}

/** Characters of a piece, to be passed by one item at most: it is read and sent in some milliseconds. */
const PIECE_LENGTH = 1024 * 1024;

/** The piece at `place` of the text that `parts` make. */
export function readPiece(parts: readonly Part[], place: Place): Piece {
  const texts: string[] = [];
  let length = 0;
  let { from, comma } = place;
  for (const [index, part] of parts.entries()) {
    if (index < place.part) continue;
    if (from === 0) texts.push(part.before);
    for (;;) {
      const { items, next } = part.read(from, PIECE_LENGTH - length);
      for (const item of items) {
        texts.push(comma ? part.separator : "", item);
        length += item.length;
        comma = true;
      }
      if (next === null) break;
      from = next;
      if (length >= PIECE_LENGTH)
        return { text: texts.join(""), next: { ...place, part: index, from, comma } };
    }
    texts.push(part.after);
    from = 0;
    comma = false;
  }
  return { text: texts.join(""), next: null };
}

/** Where a text begins. */
export function startAt(seq: number, content: Content | null = null): Place {
  return { seq, content, part: 0, from: 0, comma: false };
}

/** A part without items. */
export function literal(text: string): Part {
  return { before: text, separator: "", after: "", read: () => ({ items: [], next: null }) };
}
