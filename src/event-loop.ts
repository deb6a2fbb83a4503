/** Others that want the isolate's one thread wait no longer than this, and one step of the work more. */
const TURN_MS = 50;

/** Lets others work, now and then, in the midst of a long computation. */
export class Turns {
  #since = Date.now();

  /**
   * Called after each small step. Where deployed the clock stands still while code computes: there nobody else is
   * waiting on it.
   */
  async pass(): Promise<void> {
    if (Date.now() - this.#since < TURN_MS) return;
    await scheduler.wait(0);
    this.#since = Date.now();
  }
}
