import { type CrdtContent, unneededRanges } from "../crdt-content.ts";
import type { DedupeStore } from "./dedupe.ts";
import type { MetaStore } from "./meta.ts";
import type { SnapshotStore } from "./snapshots.ts";
import type { UpdateStore } from "./updates.ts";
import type { VersionStore } from "./versions.ts";

export interface CompactorStores {
  meta: MetaStore;
  updates: UpdateStore;
  snapshots: SnapshotStore;
  versions: VersionStore;
  dedupe: DedupeStore;
}

/** Drops updates and snapshots that nothing needs any more. It runs at every snapshot. */
export class Compactor {
  readonly #stores: CompactorStores;
  /**
   * A run does not look at what lies below `#start`: earlier runs have dropped all they could there. It can't start
   * right where the last run ended, since a commit's row may lie across that end: the last run had to leave it, and
   * this one may drop it. So it starts where the run before the last one ended. Both are 0 after waking up.
   */
  #start = 0;
  #nextStart = 0;

  constructor(stores: CompactorStores) {
    this.#stores = stores;
  }

  /**
   * Keeps what the present content, the content before its last snapshot, any version, and `pinned` need. Updates whose
   * opIds are not in the index yet stay until they are. Returns the seq of the last dropped update; 0: there was none.
   */
  run(present: CrdtContent, pinned: CrdtContent | null, head: number): number {
    const { meta, updates, snapshots, versions, dedupe } = this.#stores;
    const previous = meta.previousContent;
    const contents = [present, previous, pinned, ...versions.contents()].filter(
      (content) => content !== null,
    );
    const { indexedThrough } = dedupe;
    let last = 0;
    for (const { from, to } of unneededRanges(contents, head)) {
      if (to <= this.#start) continue;
      last = Math.max(last, updates.drop(Math.max(from, this.#start), to, indexedThrough));
    }
    const needed = new Set(contents.flatMap(({ snapshot }) => snapshot ?? []));
    snapshots.dropExcept(needed, this.#start);
    // What is pinned now has to be looked at again by the next run.
    if (pinned) return last;
    this.#start = this.#nextStart;
    this.#nextStart = Math.min(indexedThrough, previous?.snapshot ?? 0);
    return last;
  }
}
