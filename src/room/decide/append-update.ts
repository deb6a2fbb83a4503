import { fail, ok } from "../../protocol/errors.ts";
import type { Command } from "./command.ts";

export interface UpdateInput {
  baseVersion: number;
  actorId: string;
  /** Relayed and stored as it came. */
  deltaB64: string;
}

/** One CRDT update: opaque bytes that get the next seq (I7). */
export function appendUpdate(input: UpdateInput): Command<null> {
  const { baseVersion, actorId, deltaB64 } = input;
  return {
    type: "update",
    payload: deltaB64,
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
      return ok({ entries: [{ kind: "update", seq, actorId, deltaB64 }], result: null });
    },
    replay: () => null,
  };
}
