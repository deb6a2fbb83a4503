import { type Result, fail, ok } from "../../protocol/errors.ts";
import type { Entry } from "../change.ts";
import { identify } from "../store/operations.ts";
import type { RoomStore } from "../store/room-store.ts";
import type { Moment, Operation } from "./operation.ts";

/** What an operation came to: for its sender (`result`, `seq`, `duplicate`), and for everyone else (`entries`). */
export interface Performed<T> {
  result: T;
  /** The last seq it took, or the seq at which it was so already. */
  seq: number;
  /** It changed nothing now: a repeat, or what it asks for is so already. */
  duplicate: boolean;
  entries: Entry[];
}

/**
 * Decides one operation and stores what it came to. Call it inside a transaction, after access was checked.
 * The order of checks is I3's: dedupe first, then the rest.
 */
export function perform<T>(
  store: RoomStore,
  operation: Operation<T>,
  opId: string | undefined,
  moment: Moment,
): Result<Performed<T>> {
  if (!store.exists) return fail("document_not_found", "There is no such document");
  const content = opId === undefined ? null : identify(operation.type, operation.payload);
  if (opId !== undefined && content !== null) {
    const known = store.operations.find(opId, content);
    if (known && !known.same) {
      return fail("op_id_reused", `The operation id ${opId} was used for something else: take a new one`);
    }
    if (known) {
      return ok({ result: operation.replay(store, known.seq), seq: known.seq, duplicate: true, entries: [] });
    }
  }
  if (store.document.status === "deleted" && operation.worksOnDeleted !== true) {
    return fail("document_deleted", "The document is deleted: restore it first");
  }
  const decided = operation.decide(store, moment);
  if (!decided.ok) return decided;
  const { entries, result, unchangedSince } = decided.value;
  for (const entry of entries) store.record(entry);
  const seq = unchangedSince ?? store.head;
  if (opId !== undefined && content !== null) {
    if (entries.length > 0) store.operations.write(opId, seq, content);
    else store.operations.writeUnchanged(opId, seq, content);
  }
  return ok({ result, seq, duplicate: entries.length === 0, entries });
}
