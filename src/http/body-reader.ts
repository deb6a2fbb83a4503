import type { Hold } from "./body-budget.ts";
import { type Refusal, refusal } from "./answers/refusal.ts";

/** When to retry after others held all the memory: a large upload takes about this long. */
export const RETRY_AFTER_MS = 2_000;
/** How often a reading request checks whether its share went to others. */
const LOOK_EVERY_MS = 1_000;
/**
 * How much is read at a time, at least and at most. The chunks of the network are small: with them a large body would
 * take thousands of turns of the event loop, and wait for other requests at each.
 */
const STEP_MIN_BYTES = 64 * 1024;
const STEP_MAX_BYTES = 256 * 1024;

/** Reads a request's body piece by piece. Call `close` when done. */
export class BodyReader {
  /** The `Content-Length`; undefined: the client did not tell it. */
  readonly declared: number | undefined;
  readonly #reader: ReadableStreamBYOBReader | undefined;
  #space: Uint8Array<ArrayBuffer> | undefined;
  #hold: Hold | undefined;
  #looking: ReturnType<typeof setInterval> | undefined;

  constructor(request: Request) {
    const header = request.headers.get("Content-Length");
    this.declared = header !== null && /^\d+$/.test(header) ? Number(header) : undefined;
    this.#reader = request.body?.getReader({ mode: "byob" });
  }

  /** From now on the body is read within this share of a budget, and no further when the share goes to others. */
  readWithin(hold: Hold): void {
    this.#hold = hold;
    // Ends a read whose client sends nothing.
    this.#looking = setInterval(() => {
      if (hold.lost) void this.cancel();
    }, LOOK_EVERY_MS);
  }

  /** Reads the first `count` bytes, or fewer if the body ends before. Error: `unavailable`. */
  async readHead(count: number): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.#read(count, new Uint8Array(count))) ?? new Uint8Array();
  }

  /** Reads the next bytes; undefined: the body has ended. They are valid until the next call. Error: `unavailable`. */
  async read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    // One byte beyond a small body shows that it is larger than declared.
    const space = this.#space ?? new Uint8Array(Math.min(STEP_MAX_BYTES, (this.declared ?? Infinity) + 1));
    const bytes = await this.#read(Math.min(STEP_MIN_BYTES, space.byteLength), space);
    this.#space = bytes && new Uint8Array(bytes.buffer);
    return bytes;
  }

  async #read(atLeast: number, space: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | undefined> {
    // The read fails when the client goes away, and after `cancel` on a stream from the network.
    const read = await this.#reader?.readAtLeast(atLeast, space).catch(() => null);
    if (this.#hold?.lost === true) throw stoppedReading("came so slowly that others had to wait");
    if (read === null) throw stoppedReading("did not come to its end");
    if (this.#hold) this.#hold.movedAt = Date.now();
    const bytes = read?.value;
    return bytes !== undefined && bytes.byteLength > 0 ? bytes : undefined;
  }

  /** Leaves the rest of the body. */
  async cancel(): Promise<void> {
    await this.#reader?.cancel().catch(() => undefined);
  }

  close(): void {
    clearInterval(this.#looking);
  }
}

export function stoppedReading(why: string): Refusal {
  return refusal("unavailable", `The body ${why}: send it again`, { retryAfterMs: RETRY_AFTER_MS });
}
