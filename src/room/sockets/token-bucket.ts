/** What one connection may do at most: a burst, then a steady rate. Kept in memory: a hibernated connection was quiet. */
export class TokenBucket {
  readonly #burst: number;
  readonly #perMs: number;
  #tokens: number;
  #filledAt: number;

  constructor(burst: number, perSecond: number, now: number) {
    this.#burst = burst;
    this.#perMs = perSecond / 1000;
    this.#tokens = burst;
    this.#filledAt = now;
  }

  /** Takes `count` tokens. Answers 0, or how many ms to wait until there would be enough: then none are taken. */
  take(count: number, now: number): number {
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, now - this.#filledAt) * this.#perMs);
    this.#filledAt = now;
    if (this.#tokens < count) return Math.ceil((count - this.#tokens) / this.#perMs);
    this.#tokens -= count;
    return 0;
  }
}
