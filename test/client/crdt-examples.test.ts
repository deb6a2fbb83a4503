import type { LoroDoc } from "loro-crdt";
import { afterEach, describe, it } from "vitest";
import { openAutomerge } from "../../examples/automerge.ts";
import { openLoro } from "../../examples/loro.ts";
import type { Room } from "../../src/client/room-api.ts";
import { waitFor } from "../e2e/support/wait-for.ts";
import { untilLive } from "./support/rooms.ts";
import { useService } from "./support/service.ts";

const SNAPSHOT_EVERY = 20;
const service = useService({ args: ["--var", `SNAPSHOT_EVERY:${SNAPSHOT_EVERY}`] });

/** A list that several people write, whatever keeps it. */
interface List {
  room: Room;
  add: (item: string) => void;
  read: () => string[];
}

const rooms: Room[] = [];
afterEach(() => {
  for (const room of rooms.splice(0)) room.close();
});

const libraries: Record<string, (documentId: string) => List> = {
  Automerge: (documentId) => {
    let items: string[] = [];
    const list = openAutomerge<{ items?: Record<string, true> }>(service.url.href, documentId, (doc) => {
      items = Object.keys(doc.items ?? {});
    });
    const add = (item: string): void =>
      list.change((doc) => {
        doc.items ??= {};
        doc.items[item] = true;
      });
    return { room: list.room, add, read: () => items.toSorted() };
  },
  Loro: (documentId) => {
    let doc: LoroDoc | undefined;
    const room = openLoro(service.url.href, documentId, (opened) => (doc = opened));
    const add = (item: string): void => {
      doc?.getMap("items").set(item, true);
      doc?.commit();
    };
    return { room, add, read: () => (doc?.getMap("items").keys() ?? []).map(String).toSorted() };
  },
};

describe.each(Object.entries(libraries))("%s", (_, openList) => {
  async function open(documentId: string): Promise<List> {
    const list = openList(documentId);
    rooms.push(list.room);
    await untilLive(list.room);
    return list;
  }

  async function untilAllRead(wanted: readonly string[], ...lists: readonly List[]): Promise<void> {
    const text = JSON.stringify(wanted.toSorted());
    for (const list of lists) {
      await waitFor(text, () => (JSON.stringify(list.read()) === text ? true : undefined));
    }
  }

  it("is the same for everyone, over breaks and from a snapshot", async () => {
    const { id } = await service.api.createDocument();
    const [ann, bob] = [await open(id), await open(id)];
    let snapshots = 0;
    for (const { room } of [ann, bob]) {
      room.on("message", ({ type }) => (snapshots += type === "snapshot_ack" ? 1 : 0));
    }
    // One after the other: two that start at the same time would make `items` twice, and one would win.
    ann.add("0");
    await untilAllRead(["0"], ann, bob);
    const wanted = ["0"];
    for (let i = 1; i <= 2 * SNAPSHOT_EVERY; i++) {
      const list = i % 2 ? ann : bob;
      list.add(String(i));
      wanted.push(String(i));
      if (i % 11 === 0) list.room.reconnect();
    }
    ann.room.disconnect();
    ann.add("offline");
    wanted.push("offline");
    ann.room.reconnect();
    await untilAllRead(wanted, ann, bob);
    await waitFor("a snapshot", () => snapshots > 0 || undefined);
    await untilAllRead(wanted, await open(id));
  });

  it("goes back with a revert, and on from there", async () => {
    const { id } = await service.api.createDocument();
    const [ann, bob] = [await open(id), await open(id)];
    ann.add("first");
    await untilAllRead(["first"], bob);
    const version = await ann.room.versions.create();
    bob.add("second");
    await untilAllRead(["first", "second"], ann);
    await ann.room.versions.revert(version.id);
    await untilAllRead(["first"], ann, bob);
    bob.add("third");
    await untilAllRead(["first", "third"], ann, bob, await open(id));
  });
});
