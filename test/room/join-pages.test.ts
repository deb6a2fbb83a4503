import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { STATE_PAGE_BYTES } from "../../src/protocol/limits.ts";
import type { ServerMessage } from "../../src/protocol/wire/down.ts";
import { readEventTexts } from "../../src/room/change-feed.ts";
import { Hub } from "../../src/room/sockets/hub.ts";
import { prepareJoin } from "../../src/room/sockets/join.ts";
import { isFreshSmaller } from "../../src/room/resume.ts";
import { RoomStore } from "../../src/room/store/room-store.ts";
import { type TestSocket, box, connect, good, newDocument, open, readChanges } from "../support/room.ts";

const MIB = 1024 * 1024;

/** A document with one annotation that was changed `changes` times; its head is the last change. */
async function newRestlessDocument(changes: number) {
  const { id, room, stub } = await newDocument();
  good(await room.createAnnotation(open, box, {}));
  await runInDurableObject(stub, (_room, { storage: { sql } }) => {
    sql.exec(
      `WITH RECURSIVE step(seq) AS (SELECT 3 UNION ALL SELECT seq + 1 FROM step WHERE seq < ?1 + 2)
       INSERT INTO annotation_rows (id, seq, until, version, type, status, author, z_index, labels, body, position, created_at, updated_at, ordinal)
       SELECT id, step.seq, step.seq + 1, step.seq - 1, type, status, author, z_index, labels, body, NULL, created_at, updated_at, ordinal
       FROM annotation_rows, step WHERE annotation_rows.seq = 2`,
      changes,
    );
    sql.exec("UPDATE annotation_rows SET until = 3 WHERE seq = 2");
    sql.exec("UPDATE annotation_rows SET until = NULL WHERE seq = ?", changes + 2);
  });
  await evictDurableObject(stub);
  return { id, room, stub, head: changes + 2 };
}

/** A document whose state takes about `mebibytes`, in annotations of half a mebibyte. */
async function newLargeDocument(mebibytes: number) {
  const { id, room, stub } = await newDocument();
  await runInDurableObject(stub, (_room, { storage: { sql } }) => {
    sql.exec(
      `WITH RECURSIVE step(seq) AS (SELECT 2 UNION ALL SELECT seq + 1 FROM step WHERE seq <= ?1)
       INSERT INTO annotation_rows (id, seq, until, version, type, status, author, z_index, labels, body, position, created_at, updated_at, ordinal)
       SELECT printf('%08x-0000-4000-8000-000000000000', seq), seq, NULL, 1, 'box', 'active', NULL, 0, '[]', ?2, NULL, 1, 1, seq * 512 FROM step`,
      2 * mebibytes,
      JSON.stringify({ geometry: box.geometry, style: {}, text: "x".repeat(MIB / 2), properties: {} }),
    );
  });
  await evictDurableObject(stub);
  return { id, room, stub, head: 2 * mebibytes + 1 };
}

/** Rows that the object reads for a join. */
async function rowsReadBy(stub: DurableObjectStub, join: () => Promise<unknown>): Promise<number> {
  // The object's storage is the same whenever it is asked for: what is put into it is seen by the room, too.
  const cursors: SqlStorageCursor<never>[] = [];
  await runInDurableObject(stub, (_room, { storage: { sql } }) => {
    const exec = sql.exec.bind(sql);
    Object.assign(sql, {
      exec(...args: Parameters<typeof exec>) {
        const cursor = exec(...args);
        cursors.push(cursor as SqlStorageCursor<never>);
        return cursor;
      },
    });
  });
  await join();
  return runInDurableObject(stub, () => cursors.reduce((sum, { rowsRead }) => sum + rowsRead, 0));
}

const lastPage = (message: ServerMessage) => message.type === "state_page" && message.last;
const hasLastPage = (socket: TestSocket) =>
  socket.until(() => socket.messages.some(lastPage), "the last page");

