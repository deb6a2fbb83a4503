import type { RoomServer } from "./contenders.ts";
import type { Entrance } from "./raw-socket.ts";
import type { ReceiverPlan } from "./receiver-thread.ts";
import type { Play } from "./updates.ts";
import type { Wire } from "./wires.ts";

/** The way into a new room of this server. */
export function roomEntrance({ server, wire }: RoomServer, room: string): Entrance {
  return {
    url: new URL(wire.path(room), server.url).href,
    headers: wire.headers,
    hello: wire.hello(room),
    ready: wire.ready,
  };
}

/** Receivers that are done with the last update of the play. */
export function planReceivers(
  server: RoomServer,
  room: string,
  { updates }: Play,
  options: Pick<ReceiverPlan, "count"> & Partial<ReceiverPlan>,
): ReceiverPlan {
  return {
    entrance: roomEntrance(server, room),
    updateMark: server.wire.updateMark,
    endMark: server.wire.endMark(updates.at(-1) ?? new Uint8Array()),
    arrivals: 0,
    confirmEvery: 0,
    ...options,
  };
}

export function updateFrames(wire: Wire, room: string, { updates }: Play): Buffer[] {
  return updates.map((update, index) => wire.updateFrame(room, update, index));
}
