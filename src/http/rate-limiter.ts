import { TokenBucket } from "../room/sockets/token-bucket.ts";

/**
 * The burst that a subject or an address may send, in seconds of its rate (`REQUESTS_PER_SECOND`): pages load and
 * imports begin in bursts.
 */
export const REQUESTS_BURST_SECONDS = 10;
/** The most subjects and addresses that an isolate counts, a few hundred bytes each. */
export const RATED_MAX = 10_000;

/**
 * Counts the requests of many subjects. Its memory is bounded: a new subject replaces the one that was quiet the
 * longest.
 */
export class RateLimiter {
  readonly #max: number;
  /** The subject that was quiet the longest comes first. */
  readonly #buckets = new Map<string, TokenBucket>();

  constructor({ max = RATED_MAX } = {}) {
    this.#max = max;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Counts one request. Returns 0, or how many ms to wait. */
  take(who: string, perSecond: number, now: number): number {
    // The key includes the rate: a count for another rate would mean nothing.
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
