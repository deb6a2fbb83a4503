import type { ProjectedRow } from "../../catalog/projection.ts";
import { GatheredProjection } from "../../catalog/gathered-projection.ts";
import type { OutboxRow } from "../store/outbox.ts";
import type { RoomStore } from "../store/room-store.ts";
import type { Schedule } from "./schedule.ts";

/** How many rows are sent at once. */
const FLUSH_ROWS = 500;
/** How long after a change the alarm checks that the catalog has it. Only matters if the object died meanwhile. */
const WATCH_MS = 10_000;
/** Back-off of the alarm while the catalog can't be reached or refuses rows. */
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 5 * 60_000;
/**
 * While the catalog can't be reached, changes try it at most this often. Soon after it is back, lists are right
 * again.
 */
const QUIET_MAX_MS = 10_000;

/** Shared by all objects of this isolate. */
const projection = new GatheredProjection();

/**
 * Sends marked rows to the catalog. One run at a time sends them, each row as it is then, and the alarm tries again
 * until the catalog has them.
 */
export class OutboxRelay {
  readonly #store: RoomStore;
  readonly #db: D1Database;
  readonly #storage: DurableObjectStorage;
  readonly #schedule: Schedule;
  #running: Promise<void> | null = null;
  #again = false;
  #failures = 0;
  /** The catalog could not be reached: until then changes don't try it. */
  #quietUntil = 0;
  #waiters: { seq: number; resolve: () => void }[] = [];

  constructor(store: RoomStore, db: D1Database, storage: DurableObjectStorage, schedule: Schedule) {
    this.#store = store;
    this.#db = db;
    this.#storage = storage;
    this.#schedule = schedule;
  }

  /** After a commit that marked rows: sends them, and sets the alarm to check on them. */
  start(now: number): void {
    if (!this.#schedule.has("outbox")) this.#schedule.set("outbox", now + WATCH_MS);
    if (now >= this.#quietUntil) this.#startRun();
  }

  /** Waits until the catalog has what was marked up to `seq`, but at most `timeoutMs`. */
  async waitFor(seq: number, timeoutMs: number): Promise<void> {
    if (this.#running === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([
      new Promise<void>((resolve) => this.#waiters.push({ seq, resolve })),
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, timeoutMs);
      }),
    ]);
    clearTimeout(timer);
  }

  /** The alarm's part: sends what is left, and what was refused once more. Returns when to try again, or null. */
  async retry(): Promise<number | null> {
    await this.#running;
    if (!this.#store.outbox.isEmpty) {
      this.#startRun({ withRefused: true });
      await this.#running;
    }
    this.#deleteAcknowledged();
    return this.#store.outbox.isEmpty ? null : this.#retryAt();
  }

  #deleteAcknowledged(): void {
    this.#storage.transactionSync(() => this.#store.outbox.deleteAcknowledged());
  }

  #startRun({ withRefused = false } = {}): void {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = this.#run(withRefused)
      .catch((error: unknown) => {
        this.#failures++;
        logFailure("The outbox could not be sent; the alarm will try again", error);
        this.#schedule.set("outbox", this.#retryAt());
      })
      .finally(() => {
        this.#running = null;
        this.#release(Infinity);
      });
  }

  async #run(withRefused: boolean): Promise<void> {
    const { outbox } = this.#store;
    do {
      this.#again = false;
      const through = this.#store.head;
      const rows = outbox.nextPending(FLUSH_ROWS);
      if (rows.length > 0 && !(await this.#send(rows))) return;
      if (rows.length < FLUSH_ROWS) this.#release(through);
      else {
        this.#again = true;
        // No write may come for long, and acknowledged marks would be read again for each page.
        this.#deleteAcknowledged();
      }
    } while (this.#again);
    const refused = withRefused ? outbox.nextRefused(FLUSH_ROWS) : [];
    if (refused.length > 0) await this.#send(refused);
  }

  /** false: the catalog can't be reached, and the alarm will try again. */
  async #send(rows: readonly OutboxRow[]): Promise<boolean> {
    const projected = rows.map((row) => this.#read(row));
    const changes = new Set(rows.map(({ kind }) => kind));
    // It needs no mark: if this batch does not arrive, the annotations bring it again.
    if (changes.has("annotation") && !changes.has("document")) projected.push(this.#readActivity());
    let refused: readonly { row: ProjectedRow; reason: string }[];
    try {
      // Another object may send them, and this object's output gate would not hold that back.
      await this.#storage.sync();
      ({ refused } = await projection.project(this.#db, toSorted(projected)));
    } catch (error) {
      this.#failures++;
      logFailure("The catalog can't be reached; the alarm will try again", error);
      const retryAt = this.#retryAt();
      this.#schedule.set("outbox", retryAt);
      this.#quietUntil = Math.min(retryAt, Date.now() + QUIET_MAX_MS);
      return false;
    }
    const bad = new Set(refused.map(({ row }) => row));
    for (const { row, reason } of refused)
      logFailure(`The catalog refused ${row.kind} ${row.resource.id}`, reason);
    this.#store.outbox.acknowledge(rows.filter((_, index) => !bad.has(projected[index] as ProjectedRow)));
    if (refused.length > 0) {
      const refusedRows = rows.filter((_, index) => bad.has(projected[index] as ProjectedRow));
      this.#storage.transactionSync(() => this.#store.outbox.refuse(refusedRows));
      this.#failures++;
      this.#schedule.set("outbox", this.#retryAt());
    } else this.#failures = 0;
    return true;
  }

  /** A marked row as it is now, with all changes since it was marked. */
  #read({ kind, id }: OutboxRow): ProjectedRow {
    if (kind === "document") {
      return { kind, resource: { ...this.#store.document, ...this.#store.activity } };
    }
    if (kind === "revocation") return { kind, resource: { id, min_iat: this.#store.minIat } };
    if (kind === "annotation") {
      const resource = this.#store.readAnnotation(id);
      if (resource) return { kind, resource };
    } else {
      const found = this.#store.versions.read(id);
      if (found) return { kind, resource: found.version };
    }
    throw new Error(`The outbox names ${kind} ${id}, which is not there`);
  }

  #readActivity(): ProjectedRow {
    const { id, seq } = this.#store.document;
    return { kind: "activity", resource: { id, seq, ...this.#store.activity } };
  }

  #retryAt(): number {
    return Date.now() + Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.max(0, this.#failures - 1));
  }

  #release(through: number): void {
    const released = this.#waiters.filter(({ seq }) => seq <= through);
    this.#waiters = this.#waiters.filter(({ seq }) => seq > through);
    for (const { resolve } of released) resolve();
  }
}

/**
 * In the order of creation. The outbox sorts by id, but lists are faster if D1 stores rows in the order of the list.
 */
function toSorted(rows: readonly ProjectedRow[]): ProjectedRow[] {
  return rows.toSorted((a, b) => ordinalOf(a) - ordinalOf(b));
}

function ordinalOf(row: ProjectedRow): number {
  return row.kind === "annotation" ? row.resource.ordinal : 0;
}

function logFailure(what: string, why: unknown): void {
  // eslint-disable-next-line no-console -- the platform's log
  console.warn(`${what}: ${why instanceof Error ? why.message : String(why)}`);
}
