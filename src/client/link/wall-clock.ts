/** A timer is looked after so often: while a machine sleeps, timers stand still and the clock goes on. */
const LOOK_MS = 5_000;
/** A timer that is off by so much, early or late, tells that the machine has slept, or that the clock was set. */
const JUMP_MS = 10_000;

/** Calls at a time of the wall clock, and soon after a jump of it. One call at a time is expected. */
export class WallClock {
  readonly #call: (hasJumped: boolean) => void;
  #dueAt = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(call: (hasJumped: boolean) => void) {
    this.#call = call;
  }

  /** In ms since the epoch. Infinity: not at all. It takes the place of what was set before. */
  set(dueAt: number): void {
    this.#dueAt = dueAt;
    clearTimeout(this.#timer);
    if (dueAt === Infinity) return;
    const now = Date.now();
    const lookAt = now + Math.min(Math.max(dueAt - now, 0), LOOK_MS);
    this.#timer = setTimeout(() => this.#look(lookAt), lookAt - now);
  }

  #look(expectedAt: number): void {
    const now = Date.now();
    const hasJumped = Math.abs(now - expectedAt) > JUMP_MS;
    if (hasJumped || now >= this.#dueAt) this.#call(hasJumped);
    else this.set(this.#dueAt);
  }
}
