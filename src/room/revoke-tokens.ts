import { type Result, ok } from "../protocol/errors.ts";
import type { Access } from "./access.ts";
import { nextMinIat } from "./access.ts";
import { PROJECTION_WAIT_MS, type Room } from "./room.ts";
import { type Outcome, type Write, WRITE_BYTES } from "./write.ts";

/** Refuses every token issued so far and ends the sockets that use one. Returns the new `min_iat`, in seconds. */
export async function revokeTokens(room: Room, access: Access): Promise<Result<number>> {
  const { promise, resolve } = Promise.withResolvers<Result<Outcome<number>>>();
  room.write(writeRevocation(room, access), (outcome) => {
    if (outcome.ok) closeRefused(room);
    resolve(outcome);
  });
  const revoked = await promise;
  if (!revoked.ok) return revoked;
  // A revocation takes no seq that could be waited for: this waits until the catalog has everything.
  await room.outbox.waitFor(Infinity, PROJECTION_WAIT_MS);
  return ok(revoked.value.result);
}

function writeRevocation(room: Room, access: Access): Write<number> {
  return {
    origin: null,
    bytes: WRITE_BYTES,
    // A revocation takes effect at once: a token that is asked for after it must not be refused by it.
    alone: true,
    run({ now }) {
      const checked = room.check(access, "admin");
      if (!checked.ok) return checked;
      const { store } = room;
      store.minIat = nextMinIat(store.minIat, now);
      return ok({ result: store.minIat, seq: store.head, duplicate: false, entries: [] });
    },
  };
}

function closeRefused(room: Room): void {
  const { hub } = room;
  for (const connection of hub.connections) {
    const allowed = room.check(connection.access, "viewer");
    if (allowed.ok) continue;
    hub.refuse(connection, allowed.error);
    hub.close(connection, allowed.error.code, allowed.error.message);
  }
}
