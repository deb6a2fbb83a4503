import type { BodyBudget, Hold } from "./body-budget.ts";
import { BodyReader, RETRY_AFTER_MS } from "./body-reader.ts";
import { refusal } from "./answers/refusal.ts";

/** The body is larger than allowed. `bytes` is its whole size, if the client told it. */
export interface TooLarge {
  tooLarge: true;
  bytes: number | undefined;
}

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
  const body = new BodyReader(request);
  const { declared } = body;
  if (declared !== undefined && declared > maxBytes) {
    await body.cancel();
    return work({ tooLarge: true, bytes: declared });
  }
  const capacity = declared ?? maxBytes;
  return withShare(budget, capacity, async (hold) => {
    body.readWithin(hold);
    return work(await readWhole(body, capacity));
  }).finally(() => body.close());
}

/** Does the work with a share of the budget. Error: `unavailable` if there is no room. */
export async function withShare<T>(
  budget: BodyBudget,
  bytes: number,
  work: (hold: Hold) => Promise<T>,
): Promise<T> {
  const hold = await budget.acquire(bytes);
  if (!hold) {
    throw refusal("unavailable", "Too many bodies are being received just now: try again", {
      retryAfterMs: RETRY_AFTER_MS,
    });
  }
  try {
    return await work(hold);
  } finally {
    budget.release(hold);
  }
}

/**
 * Reads into one buffer of the reserved size, after the bytes in `head`: joining chunks at the end would take twice the
 * memory.
 */
export async function readWhole(
  body: BodyReader,
  capacity: number,
  head: Uint8Array = new Uint8Array(),
): Promise<Uint8Array<ArrayBuffer> | TooLarge> {
  if (head.byteLength > capacity) return { tooLarge: true, bytes: undefined };
  const bytes = new Uint8Array(capacity);
  bytes.set(head);
  let length = head.byteLength;
  for (let chunk = await body.read(); chunk; chunk = await body.read()) {
    if (length + chunk.byteLength > capacity) {
      await body.cancel();
      return { tooLarge: true, bytes: undefined };
    }
    bytes.set(chunk, length);
    length += chunk.byteLength;
  }
  return length === capacity ? bytes : new Uint8Array(bytes.buffer.transfer(length));
}
