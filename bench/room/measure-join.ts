import { setTimeout as sleep } from "node:timers/promises";
import { type Measurement, median } from "../harness.ts";
import type { RoomServer } from "./contenders.ts";
import { planReceivers, roomEntrance, updateFrames } from "./plan.ts";
import { enterRoom, leaveRoom, openSocket, readFrames } from "./raw-socket.ts";
import { Receivers } from "./receivers.ts";
import { now } from "./receiver-thread.ts";
import { Sender } from "./sender.ts";
import type { Play } from "./updates.ts";

/** Every contender keeps up with it, and Acetate lets one connection send it (`MESSAGES_PER_SECOND`). */
const FILL_PER_SECOND = 1_800;
const PATIENCE_MS = 30_000;
/** All peers have stored what they debounce by then. */
const STORED_MS = 4_000;
/** Warm joins in one measurement: one alone is a matter of luck. */
const WARM_JOINS = 15;

/** Plays all updates into a new room, and leaves the server time to store them. */
export async function fillRoom(server: RoomServer, play: Play): Promise<string> {
  const room = await server.createRoom();
  const witness = await Receivers.open(planReceivers(server, room, play, { count: 1 }));
  const sender = await Sender.open(roomEntrance(server, room));
  await sender.pace(updateFrames(server.wire, room, play), FILL_PER_SECOND);
  await witness.received(PATIENCE_MS);
  if (server.wire.snapshotFrame) {
    await sender.ask(server.wire.snapshotFrame(play), Buffer.from('"snapshot_ack"'), PATIENCE_MS);
  }
  sender.close();
  await witness.close();
  await sleep(STORED_MS);
  return room;
}

/** Joins of a room that someone is in already. */
export async function measureWarmJoin(server: RoomServer, room: string, play: Play): Promise<Measurement> {
  const member = await join(server, room);
  const joins: Joined[] = [];
  for (let index = 0; index < WARM_JOINS; index++) joins.push(await join(server, room));
  for (const { leave } of [member, ...joins]) leave();
  return describeJoins(server, play, joins);
}

/** The first join of a room after the server was started again. A join of another room has loaded the server's code. */
export async function measureColdJoin(server: RoomServer, room: string, play: Play): Promise<Measurement> {
  await server.server.stop();
  await server.server.start();
  leaveRoom(await enterRoom(roomEntrance(server, await server.createRoom())));
  const joined = await join(server, room);
  joined.leave();
  return describeJoins(server, play, [joined]);
}

interface Joined {
  ms: number;
  messages: Buffer[];
  leave: () => void;
}

/** From the first packet of the connection to the last byte of the state. */
async function join(server: RoomServer, room: string): Promise<Joined> {
  const entrance = roomEntrance(server, room);
  const start = now();
  const { socket, head } = await openSocket(entrance);
  socket.write(entrance.hello);
  let received = head;
  const messages = await new Promise<Buffer[]>((resolve, reject) => {
    const look = (): void => {
      const frames = readFrames(received);
      if (server.wire.isWholeState(frames)) resolve(frames);
    };
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      look();
    });
    socket.once("close", () => reject(new Error(`${server.name} hung up on a client that joined`)));
    look();
  });
  return {
    ms: now() - start,
    messages,
    leave: () =>
      socket
        .removeAllListeners()
        .on("error", () => {})
        .destroy(),
  };
}

function describeJoins({ wire, name }: RoomServer, play: Play, joins: Joined[]): Measurement {
  for (const { messages } of joins) {
    if (wire.readText(messages) !== play.text) throw new Error(`${name} did not give the whole text`);
  }
  const bytes = joins.map(({ messages }) => messages.reduce((sum, { length }) => sum + length, 0));
  return { ms: median(joins.map(({ ms }) => ms)), bytes: median(bytes) };
}
