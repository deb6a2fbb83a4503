import type { CrdtContent } from "./crdt-content.ts";

/**
 * A piece of a JSON text. The text may be larger than an RPC answer (32 MiB), and larger than memory. Joined, the
 * pieces are the whole text. Between two pieces the object serves others.
 */
export interface Piece {
  text: string;
  /** Pass it to get the next piece; null: this is the last one. */
  next: PieceCursor | null;
}

/** Where the next piece begins. */
export interface PieceCursor {
  /** The text describes the state at this seq, whatever happens meanwhile. */
  seq: number;
  /** The CRDT content in the text; null: a version keeps it. */
  content: CrdtContent | null;
  /** The index of the part, and the place within it. */
  part: number;
  from: number;
  /** Whether a comma must come before the next item. */
  comma: boolean;
}

/** A part of the text: items in a row, read from storage some at a time. */
export interface Part {
  before: string;
  separator: "," | "";
  after: string;
  /** Reads about `maxBytes` of items from `from` on; 0: from the first. `next` null: there are no more. */
  read: (from: number, maxBytes: number) => { items: string[]; next: number | null };
}

/** About how many characters a piece has; one item may go over it. It takes some milliseconds to read and send. */
const PIECE_LENGTH = 1024 * 1024;

/** Reads the piece at `cursor` of the text that `parts` make. */
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
export function startCursor(seq: number, content: CrdtContent | null = null): PieceCursor {
  return { seq, content, part: 0, from: 0, comma: false };
}

/** A part without items. */
export function literal(text: string): Part {
  return { before: text, separator: "", after: "", read: () => ({ items: [], next: null }) };
}