describe("a resume that would take more than a fresh state", () => {
  it("R16 is a start over, and the feed still has every change", async () => {
    const { id, room, head } = await newRestlessDocument(2_000);
    const socket = await connect(id, { since: 2 });
    const state = await socket.next("state");
    expect(state).toMatchObject({ resumed: false, more: false, version: head, events: [] });
    expect(state.annotations).toMatchObject([{ seq: head }]);
    const seqs: number[] = [];
    for (let since = 2; ;) {
      const portion = good(await readChanges(room, since, 500));
      expect(portion.resumed).toBe(true);
      seqs.push(...portion.events.map(({ seq }) => seq));
      since = portion.next_since;
      if (!portion.more) break;
    }
    expect(seqs).toEqual(Array.from({ length: 2_000 }, (_, index) => index + 3));
  });

  it("R16 is a start over whatever it was that was missed: updates behind a snapshot, changes of the document", async () => {
    const { id, room } = await newDocument();
    const writer = await connect(id);
    for (let i = 0; i < 3; i++) writer.update(`u${i}`, new Uint8Array(30_000));
    await writer.until(() => writer.ordered().length === 3);
    expect(await (await connect(id, { since: 1 })).next("state")).toMatchObject({ resumed: true });
    writer.send({ type: "snapshot", version: 4, snapshotB64: "AQID" });
    await writer.next("snapshot_ack");
    expect(await (await connect(id, { since: 1 })).next("state")).toMatchObject({
      resumed: false,
      updates: [],
    });
    for (let i = 0; i < 6; i++) {
      good(await room.updateDocument(open, { metadata: { text: `${i}`.repeat(15_000) } }, {}));
    }
    expect(await (await connect(id, { since: 4 })).next("state")).toMatchObject({
      resumed: false,
      events: [],
    });
    expect(await (await connect(id, { since: 8 })).next("state")).toMatchObject({ resumed: true });
  });

  it("R15 is served where little was missed, or where the state is as large", async () => {
    const { id, head } = await newRestlessDocument(2_000);
    const little = await (await connect(id, { since: head - 50 })).next("state");
    expect(little).toMatchObject({ resumed: true, version: head });
    expect(little.events).toHaveLength(50);
    const large = await newLargeDocument(3);
    const all = await (await connect(large.id, { since: 1 })).next("state");
    expect(all).toMatchObject({ resumed: true, more: true });
  });

  it("R16 costs no more to decide over a longer history", async () => {
    const read: number[] = [];
    for (const changes of [1_000, 20_000]) {
      const { id, stub } = await newRestlessDocument(changes);
      read.push(await rowsReadBy(stub, async () => (await connect(id, { since: 2 })).next("state")));
    }
    const [short = 0, long = 0] = read;
    expect(short).toBeGreaterThan(0);
    expect(long).toBeLessThan(short + 20);
  });

  it("R15 costs what was missed, not what the document holds", async () => {
    const read: number[] = [];
    for (const count of [5, 500]) {
      const { id, room, stub } = await newDocument();
      const operations = Array.from({ length: count }, () => ({ ...box, op: "create" as const }));
      good(await room.applyBatch(open, operations, {}));
      good(await room.createAnnotation(open, box, {}));
      await evictDurableObject(stub);
      await room.getDocument(open, false);
      read.push(await rowsReadBy(stub, async () => (await connect(id, { since: 2 })).next("state")));
    }
    expect(read[1]).toBe(read[0]);
  });

  it("R16 adds up no more of either side than it needs", () => {
    const count = { missed: 0, fresh: 0 };
    function* sizes(side: keyof typeof count, bytes: number, rows: number): Generator<number> {
      for (let row = 0; row < rows; row++) {
        count[side]++;
        yield bytes;
      }
    }
    const decide = (missed: number, fresh: number) => {
      count.missed = 0;
      count.fresh = 0;
      return isFreshSmaller(sizes("missed", 1_000, missed), sizes("fresh", 1_000, fresh));
    };
    // At most 64 KiB are always sent.
    expect(decide(65, 0)).toBe(false);
    expect(decide(66, 0)).toBe(true);
    // Then it is a matter of twice as much.
    expect(decide(2_000, 1_000)).toBe(false);
    expect(decide(2_001, 1_000)).toBe(true);
    expect(decide(Infinity, 100)).toBe(true);
    expect(count.missed).toBeLessThan(210);
    expect(decide(100, Infinity)).toBe(false);
    expect(count.fresh).toBeLessThan(60);
  });

  it("R16 counts as missed each kind of change after since, and not the one at since", async () => {
    const { id, room, stub } = await newDocument();
    const writer = await connect(id);
    const change: (() => Promise<unknown>)[] = [
      async () => good(await room.updateDocument(open, { title: "Changed" }, {})),
      async () => good(await room.createAnnotation(open, box, {})),
      async () => good(await room.createVersion(open, {}, {})),
      async () => {
        writer.update("u", "x");
        return writer.next("ack");
      },
    ];
    for (const make of change) {
      await make();
      await runInDurableObject(stub, (_room, { storage }) => {
        const store = new RoomStore(storage.sql);
        storage.transactionSync(() => store.load());
        const missed = (since: number) => [...store.iterateMissedSizes(since)].length;
        expect([missed(store.head), missed(store.head - 1)]).toEqual([0, 1]);
      });
    }
  });

  it("R16 R18 a socket and the feed follow one rule", async () => {
    const { id, room } = await newDocument();
    const writer = await connect(id);
    const version = good(await room.createVersion(open, {}, {}));
    writer.update("a", "undone", 2);
    await writer.next("ack");
    good(await room.revertVersion(open, version.id, {}));
    const rule = async () => {
      const { seq: head } = good(await room.getDocument(open, false));
      const resumed: boolean[] = [];
      for (let since = 0; since <= head + 1; since++) {
        const state = await (await connect(id, { since })).next("state");
        const feed = good(await readChanges(room, since, 100));
        expect([since, feed.resumed]).toEqual([since, state.resumed]);
        resumed.push(state.resumed);
      }
      return resumed;
    };
    expect((await rule()).some(Boolean)).toBe(false);
    good(await room.createAnnotation(open, box, {}));
    expect(await rule()).toEqual([false, false, false, false, false, false, true, false]);
    // A start over leads to where one can go on.
    const startOver = good(await readChanges(room, 5, 100));
    expect(good(await readChanges(room, startOver.next_since, 100))).toMatchObject({
      resumed: true,
      more: false,
    });
  });
});

