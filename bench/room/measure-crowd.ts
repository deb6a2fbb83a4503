import path from "node:path";
import type { Socket } from "node:net";
import type { Measurement } from "../harness.ts";
import { residentBytes } from "../resident-bytes.ts";
import { startAcetate } from "./contenders.ts";
import { playPaced } from "./measure-paced.ts";
import { roomEntrance } from "./plan.ts";
import { enterRoom, leaveRoom } from "./raw-socket.ts";
import type { Play } from "./updates.ts";

const KIB = 1024;
/** One socket in each. */
const DOCUMENTS = 200;
/** `SOCKETS_PER_DOCUMENT`; one of them is the sender's. */
const SOCKETS = 1_000;

/**
 * A full room with one update a second, and what sockets and open documents cost in memory: in a service of its own.
 */
export async function measureCrowd(state: string, play: Play): Promise<Measurement> {
  const server = await startAcetate(path.join(state, `crowd-${crypto.randomUUID()}`));
  const resident = () => residentBytes(server.server.pid, "workerd");
  const opened: Socket[] = [];
  const openDocument = async () => {
    opened.push(await enterRoom(roomEntrance(server, await server.createRoom())));
  };
  try {
    // The first one loads the code.
    await openDocument();
    const empty = await resident();
    for (let index = 0; index < DOCUMENTS; index++) await openDocument();
    const withDocuments = await resident();
    const room = await server.createRoom();
    let withCrowd = 0;
    const figures = await playPaced(server, room, play, {
      receivers: SOCKETS - 1,
      perSecond: 1,
      onFull: async () => {
        withCrowd = await resident();
      },
    });
    return {
      ...figures,
      "KiB a document": (withDocuments - empty) / DOCUMENTS / KIB,
      "KiB a socket": (withCrowd - withDocuments) / SOCKETS / KIB,
    };
  } finally {
    for (const socket of opened) leaveRoom(socket);
    await server.server.stop();
  }
}
