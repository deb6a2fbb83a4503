import type { RoomStore } from "./store/room-store.ts";

/** What a client says it knows: everything up to `since`, of the history that `lineage` names. */
export interface Known {
  since: number;
  /** Absent: the client does not say. */
  lineage?: string | undefined;
}

/** What is asked of the change feed. */
export interface ChangesQuery extends Known {
  /** The most changes in one answer. */
  limit: number;
}

/**
 * Whether a client knows changes that this document never had: the service was given an older state, from before they
 * were made. Without a lineage that shows only while `since` is beyond the head.
 */
export function hasDiverged(store: RoomStore, { since, lineage }: Known): boolean {
  return since > store.head || (lineage !== undefined && !store.lineage.isShared(since, lineage));
}

/**
 * Decides whether `since` can be served: whether what came after it brings a client up to date that knows everything
 * up to it. Joins and the change feed both ask here.
 */
export function canResume(store: RoomStore, known: Known): boolean {
  const { since } = known;
  // A client at the barrier's own seq has the event, but perhaps not the state that follows it.
  const beyondBarrier = store.resumeBarrier === 0 || since > store.resumeBarrier;
  return beyondBarrier && since >= store.compactedThrough && !hasDiverged(store, known);
}

/** So many missed bytes are always sent: starting over costs a client more than reading them. */
const RESUME_BYTES = 64 * 1024;
/** How many times as large as the fresh state the missed changes may be. A client that resumes keeps what it has. */
const RESUME_FACTOR = 2;

/**
 * Whether the state is far smaller than what a client missed. Adds up both, row by row and always the one that is
 * behind, until one of them ends. So it costs no more than sending the smaller one, however long the history is.
 */
export function isFreshSmaller(missed: Iterator<number>, fresh: Iterator<number>): boolean {
  let missedBytes = 0;
  let freshBytes = 0;
  for (;;) {
    if (missedBytes <= Math.max(RESUME_BYTES, RESUME_FACTOR * freshBytes)) {
      const next = missed.next();
      if (next.done === true) return false;
      missedBytes += next.value;
    } else {
      const next = fresh.next();
      if (next.done === true) return true;
      freshBytes += next.value;
    }
  }
}
