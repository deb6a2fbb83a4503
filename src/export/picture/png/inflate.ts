import { DamagedImage } from "../../image-headers/damaged-image.ts";

/**
 * Bytes that are inflated at once. The runtime holds all that one write inflates to, and deflate packs up to 1,032 to one: so
 * 8 MiB at most, of a file made to burst.
 */
const PIECE_BYTES = 8 * 1024;

/**
 * A zlib stream, inflated by the runtime as far as it is read: whoever knows where it has to end stops there, and what comes
 * after that is never inflated. Throws `DamagedImage`, and what `packed` throws.
 */
export async function* inflate(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = new DecompressionStream("deflate");
  const writer = stream.writable.getWriter();
  let failure: unknown;
  const written = writeAll(packed, writer).catch(async (error: unknown) => {
    failure = error;
    await writer.abort(error).catch(() => undefined);
  });
  const reader = stream.readable.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    await written;
    throw failure instanceof DamagedImage
      ? failure
      : new DamagedImage("its pixels can't be unpacked", { cause: error });
  } finally {
    await reader.cancel().catch(() => undefined);
    await writer.abort().catch(() => undefined);
    await written;
  }
}

async function writeAll(
  packed: AsyncIterable<Uint8Array>,
  writer: WritableStreamDefaultWriter<BufferSource>,
): Promise<void> {
  for await (const data of packed) {
    for (let at = 0; at < data.byteLength; at += PIECE_BYTES) {
      await writer.write(data.slice(at, at + PIECE_BYTES));
    }
  }
  await writer.close();
}
