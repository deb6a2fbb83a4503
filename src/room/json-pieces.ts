import type { Content } from "./crdt-content.ts";

/**
 * A piece of a JSON text that may be larger than an RPC answer (32 MiB) and than what the memory holds: joined, the pieces are the
 * whole. Between two pieces the object serves others.
 */
export interface Piece {
  text: string;
  /** Pass it for the next piece; null: that was the last one. */
  next: PieceCursor | null;
}

/** Where a text goes on. */
export interface PieceCursor {
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
export function readPiece(parts: readonly Part[], cursor: PieceCursor): Piece {
  const texts: string[] = [];
  let length = 0;
  let { from, comma } = cursor;
  for (const [index, part] of parts.entries()) {
    if (index < cursor.part) continue;
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
        return { text: texts.join(""), next: { ...cursor, part: index, from, comma } };
    }
    texts.push(part.after);
    from = 0;
    comma = false;
  }
  return { text: texts.join(""), next: null };
}

/** Where a text begins. */
export function startCursor(seq: number, content: Content | null = null): PieceCursor {
  return { seq, content, part: 0, from: 0, comma: false };
}

/** A part without items. */
export function literal(text: string): Part {
  return { before: text, separator: "", after: "", read: () => ({ items: [], next: null }) };
}
