/** The tasks of the object's one alarm. */
export type Task = "outbox" | "presence" | "exports";

/** A task that failed for an unknown reason is tried again after this time. */
const AFTER_FAILURE_MS = 60_000;

/** When each task is due. The one alarm is set for the earliest of them. */
export class Schedule {
  readonly #storage: DurableObjectStorage;
  /** When the alarm will fire; null: not known, so it has to be set. */
  #armed: number | null = null;
  readonly #due = new Map<Task, number>();

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** The object has woken up: what was due before is still due. */
  load(): void {
    const rows = this.#storage.sql.exec<{ task: Task; at: number }>("SELECT task, at FROM due").toArray();
    for (const { task, at } of rows) this.#due.set(task, at);
    if (this.#due.size > 0) void this.#armLost();
  }

  /** The runtime gives up an alarm that fails too often. Without this, everything that is due would wait for good. */
  async #armLost(): Promise<void> {
    try {
      const at = await this.#storage.getAlarm();
      // It is also null while the alarm's handler runs. That sets the next alarm itself; an extra one does no harm.
      if (at === null) this.#arm();
      else this.#armed ??= at;
    } catch (error) {
      // eslint-disable-next-line no-console -- the platform's log
      console.error("The alarm could not be read:", error);
    }
  }

  has(task: Task): boolean {
    return this.#due.has(task);
  }

  /** Makes a task due at `at` (ms), whenever it was due before. */
  set(task: Task, at: number): void {
    if (this.#due.get(task) === at) return;
    this.#due.set(task, at);
    this.#storage.sql.exec("INSERT OR REPLACE INTO due (task, at) VALUES (?, ?)", task, at);
    this.#arm();
  }

  /** Makes a task due at `at` (ms), unless it is due earlier. */
  want(task: Task, at: number): void {
    const before = this.#due.get(task);
    if (before === undefined || at < before) this.set(task, at);
  }

  #clear(task: Task): void {
    if (this.#due.delete(task)) this.#storage.sql.exec("DELETE FROM due WHERE task = ?", task);
  }

  /**
   * The alarm: runs what is due, then sets the next alarm. A task returns when it is due again, or null. It stays on
   * the list while it runs, so a task that dies half-way runs again.
   */
  async run(tasks: Record<Task, () => Promise<number | null>>): Promise<void> {
    this.#armed = null;
    const now = Date.now();
    for (const [task, at] of this.#due) {
      if (at > now) continue;
      let next: number | null;
      try {
        next = await tasks[task]();
      } catch (error) {
        // eslint-disable-next-line no-console -- the platform's log
        console.error(`The task ${task} failed; it runs again later:`, error);
        next = Date.now() + AFTER_FAILURE_MS;
      }
      if (next === null) this.#clear(task);
      else this.set(task, next);
    }
    this.#arm();
  }

  #arm(): void {
    if (this.#due.size === 0) return;
    const next = Math.min(...this.#due.values());
    // An alarm that fires too early does no harm: it sets the next one. So clearing a task costs no alarm write.
    if (this.#armed !== null && this.#armed <= next) return;
    this.#armed = next;
    // There is no await in between, so the alarm is part of the same write as the rows.
    void this.#storage.setAlarm(next);
  }
}
