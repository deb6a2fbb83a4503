import { fail, ok } from "../../protocol/errors.ts";
import type { Operation } from "./operation.ts";

export interface UpdateInput {
  baseVersion: number;
  actorId: string;
  /** As it came: what is relayed needs no second encoding. */
  deltaB64: string;
  delta: Uint8Array<ArrayBuffer>;
}

/** One CRDT update: opaque bytes that get the next seq (I7). */
export function appendUpdate(input: UpdateInput): Operation<null> {
  const { baseVersion, actorId, deltaB64, delta } = input;
  return {
    type: "update",
    payload: delta,
    role: "editor",
    decide(room) {
      if (baseVersion > room.head) {
        const message = `is beyond the head ${room.head}`;
        return fail("base_ahead", `baseVersion: ${message}`, { errors: [{ path: "baseVersion", message }] });
      }
      if (baseVersion < room.lastCrdtRevert) {
        return fail(
          "stale_base",
          `The content was reverted at seq ${room.lastCrdtRevert}, after this update was made: start over from the state`,
        );
      }
      const seq = room.head + 1;
      return ok({ entries: [{ kind: "update", seq, actorId, deltaB64, delta }], result: null });
    },
    replay: () => null,
  };
}
