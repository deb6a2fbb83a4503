import { pipeline } from "node:stream";
import { createInflateRaw } from "node:zlib";
import { DamagedImage } from "../../headers/damaged-image.ts";
import { ByteReader } from "./byte-reader.ts";

/**
 * Bytes that are inflated at once, whatever they were packed into: deflate packs up to 1,032 to one. The next ones are
 * made when these were taken, which the runtime's `DecompressionStream` doesn't wait for.
 */
const PIECE_BYTES = 64 * 1024;
/** In the second byte of a zlib stream: it needs a dictionary. */
const DICTIONARY_FLAG = 0x20;
const UNPACKABLE = "its pixels can't be unpacked";

/**
 * The data of a zlib stream (RFC 1950), inflated as far as it is read. Whatever follows the data, the checksum too, is
 * passed over, as browsers do. Throws `DamagedImage`, and what `packed` throws.
 */
export async function* inflate(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const inflater = createInflateRaw({ chunkSize: PIECE_BYTES });
  // What goes wrong in the pipeline, the inflater throws below.
  pipeline(skipZlibHeader(packed), inflater, () => undefined);
  try {
    // The platform's type says `any`; it gives bytes.
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
    // Deflate with a window of 32 KiB at most, and a check of these two bytes.
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
