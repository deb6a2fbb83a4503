import { type Result, fail, ok } from "../../protocol/errors.ts";
import type { RoomStore } from "../store/room-store.ts";
import type { Outcome } from "../write.ts";
import type { Command, Decision, Occasion } from "./command.ts";
import { findRepeat, rememberOpId } from "./dedupe.ts";

/**
 * Decides one command and stores the result. Call it inside a transaction, after access was checked. The order of
 * checks is I3's: dedupe first, then everything else.
 * @param fingerprint the command's, as `fingerprintOf` makes it; not read where there is no opId
 */
export function performCommand<T>(
  store: RoomStore,
  command: Command<T>,
  opId: string | undefined,
  fingerprint: string,
  occasion: Occasion,
): Result<Outcome<T>> {
  const decided = decideCommand(store, command, opId, fingerprint, occasion);
  if (!decided.ok) return decided;
  if ("repeatOf" in decided.value) {
    const seq = decided.value.repeatOf;
    return ok({ result: command.replay(store, seq), seq, duplicate: true, entries: [] });
  }
  const { entries, result, unchangedSince } = decided.value;
  for (const entry of entries) store.record(entry);
  const seq = unchangedSince ?? store.head;
  const changed = entries.length > 0;
  rememberOpId(store, opId, fingerprint, seq, changed);
  return ok({ result, seq, duplicate: !changed, entries });
}

/** Decides as `performCommand` does, and stores nothing. `repeatOf`: the seq of the command that this one repeats. */
export function decideCommand<T>(
  store: RoomStore,
  command: Command<T>,
  opId: string | undefined,
  fingerprint: string,
  occasion: Occasion,
): Result<Decision<T> | { repeatOf: number }> {
  if (!store.exists) return fail("document_not_found", "There is no such document");
  const repeat = findRepeat(store, opId, fingerprint);
  if (!repeat.ok) return repeat;
  if (repeat.value) return ok({ repeatOf: repeat.value.seq });
  if (store.document.status === "deleted" && command.worksOnDeleted !== true) {
    return fail("document_deleted", "The document is deleted: restore it first");
  }
  return command.decide(store, occasion);
}