describe("a state in pages", () => {
  it("R17 is one over STATE_PAGE_BYTES, not one of just as many", async () => {
    const { room, stub } = await newDocument();
    good(await room.createAnnotation(open, { ...box, text: "x" }, {}));
    await runInDurableObject(stub, (_room, { storage: { sql } }) => {
      const store = new RoomStore(sql);
      store.load();
      const [bytes = 0] = store.annotations.iterateActiveSizes();
      const pagesOf = (length: number) => {
        const text = "x".repeat(length - bytes + 1);
        sql.exec("UPDATE annotation_rows SET body = json_set(body, '$.text', ?)", text);
        expect([...store.annotations.iterateActiveSizes()]).toEqual([length]);
        return prepareJoin(store, null).pages;
      };
      expect(pagesOf(STATE_PAGE_BYTES)).toBeNull();
      expect(pagesOf(STATE_PAGE_BYTES + 1)).not.toBeNull();
    });
  });

  it("R15 R17 finds every event, also where more are missed than it looks up at once", async () => {
    const { stub, head } = await newRestlessDocument(250);
    await runInDurableObject(stub, (_room, { storage: { sql } }) => {
      const store = new RoomStore(sql);
      store.load();
      const { items, next } = readEventTexts(store, 2, head, Infinity);
      expect(items).toHaveLength(250);
      expect(next).toBeNull();
    });
  });

  it("R3 R17 leaves others their turn, and keeps what they do for its end", async () => {
    const { id, head } = await newLargeDocument(24);
    const writer = await connect(id, { since: head });
    await writer.next("state");
    const reader = await connect(id, { batch: true });
    await reader.next("state_page");
    for (let i = 1; i <= 3; i++) {
      reader.update(`own ${i}`, "own", head);
      writer.update(`other ${i}`, "other", head);
    }
    writer.send({ type: "annotation.create", opId: "new", annotation: box });
    reader.send({ type: "update", opId: "bad", baseVersion: head + 99, deltaB64: "AQID" });
    await writer.until(() => writer.messages.filter(({ type }) => type === "ack").length === 4);
    // They were served between two pages.
    expect(reader.messages.some(lastPage)).toBe(false);
    await reader.until(() => reader.ordered().length === 7);
    const state = reader.messages.find((message) => message.type === "state");
    expect(state?.version).toBe(head);
    expect(reader.ordered()).toEqual(Array.from({ length: 7 }, (_, index) => head + 1 + index));
    const types = reader.messages.map(({ type }) => type).filter((type) => type !== "state_page");
    expect(types.slice(0, 2)).toEqual(["state", "error"]);
    const last = reader.messages.findIndex(lastPage);
    const live = reader.messages.findIndex(({ type }) => type === "ack" || type === "remote_update");
    expect(last).toBeGreaterThan(0);
    expect(live).toBeGreaterThan(last);
    const items = reader.messages.flatMap((message) =>
      message.type === "state_page" && message.part === "annotations" ? message.items : [],
    );
    expect(items.map(({ seq }) => seq)).toEqual(Array.from({ length: head - 1 }, (_, index) => index + 2));
  });

  it("R15 R17 of what was missed, in pages too, with every event once", async () => {
    const { id, head } = await newLargeDocument(6);
    const socket = await connect(id, { since: 3 });
    expect(await socket.next("state")).toMatchObject({ resumed: true, more: true });
    await hasLastPage(socket);
    const events = socket.messages.flatMap((message) =>
      message.type === "state_page" && message.part === "events" ? message.items : [],
    );
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: head - 3 }, (_, index) => index + 4));
    for (const frame of socket.frames) expect(frame.length).toBeLessThan(2 * MIB);
  });

  it("R17 R24 is broken off by a revert: what came before it, reset, and the state after it", async () => {
    const { id, room, head } = await newLargeDocument(24);
    const version = good(await room.createVersion(open, {}, {}));
    good(await room.updateDocument(open, { title: "later" }, {}));
    const reader = await connect(id);
    await reader.next("state_page");
    good(await room.revertVersion(open, version.id, {}));
    await reader.next("reset");
    expect(reader.ordered()).toEqual([head + 3, head + 4]);
    expect(await reader.next("state")).toMatchObject({ version: head + 4, resumed: false });
    await hasLastPage(reader);
    const from = reader.messages.findLastIndex(({ type }) => type === "state");
    const pages = reader.messages.slice(from + 1);
    const items = pages.flatMap((page) =>
      page.type === "state_page" && page.part === "annotations" ? page.items : [],
    );
    expect(items).toHaveLength(head - 1);
    // Two states of 24 MiB are not what a slow reader is measured by.
    good(await room.createAnnotation(open, box, {}));
    expect(await reader.next("annotation.created")).toMatchObject({ seq: head + 5 });
  });

  it("R37 counts with all of its pages: the next one waits until it is taken for arrived", async () => {
    const { id } = await newLargeDocument(40);
    const [first, second] = [await connect(id), await connect(id)];
    await hasLastPage(first);
    const arrived = Date.now();
    await second.next("state");
    // At once it would be some milliseconds; JOIN_ARRIVED_MS is 1,000 here.
    expect(Date.now() - arrived).toBeGreaterThan(500);
  });

  it("R17 is begun anew after an eviction", async () => {
    const { id, stub, room, head } = await newLargeDocument(24);
    const reader = await connect(id);
    await reader.next("state_page");
    await evictDurableObject(stub);
    good(await room.createAnnotation(open, box, {}));
    await hasLastPage(reader);
    const from = reader.messages.findLastIndex(({ type }) => type === "state");
    const pages = reader.messages.slice(from + 1);
    const items = pages.flatMap((page) =>
      page.type === "state_page" && page.part === "annotations" ? page.items : [],
    );
    const { version } = reader.messages[from] as Extract<ServerMessage, { type: "state" }>;
    expect(items).toHaveLength(version - 1);
    if (version === head) await reader.until(() => reader.ordered().includes(head + 1));
  });

  it("R17 R21 keeps the snapshot it is read from, whatever is compacted meanwhile", async () => {
    const { id, room, stub } = await newDocument();
    const writer = await connect(id);
    writer.update("u1", "one");
    await writer.next("ack");
    const bytes = new Uint8Array(12 * MIB).fill(7);
    writer.send({ type: "snapshot", version: 2, snapshotB64: bytes.toBase64() });
    await writer.next("snapshot_ack");
    const reader = await connect(id);
    expect(await reader.next("state")).toMatchObject({ more: true, snapshotVersion: 2 });
    await reader.next("state_page");
    for (const version of [3, 4]) {
      writer.update(`u${version}`, "more", 2);
      await writer.next("ack");
      writer.send({ type: "snapshot", version, snapshotB64: "AQID" });
      await writer.next("snapshot_ack");
    }
    await hasLastPage(reader);
    const chunks = reader.messages.flatMap((message) =>
      message.type === "state_page" && message.part === "snapshot" ? message.chunkB64 : [],
    );
    expect(chunks.join("") === bytes.toBase64()).toBe(true);
    await reader.until(() => reader.ordered().length === 2);
    expect(good(await readChanges(room, 2, 9)).updates).toHaveLength(2);
    // After that it goes like any other.
    writer.update("u5", "more", 4);
    await writer.next("ack");
    writer.send({ type: "snapshot", version: 5, snapshotB64: "AQID" });
    await writer.next("snapshot_ack");
    const kept = await runInDurableObject(stub, (_room, { storage: { sql } }) =>
      sql.exec<{ version: number }>("SELECT version FROM snapshots ORDER BY version").toArray(),
    );
    expect(kept).toEqual([{ version: 4 }, { version: 5 }]);
  });

  it("one that can't be read ends its own connection only", async () => {
    const { id, stub, head } = await newLargeDocument(6);
    await runInDurableObject(stub, (_room, { storage: { sql } }) => {
      sql.exec("UPDATE annotation_rows SET body = '{' || body WHERE seq = ?", head);
    });
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const bad = await connect(id, { since: 2 });
    const next = await connect(id, { since: head });
    await next.next("state");
    await bad.until(() => bad.closed !== null);
    expect(bad.closed?.code).toBe(1011);
    next.update("goes on", "as ever", head);
    await next.next("ack");
    expect(log).toHaveBeenCalledOnce();
    log.mockRestore();
  });

  it("R17 what waits behind it is bounded: over 16 MiB the client has to come again", async () => {
    const { stub } = await newDocument();
    await runInDurableObject(stub, (_room, context) => {
      const left: string[] = [];
      const hub = new Hub({ context, head: () => 1, left: ({ id }) => left.push(id) });
      const attach = (id: string) => ({
        id,
        actorId: id,
        name: null,
        claims: null,
        batch: false,
        hidden: false,
        presence: null,
        seenAt: 0,
        life: "life",
        joining: { known: null, enters: true },
      });
      const held = hub.accept(new WebSocketPair()[1], attach("held"));
      const waiting = hub.accept(new WebSocketPair()[1], attach("waiting"));
      hub.startPages(held, "{}");
      const deltaB64 = "A".repeat(MIB - 100);
      for (let seq = 1; seq <= 16; seq++) {
        hub.broadcast({ type: "remote_update", seq, deltaB64, actorId: "a" });
        hub.endEvent();
      }
      expect(left).toEqual([]);
      expect(held.outgoing).toHaveLength(16);
      expect(waiting.outgoing).toHaveLength(0);
      hub.broadcast({ type: "remote_update", seq: 17, deltaB64, actorId: "a" });
      hub.endEvent();
      expect(left).toEqual(["held"]);
    });
  });
});
