import { env } from "cloudflare:workers";
import { readConfig } from "../../src/config.ts";
import { Room } from "../../src/room/room.ts";
import { withMembers } from "./with-members.ts";

/**
 * The room as it would be if its object had just lost its memory: what is stored and the sockets are there, nothing
 * else. Unlike `evictDurableObject` it does not wait until the timers of the old one have run out. What would end the
 * object ends nothing here. The old room knows nothing of what the new one does: use only the new one afterwards.
 */
export function wakeRoom(state: DurableObjectState): Room {
  return new Room(withMembers(state, { abort: () => {} }), env, readConfig(env));
}
