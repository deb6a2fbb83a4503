import { afterEach } from "vitest";
import { connect, type ConnectOptions } from "../../../src/client/connect.ts";
import type { Readable } from "../../../src/client/readable.ts";
import type { Room } from "../../../src/client/room-api.ts";
import { waitFor } from "../../e2e/support/wait-for.ts";

const open = new Set<Room>();

/** Opens a document. It is closed with the test. */
export function openRoom(url: URL | string, documentId: string, options: ConnectOptions = {}): Room {
  const room = connect(url, documentId, options);
  open.add(room);
  return room;
}

afterEach(() => {
  for (const room of open) room.close();
  open.clear();
});

/** The value once `isSo`. */
export async function until<T>(
  readable: Readable<T>,
  isSo: (value: T) => boolean,
  what = "a value",
): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  const stop = readable.subscribe((value) => {
    if (isSo(value)) resolve(value);
  });
  try {
    let found: { value: T } | undefined;
    void promise.then((value) => (found = { value }));
    return (await waitFor(`${what}, which is ${JSON.stringify(readable.value)}`, () => found)).value;
  } finally {
    stop();
  }
}

/** Resolves when the room is live. */
export async function untilLive(room: Room): Promise<Room> {
  await until(room.status, ({ state }) => state === "live", "a live room");
  return room;
}

/** Resolves when the room shows exactly these texts. */
export async function untilTexts(room: Room, ...texts: string[]): Promise<void> {
  const wanted = JSON.stringify(texts);
  await until(
    room.annotations,
    (shown) => JSON.stringify(shown.map(({ text }) => text)) === wanted,
    `the texts ${wanted}`,
  );
}
