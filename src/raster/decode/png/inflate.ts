import { pipeline } from "node:stream";
import { createInflateRaw } from "node:zlib";
import { DamagedImage } from "../../headers/damaged-image.ts";
import { ByteReader } from "../byte-reader.ts";

/**
 * Bytes inflated at once, however few bytes they were compressed to: deflate compresses up to 1,032 to one. The next
 * piece is made only when this one has been taken. The runtime's `DecompressionStream` does not wait.
 */
const PIECE_BYTES = 64 * 1024;
/** A flag in the second byte of a zlib stream: it needs a dictionary. */
const DICTIONARY_FLAG = 0x20;
const UNPACKABLE = "its pixels can't be unpacked";

/**
 * Inflates the data of a zlib stream (RFC 1950) as it is read. Ignores what follows the data, even the checksum, as
 * browsers do. Throws `DamagedImage`, and what `packed` throws.
 */
export async function* inflate(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const inflater = createInflateRaw({ chunkSize: PIECE_BYTES });
  // The inflater throws the errors of the pipeline below.
  pipeline(skipZlibHeader(packed), inflater, () => undefined);
  try {
    // The platform's type says `any`; it yields bytes.
    yield* inflater as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw isZlibError(error) ? new DamagedImage(UNPACKABLE, { cause: error }) : error;
  } finally {
    inflater.destroy();
  }
}

async function* skipZlibHeader(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(packed, UNPACKABLE);
  try {
    const head = new Uint8Array(2);
    await reader.readInto(head);
    const [method = 0, flags = 0] = head;
    // Deflate with a window of at most 32 KiB, and a check sum of these two bytes.
    if (
      (method & 15) !== 8 ||
      method >> 4 > 7 ||
      (method * 256 + flags) % 31 !== 0 ||
      flags & DICTIONARY_FLAG
    ) {
      throw new DamagedImage(UNPACKABLE);
    }
    for (;;) {
      const data = await reader.readSome(PIECE_BYTES);
      if (!data) return;
      yield data;
    }
  } finally {
    await reader.close();
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
