import type { RoomStore } from "./store/room-store.ts";

/** Whether a client that knows everything up to `since` can be brought up to date by what came after it. */
export function canResume(store: RoomStore, since: number): boolean {
  // At the seq of a cut itself a client has the event, but perhaps not the state that follows it.
  const beyondBarrier = store.resumeBarrier === 0 || since > store.resumeBarrier;
  return beyondBarrier && since <= store.head && since >= store.compactedThrough;
}

/** Missed bytes that are always sent: to start over costs a client more than to read them. */
const RESUME_BYTES = 64 * 1024;
/** What was missed may be so many times as large as the fresh state: a client that resumes keeps what it has. */
const RESUME_FACTOR = 2;

/**
 * Whether the state is far smaller than what a client missed. Both are added up row by row, always the one that is behind, until
 * one of them is through: so it costs no more than to send the smaller one, however long the history is.
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
