import type { StoredSize } from "../../headers/damaged-image.ts";
import { parseGif, type GifLayout } from "../../headers/gif.ts";
import { ByteReader, EndOfFile } from "../byte-reader.ts";

/** The most bytes that the parser asks for at once: a colour table. */
const PIECE_MAX_BYTES = 256 * 3;

/**
 * Reads a GIF to the end of its first frame, and what follows it, without unpacking anything. `beforePixels` is called
 * as soon as the size is known. Throws `DamagedImage`.
 */
export async function scanGif(
  file: AsyncIterable<Uint8Array>,
  beforePixels?: (size: StoredSize) => void,
): Promise<GifLayout> {
  const reader = new ByteReader(file, "it is cut off");
  const parsing = parseGif(beforePixels);
  const piece = new Uint8Array(PIECE_MAX_BYTES);
  try {
    let step = parsing.next();
    while (step.done !== true) step = parsing.next(await readPiece(reader, piece.subarray(0, step.value)));
    return step.value;
  } finally {
    await reader.close();
  }
}

/** Fills the piece; undefined: too few bytes are left. */
async function readPiece(reader: ByteReader, piece: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    await reader.readInto(piece);
    return piece;
  } catch (error) {
    if (error instanceof EndOfFile) return undefined;
    throw error;
  }
}
