import type { BodyBudget, Hold } from "./body-budget.ts";
import { type Refusal, refusal } from "./answers/refusal.ts";

/** The body is larger than allowed. `bytes` is its whole size, if the client told it. */
export interface TooLarge {
  tooLarge: true;
  bytes: number | undefined;
}

/** When to retry after others held all the memory: a large upload takes about this long. */
const RETRY_AFTER_MS = 2_000;
/** How often a reading request checks whether its share went to others. */
const LOOK_EVERY_MS = 1_000;

interface BodyTerms {
  maxBytes: number;
  budget: BodyBudget;
}

/**
 * Reads the request's body and gives it to `work`, within a share of `budget`. Bytes are counted as they arrive, so a
 * wrong or missing Content-Length does not get past `maxBytes`, and a body that is too large is not read to its end.
 * Errors: `unavailable` if there is no room for the body, or if others needed the room more.
 *
 * Not `hono/body-limit`: it limits one body, not all that the isolate holds, and joins chunks at twice the memory.
 */
export async function withBody<T>(
  request: Request,
  { maxBytes, budget }: BodyTerms,
  work: (body: Uint8Array<ArrayBuffer> | TooLarge) => Promise<T>,
): Promise<T> {
  const declared = readLength(request);
  if (declared !== undefined && declared > maxBytes) {
    await request.body?.cancel();
    return work({ tooLarge: true, bytes: declared });
  }
  const capacity = declared ?? maxBytes;
  const hold = await budget.acquire(capacity);
  if (!hold) {
    throw refusal("unavailable", "Too many bodies are being received just now: try again", {
      retryAfterMs: RETRY_AFTER_MS,
    });
  }
  try {
    return await work(await readBody(request, capacity, hold));
  } finally {
    budget.release(hold);
  }
}

function readLength(request: Request): number | undefined {
  const header = request.headers.get("Content-Length");
  return header !== null && /^\d+$/.test(header) ? Number(header) : undefined;
}

/**
 * How much is read at a time, at least and at most. The chunks of the network are small: with them a large body would
 * take thousands of turns of the event loop, and wait for other requests at each.
 */
const STEP_MIN_BYTES = 64 * 1024;
const STEP_MAX_BYTES = 256 * 1024;

/** Reads into one buffer of the reserved size: joining chunks at the end would take twice the memory. */
async function readBody(
  request: Request,
  capacity: number,
  hold: Hold,
): Promise<Uint8Array<ArrayBuffer> | TooLarge> {
  const reader = request.body?.getReader({ mode: "byob" });
  if (!reader) return new Uint8Array(0);
  // Ends a read whose client sends nothing.
  const looking = setInterval(() => {
    if (hold.lost) void reader.cancel();
  }, LOOK_EVERY_MS);
  try {
    const bytes = new Uint8Array(capacity);
    // One byte beyond the room shows whether the body is too large.
    let space = new Uint8Array(Math.min(STEP_MAX_BYTES, capacity + 1));
    let length = 0;
    for (;;) {
      const chunk = await readChunk(reader, space, hold);
      if (chunk === undefined || chunk.byteLength === 0) break;
      if (length + chunk.byteLength > capacity) {
        await reader.cancel();
        return { tooLarge: true, bytes: undefined };
      }
      bytes.set(chunk, length);
      length += chunk.byteLength;
      hold.movedAt = Date.now();
      space = new Uint8Array(chunk.buffer);
    }
    return length === capacity ? bytes : new Uint8Array(bytes.buffer.transfer(length));
  } finally {
    clearInterval(looking);
  }
}

/** Reads the next bytes into `space`, and takes its buffer over. undefined: the body has ended. */
async function readChunk(
  reader: ReadableStreamBYOBReader,
  space: Uint8Array<ArrayBuffer>,
  hold: Hold,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  // The read fails when the client goes away, and after `cancel` on a stream from the network.
  const atLeast = Math.min(STEP_MIN_BYTES, space.byteLength);
  const read = await reader.readAtLeast(atLeast, space).catch(() => null);
  if (hold.lost) throw stoppedReading("came so slowly that others had to wait");
  if (read === null) throw stoppedReading("did not come to its end");
  return read.value;
}

function stoppedReading(why: string): Refusal {
  return refusal("unavailable", `The body ${why}: send it again`, { retryAfterMs: RETRY_AFTER_MS });
}
