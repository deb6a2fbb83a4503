import { type Result, fail, ok } from "../../protocol/errors.ts";
import type { RoomStore } from "../store/room-store.ts";

const NEW = ok(null);

/**
 * Decides whether a write repeats an earlier one (I3). A known opId with the same fingerprint is a repeat: its seq is
 * returned. With another fingerprint it is refused. null: the opId is new, or there is none.
 */
export function findRepeat(
  store: RoomStore,
  opId: string | undefined,
  fingerprint: string,
): Result<{ seq: number } | null> {
  const known = opId === undefined ? null : store.dedupe.find(opId, fingerprint);
  if (!known) return NEW;
  if (known.same) return ok({ seq: known.seq });
  return fail("op_id_reused", `The operation id ${opId} was used for something else: take a new one`);
}

/** Remembers for good what an opId stands for. `changed`: the write took a seq, so its commit can hold the opId. */
export function rememberOpId(
  store: RoomStore,
  opId: string | undefined,
  fingerprint: string,
  seq: number,
  changed: boolean,
): void {
  if (opId === undefined) return;
  if (changed) store.dedupe.write(opId, seq, fingerprint);
  else store.dedupe.writeUnchanged(opId, seq, fingerprint);
}
