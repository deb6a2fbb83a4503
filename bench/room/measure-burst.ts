import type { Measurement } from "../harness.ts";
import type { RoomServer } from "./contenders.ts";
import { planReceivers, roomEntrance, updateFrames } from "./plan.ts";
import { Receivers } from "./receivers.ts";
import { now } from "./receiver-thread.ts";
import { Sender } from "./sender.ts";
import type { Play } from "./updates.ts";

const PATIENCE_MS = 60_000;

/**
 * Updates a second that reach all of `receivers`, sent by one socket as fast as it can: from the first write to the
 * last arrival.
 */
export async function measureBurst(server: RoomServer, play: Play, receivers: number): Promise<Measurement> {
  const room = await server.createRoom();
  const frames = Buffer.concat(updateFrames(server.wire, room, play));
  const crowd = await Receivers.open(planReceivers(server, room, play, { count: receivers }));
  const sender = await Sender.open(roomEntrance(server, room));
  try {
    const start = now();
    sender.write(frames);
    const { finishedAt } = await crowd.received(PATIENCE_MS);
    return { "updates/s": play.updates.length / ((finishedAt - start) / 1000) };
  } finally {
    sender.close();
    await crowd.close();
  }
}
