/** Bytes encoded at once: a multiple of three, so that the pieces join without padding between them. */
const PIECE_BYTES = 48 * 1024;

/** Encodes the parts of a file as one base64 text, piece by piece, so that the text is never whole in memory. */
export function* encodeBase64(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  const piece = new Uint8Array(PIECE_BYTES);
  let filled = 0;
  for (const part of parts) {
    let rest = part;
    while (rest.byteLength > 0) {
      const taken = rest.subarray(0, PIECE_BYTES - filled);
      piece.set(taken, filled);
      filled += taken.byteLength;
      rest = rest.subarray(taken.byteLength);
      if (filled < PIECE_BYTES) continue;
      yield encode(piece);
      filled = 0;
    }
  }
  if (filled > 0) yield encode(piece.subarray(0, filled));
}

const ascii = new TextEncoder();

function encode(bytes: Uint8Array): Uint8Array {
  return ascii.encode(bytes.toBase64());
}
