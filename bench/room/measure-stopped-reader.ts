import type { Measurement } from "../harness.ts";
import { residentBytes } from "../resident-bytes.ts";
import type { RoomServer } from "./contenders.ts";
import { type Pace, playPaced } from "./measure-paced.ts";
import { roomEntrance } from "./plan.ts";
import { enterRoom } from "./raw-socket.ts";
import type { Play } from "./updates.ts";

const MIB = 1024 * 1024;
/** Well under what the service takes for unread (`UNCONFIRMED_CROWDED_BYTES`). */
const CONFIRM_EVERY = 256 * 1024;

/** What the others notice of a member that has stopped reading, and how far the runtime's memory grows meanwhile. */
export async function measureStoppedReader(
  server: RoomServer,
  play: Play,
  pace: Pace,
  { stopped }: { stopped: boolean },
): Promise<Measurement> {
  const room = await server.createRoom();
  const before = await residentBytes(server.server.pid, "workerd");
  const reader = stopped ? await enterRoom(roomEntrance(server, room)) : null;
  // It stays connected, and takes nothing more from the system's buffer.
  reader?.on("error", () => {}).pause();
  try {
    const figures = await playPaced(server, room, play, { ...pace, confirmEvery: CONFIRM_EVERY });
    return { ...figures, "MiB grown": ((await residentBytes(server.server.pid, "workerd")) - before) / MIB };
  } finally {
    reader?.destroy();
  }
}
