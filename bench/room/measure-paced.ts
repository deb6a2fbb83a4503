import type { Measurement } from "../harness.ts";
import type { RoomServer } from "./contenders.ts";
import { planReceivers, roomEntrance, updateFrames } from "./plan.ts";
import { Receivers } from "./receivers.ts";
import { Sender } from "./sender.ts";
import type { Play } from "./updates.ts";

/** How long after the last update was sent it may take to arrive. */
const PATIENCE_MS = 15_000;

export interface Pace {
  receivers: number;
  perSecond: number;
  /** Receivers send Acetate's `received` after so many bytes. */
  confirmEvery?: number;
  /** When everyone is in, before the first update. */
  onFull?: () => Promise<void>;
}

/** From the write at the sender to the arrival at a receiver, over all updates and receivers. */
export async function measurePaced(server: RoomServer, play: Play, pace: Pace): Promise<Measurement> {
  return playPaced(server, await server.createRoom(), play, pace);
}

export async function playPaced(
  server: RoomServer,
  room: string,
  play: Play,
  { receivers, perSecond, confirmEvery = 0, onFull }: Pace,
): Promise<Measurement> {
  const count = play.updates.length;
  const crowd = await Receivers.open(
    planReceivers(server, room, play, { count: receivers, arrivals: count, confirmEvery }),
  );
  const sender = await Sender.open(roomEntrance(server, room));
  try {
    await onFull?.();
    const sentAt = await sender.pace(updateFrames(server.wire, room, play), perSecond);
    const { counts, arrivals } = await crowd.received(PATIENCE_MS);
    for (const got of counts) if (got !== count) throw new Error(`A receiver got ${got} of ${count} updates`);
    const latencies = arrivals.flatMap((one) =>
      Array.from(one, (arrived, index) => arrived - (sentAt[index] ?? 0)),
    );
    latencies.sort((one, other) => one - other);
    return { "median ms": percentile(latencies, 0.5), "p99 ms": percentile(latencies, 0.99) };
  } finally {
    sender.close();
    await crowd.close();
  }
}

export function percentile(sorted: number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
