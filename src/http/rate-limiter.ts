import { TokenBucket } from "../room/sockets/token-bucket.ts";

/**
 * Requests that a subject or an address may send at once, as seconds of its rate (`REQUESTS_PER_SECOND`): pages load and imports begin
 * in bursts.
 */
export const REQUESTS_BURST_SECONDS = 10;
/** Subjects and addresses that an isolate counts, a few hundred bytes each; a new one takes the place of the one heard of least lately. */
export const RATED_MAX = 10_000;

/** What each of many may still do. Bounded: a new one takes the place of the one heard of least lately, which was quiet the longest. */
export class RateLimiter {
  readonly #max: number;
  /** The one heard of least lately comes first. */
  readonly #buckets = new Map<string, TokenBucket>();

  constructor({ max = RATED_MAX } = {}) {
    this.#max = max;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Counts one request. Answers 0, or how many ms to wait. */
  take(who: string, perSecond: number, now: number): number {
    // With its rate: where that is configured anew, what was counted before has no meaning.
    const key = `${perSecond}/s ${who}`;
    const bucket =
      this.#buckets.get(key) ?? new TokenBucket(perSecond * REQUESTS_BURST_SECONDS, perSecond, now);
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= this.#max) break;
      this.#buckets.delete(oldest);
    }
    return bucket.take(1, now);
  }
}
