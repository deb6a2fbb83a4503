import { type Access, personOf } from "../access.ts";
import { type Failure, type Result, fail, ok } from "../../protocol/errors.ts";
import type { Room } from "../room.ts";
import type { Appended, AppendUpdate } from "../room-api.ts";
import type { RoomStore } from "../store/room-store.ts";
import type { Outcome, Write } from "../write.ts";
import { appendUpdate } from "./append-update.ts";
import type { Command, Occasion } from "./command.ts";
import { findRepeat } from "./dedupe.ts";
import { performCommand } from "./perform-command.ts";

/** One update of the request. The fingerprint of an update is its delta. */
interface Item {
  opId: string;
  command: Command<null>;
  fingerprint: string;
}

/** CRDT updates without a socket: all or none. Each takes a seq of its own; a known opId gets its first seq back. */
export function appendUpdates(
  room: Pick<Room, "store" | "checkActive">,
  access: Access,
  updates: readonly AppendUpdate[],
): Write<Appended> {
  return {
    origin: null,
    bytes: updates.reduce((bytes, { deltaB64 }) => bytes + 2 * deltaB64.length, 0),
    run(clock) {
      const checked = room.checkActive(access, "editor");
      return checked.ok
        ? performAll(room.store, toItems(updates, access), { ...clock, by: personOf(access) })
        : checked;
    },
  };
}

function toItems(updates: readonly AppendUpdate[], { claims }: Access): Item[] {
  return updates.map(({ opId, baseVersion, actorId, deltaB64 }) => ({
    opId,
    command: appendUpdate({ baseVersion, actorId: claims?.sub ?? actorId ?? "http", deltaB64 }),
    fingerprint: deltaB64,
  }));
}

function performAll(store: RoomStore, items: readonly Item[], occasion: Occasion): Result<Outcome<Appended>> {
  const refused = findRefused(store, items, occasion);
  if (refused) return { ok: false, error: refused };
  const acks: Appended["acks"] = [];
  const entries: Outcome<Appended>["entries"] = [];
  for (const { opId, command, fingerprint } of items) {
    const performed = performCommand(store, command, opId, fingerprint, occasion);
    // `findRefused` looked for every reason to refuse. A surprise must roll the whole transaction back.
    if (!performed.ok) throw new Error(`An update was refused after it was checked: ${performed.error.code}`);
    acks.push({ opId, seq: performed.value.seq, duplicate: performed.value.duplicate });
    entries.push(...performed.value.entries);
  }
  const result = { version: store.head, acks };
  return ok({ result, seq: store.head, duplicate: entries.length === 0, entries });
}

/** The first update that would be refused, with its index. */
function findRefused(store: RoomStore, items: readonly Item[], occasion: Occasion): Failure | null {
  const seen = new Set<string>();
  for (const [index, { opId, command, fingerprint }] of items.entries()) {
    if (seen.has(opId)) {
      const message = "is the op_id of an update before it";
      const error = fail("invalid", `updates.${index}.op_id: ${message}`, {
        errors: [{ path: `updates.${index}.op_id`, message }],
      });
      return { ...error.error, index };
    }
    seen.add(opId);
    const repeat = findRepeat(store, opId, fingerprint);
    // The message names the field of this request.
    if (!repeat.ok) {
      const message = `The op_id ${opId} was used for something else: take a new one`;
      return { ...repeat.error, message, index };
    }
    if (repeat.value) continue;
    const decided = command.decide(store, occasion);
    if (!decided.ok) return { ...decided.error, index };
  }
  return null;
}
