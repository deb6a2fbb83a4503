import type { Access } from "../access.ts";
import { type Failure, type Result, fail, ok } from "../../protocol/errors.ts";
import type { Appended, AppendUpdate } from "../room-api.ts";
import { identify } from "../store/operations.ts";
import type { RoomStore } from "../store/room-store.ts";
import type { Moment, Operation } from "./operation.ts";
import { type Performed, perform } from "./perform.ts";
import { appendUpdate } from "./updates.ts";

/**
 * CRDT updates without a socket: all or none. Each takes a seq of its own; a known opId gets its first one back.
 * Inside a transaction, after access was checked.
 */
export function appendUpdates(
  store: RoomStore,
  updates: readonly AppendUpdate[],
  { claims }: Access,
  moment: Moment,
): Result<Performed<Appended>> {
  const operations = updates.map(({ opId, baseVersion, actorId, deltaB64 }) => ({
    opId,
    operation: appendUpdate({
      baseVersion,
      actorId: claims?.sub ?? actorId ?? "http",
      deltaB64,
    }),
  }));
  const refused = findRefused(store, operations, moment);
  if (refused) return { ok: false, error: refused };
  const acks: Appended["acks"] = [];
  const entries: Performed<Appended>["entries"] = [];
  for (const { opId, operation } of operations) {
    const performed = perform(store, operation, opId, moment);
    // Every reason to refuse was looked for above; a surprise must roll the whole transaction back.
    if (!performed.ok) throw new Error(`An update was refused after it was checked: ${performed.error.code}`);
    acks.push({ opId, seq: performed.value.seq, duplicate: performed.value.duplicate });
    entries.push(...performed.value.entries);
  }
  const result = { version: store.head, acks };
  return ok({ result, seq: store.head, duplicate: entries.length === 0, entries });
}

/** The first update that would be refused, with its index. */
function findRefused(
  store: RoomStore,
  operations: readonly { opId: string; operation: Operation<null> }[],
  moment: Moment,
): Failure | null {
  const seen = new Set<string>();
  for (const [index, { opId, operation }] of operations.entries()) {
    if (seen.has(opId)) {
      const message = "is the op_id of an update before it";
      const error = fail("invalid", `updates.${index}.op_id: ${message}`, {
        errors: [{ path: `updates.${index}.op_id`, message }],
      });
      return { ...error.error, index };
    }
    seen.add(opId);
    const known = store.operations.find(opId, identify(operation.type, operation.payload));
    if (known?.same) continue;
    if (known) {
      return {
        ...fail("op_id_reused", `The op_id ${opId} was used for something else: take a new one`).error,
        index,
      };
    }
    const decided = operation.decide(store, moment);
    if (!decided.ok) return { ...decided.error, index };
  }
  return null;
}
