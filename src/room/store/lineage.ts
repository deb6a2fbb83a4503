/** The life that wrote a seq from before lives were recorded, and the one before the first change. */
const UNKNOWN = "0";

/**
 * Tells whether what a client knows is this document's past. A service may be given an older state back (a copy of its
 * disk, a point in time) and go on from there: then it gives the same seqs to other changes, and a seq alone says
 * nothing.
 *
 * Each life of the object has a random id: from when it wakes up until it loses its memory. An object gets an older
 * state only while it does not run, so whatever is written after that is of another life than what was lost. One life
 * writes each seq once. So two histories are the same up to a seq if the same life wrote it in both.
 *
 * There is one row for each life that wrote anything, with the seq of its first change: the same for every kind of
 * change, and whatever compaction drops. An object that hibernates with its sockets goes on with its life (`goOn`):
 * what is stored can't change while they stay open, and their clients need not hear of another life.
 */
export class LineageStore {
  readonly #sql: SqlStorage;
  /** The present life. Random: the last part of a UUID has 48 bits. */
  #life = crypto.randomUUID().slice(-12);
  /** The life that wrote the head. */
  #last = UNKNOWN;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The object has woken up. */
  load(head: number): void {
    this.#last = this.at(head);
  }

  get life(): string {
    return this.#life;
  }

  /** The object has woken up with the sockets of this life. */
  goOn(life: string): void {
    this.#life = life;
  }

  /** A change takes this seq. */
  record(seq: number): void {
    if (this.#last === this.#life) return;
    this.#sql.exec("INSERT INTO lives (seq, id) VALUES (?, ?)", seq, this.#life);
    this.#last = this.#life;
  }

  /** The life that wrote a seq. */
  at(seq: number): string {
    const [row] = this.#sql
      .exec<{ id: string }>("SELECT id FROM lives WHERE seq <= ? ORDER BY seq DESC LIMIT 1", seq)
      .toArray();
    return row?.id ?? UNKNOWN;
  }

  /** For a client that knows everything up to the head, and hears from this life what comes after it. */
  get present(): string {
    return this.#last === this.#life ? this.#life : `${this.#last}.${this.#life}`;
  }

  /** Whether `seq` is the same change for a client that was given this lineage: by `present`, or by `at`. */
  isShared(seq: number, lineage: string): boolean {
    return lineage.split(".").includes(this.at(seq));
  }
}
