import { createYielder } from "../event-loop.ts";
import { endInTime, passInTime, StorageStalled } from "./storage-stalled.ts";

/**
 * How much of a file is moved at a time. The runtime hands out a stream in chunks of 4 KiB, and each costs a turn of the
 * event loop: a file of 9 MB takes up to fifteen times as long. Locally R2 takes a piece in 3 ms, during which no other
 * request gets in.
 */
export const PIECE_BYTES = 256 * 1024;

/**
 * How much is asked for at a time of a file that is moved on. The local R2 reads what was uploaded in parts all at once,
 * whether or not anybody takes it: 50 MiB in a quarter of a second, during which no other request gets in, and into
 * memory. This much takes it 15 ms.
 */
const RANGE_BYTES = 2 * 1024 * 1024;

/** Bytes, or a stream that says how many it has. */
export type SentBody = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/** Reads a stream to its end in pieces of `PIECE_BYTES`; the last one is smaller. Leave the loop to stop early. */
export async function* readPieces(stream: ReadableStream): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader({ mode: "byob" });
  try {
    for (;;) {
      const { value, done } = await reader.readAtLeast(PIECE_BYTES, new Uint8Array(PIECE_BYTES));
      if (value !== undefined && value.byteLength > 0) yield value;
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Reads a file of `size` bytes in R2 in pieces, range by range. */
export async function* readRanges(bucket: R2Bucket, key: string, size: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < size; offset += RANGE_BYTES) {
    const length = Math.min(RANGE_BYTES, size - offset);
    const range = await bucket.get(key, { range: { offset, length } });
    if (!range) throw new Error(`The file ${key} went while it was read`);
    yield* readPieces(range.body);
  }
}

/**
 * Gives bytes to `send`: as a stream where they are more than a piece, so that other requests get in between. Returns
 * what it returned. Throws its error, and `StorageStalled`.
 */
export async function sendBytes<T>(
  bytes: Uint8Array<ArrayBuffer>,
  send: (body: SentBody) => Promise<T>,
): Promise<T> {
  if (bytes.byteLength <= PIECE_BYTES) return endInTime(send(bytes));
  return sendPieces(bytes.byteLength, cutPieces(bytes), send);
}

/** As `sendBytes`, but for pieces that have `size` bytes together. Throws their error, too. */
export async function sendPieces<T>(
  size: number,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  send: (body: SentBody) => Promise<T>,
): Promise<T> {
  const { readable, writable } = new FixedLengthStream(size);
  const sent = send(readable);
  // Whoever waits for it below reports the failure.
  sent.catch(() => undefined);
  const writer = writable.getWriter();
  const yieldToEventLoop = createYielder();
  try {
    for await (const piece of pieces) {
      await passInTime(writer.write(piece), sent);
      await yieldToEventLoop();
    }
    await passInTime(writer.close(), sent);
  } catch (error) {
    // A storage that takes nothing would not take the end either.
    if (!(error instanceof StorageStalled)) await writer.abort(error).catch(() => undefined);
    throw error;
  }
  return endInTime(sent);
}

function* cutPieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}
