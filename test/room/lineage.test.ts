import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it } from "vitest";
import { LINEAGE_MAX } from "../../src/protocol/limits.ts";
import type { StateMessage } from "../../src/protocol/wire/down.ts";
import type { RoomApi } from "../../src/room/room-api.ts";
import { DUE_OP_IDS } from "../../src/room/store/dedupe.ts";
import { call } from "../support/http.ts";
import { copyState, giveBack } from "../support/older-state.ts";
import {
  type ConnectOptions,
  type TestSocket,
  box,
  connect,
  good,
  newDocument,
  open,
  readChanges,
  stubOf,
} from "../support/room.ts";
import { wakeRoom } from "../support/wake-room.ts";

const KEPT = "11111111-1111-4111-8111-111111111111";
const DELETED = "22222222-2222-4222-8222-222222222222";
/** The head of a new sheet. */
const HEAD = 5;

/** A document with two annotations, one of them deleted, and a version. */
async function newSheet() {
  const sheet = await newDocument();
  const { room } = sheet;
  good(await room.createAnnotation(open, { ...box, id: KEPT }, {}));
  good(await room.createAnnotation(open, { ...box, id: DELETED }, {}));
  good(await room.deleteAnnotation(open, DELETED, 1, {}));
  const version = good(await room.createVersion(open, {}, {}));
  expect(version.seq).toBe(HEAD);
  return { ...sheet, version };
}

const sockets: TestSocket[] = [];

async function join(
  id: string,
  options: ConnectOptions = {},
): Promise<{ socket: TestSocket; state: StateMessage }> {
  const socket = await connect(id, options);
  sockets.push(socket);
  return { socket, state: await socket.next("state") };
}

async function closeAll(): Promise<void> {
  for (const socket of sockets.splice(0)) await socket.close();
}

afterEach(closeAll);

interface Means {
  room: RoomApi;
  socket: TestSocket;
  versionId: string;
}

/** Each kind of change. Done twice, it is the same but for the times. */
const kinds: Record<string, (means: Means) => Promise<unknown>> = {
  "an update": async ({ socket }) => {
    socket.update("u1", "the same bytes");
    await socket.next("ack");
  },
  "a new annotation": ({ room }) => room.createAnnotation(open, box, { opId: "create" }),
  "a changed annotation": ({ room }) => room.updateAnnotation(open, KEPT, 1, { text: "new" }, {}),
  "a deleted annotation": ({ room }) => room.deleteAnnotation(open, KEPT, 1, {}),
  "a restored annotation": ({ room }) => room.restoreAnnotation(open, DELETED, 2, {}),
  "a batch": ({ room }) =>
    room.applyBatch(
      open,
      [
        { ...box, op: "create" },
        { op: "delete", id: KEPT, version: 1 },
      ],
      {},
    ),
  "a new title": ({ room }) => room.updateDocument(open, { title: "Another" }, {}),
  "a label set": ({ room }) =>
    room.setLabels(open, { labels: [{ name: "hill", color: "#00c853", key: null }] }, {}),
  "a comment": ({ room }) =>
    room.createComment(open, { annotation_id: KEPT, reply_to: null, text: "Look" }, {}),
  "a version": ({ room }) => room.createVersion(open, {}, {}),
  "a revert": ({ room, versionId }) => room.revertVersion(open, versionId, {}),
};

describe("a service that was given an older state, and went on", () => {
  for (const [kind, change] of Object.entries(kinds)) {
    it(`I4 R16 resumes nobody who knows what it lost: ${kind}`, async () => {
      const { id, room, stub, version } = await newSheet();
      const copy = await copyState(stub);
      const { socket, state: early } = await join(id);
      await change({ room, socket, versionId: version.id });
      const { state: late } = await join(id);
      const since = late.version;
      const feed = good(await readChanges(room, HEAD, 100, early.lineage));
      expect(feed).toMatchObject({ resumed: true, next_since: since });
      await closeAll();
      await giveBack(stub, copy);

      // The same again, so that the same seq is the same but for its time. And more.
      const { socket: other } = await join(id);
      await change({ room, socket: other, versionId: version.id });
      for (let i = 0; i < 3; i++) good(await room.updateDocument(open, { title: `Title ${i}` }, {}));

      // `early` has heard of the change as it came, `late` has it in its state.
      for (const { lineage } of [early, late, feed]) {
        const { state } = await join(id, { since, lineage });
        expect(state).toMatchObject({ resumed: false, diverged: true, version: since + 3, events: [] });
        const changes = good(await readChanges(room, since, 100, lineage));
        expect(changes).toMatchObject({ resumed: false, diverged: true, next_since: since + 3, events: [] });
      }
      // The past up to the copy is everybody's.
      const { state } = await join(id, { since: HEAD, lineage: early.lineage });
      expect(state).toMatchObject({ resumed: true, diverged: false });
      expect(good(await readChanges(room, HEAD, 100, early.lineage))).toMatchObject({
        resumed: true,
        diverged: false,
      });
      // An older client does not say what it knows, and is served as ever.
      const { state: unaware } = await join(id, { since });
      expect(unaware).toMatchObject({ resumed: true, diverged: false });
    });
  }

  it("R16 tells a client that is ahead of it, with a lineage and without", async () => {
    const { id, room, stub } = await newSheet();
    const copy = await copyState(stub);
    good(await room.updateDocument(open, { title: "Lost" }, {}));
    const { state } = await join(id);
    await closeAll();
    await giveBack(stub, copy);
    for (const lineage of [state.lineage, undefined]) {
      const options = { since: HEAD + 1, ...(lineage !== undefined && { lineage }) };
      expect((await join(id, options)).state).toMatchObject({
        resumed: false,
        diverged: true,
        version: HEAD,
      });
      expect(good(await readChanges(room, HEAD + 1, 9, lineage))).toMatchObject({
        resumed: false,
        diverged: true,
      });
    }
  });

  it("R16 tells it by each of several older states, also of one from before the document was made", async () => {
    const { id, room, stub } = await newDocument();
    const first = await copyState(stub);
    const lineages: string[] = [];
    for (let i = 0; i < 3; i++) {
      good(await room.updateDocument(open, { title: `Title ${i}` }, {}));
      lineages.push((await join(id)).state.lineage);
      await closeAll();
      await giveBack(stub, first);
    }
    good(await room.updateDocument(open, { title: "The last" }, {}));
    good(await room.updateDocument(open, { title: "The very last" }, {}));
    for (const lineage of lineages) {
      expect((await join(id, { since: 2, lineage })).state).toMatchObject({ resumed: false, diverged: true });
    }
    const { state } = await join(id);
    await closeAll();
    await runInDurableObject(stub, async (_room, { storage }) => {
      await storage.deleteAlarm();
      await storage.deleteAll();
    });
    await evictDurableObject(stub);
    good(await room.createDocument(open, { id, title: "A sheet", metadata: {} }, {}));
    for (let i = 0; i < 3; i++) good(await room.updateDocument(open, { title: `Title ${i}` }, {}));
    for (const since of [1, 2, 3]) {
      const { state: other } = await join(id, { since, lineage: state.lineage });
      expect(other).toMatchObject({ resumed: false, diverged: true });
    }
  });
});

describe("an ordinary resume", () => {
  for (const [kind, change] of Object.entries(kinds)) {
    it(`R15 goes on over restarts: ${kind}`, async () => {
      const { id, room, stub, version } = await newSheet();
      const known: { since: number; lineage: string }[] = [];
      const keep = ({ version: since, lineage }: StateMessage) => known.push({ since, lineage });
      keep((await join(id)).state);
      await closeAll();
      // Another life, which writes the change.
      await evictDurableObject(stub);
      const { socket, state: early } = await join(id);
      keep(early);
      await change({ room, socket, versionId: version.id });
      const { state: late } = await join(id);
      keep(late);
      const since = late.version;
      expect(since).toBeGreaterThan(HEAD);
      known.push({ since, lineage: early.lineage });
      const feed = good(await readChanges(room, HEAD, 100, early.lineage));
      expect(feed).toMatchObject({ resumed: true, next_since: since });
      known.push({ since, lineage: feed.lineage });
      await closeAll();
      // A life that writes nothing, and one more that does.
      await evictDurableObject(stub);
      keep((await join(id)).state);
      await closeAll();
      await evictDurableObject(stub);
      good(await room.updateDocument(open, { title: "Much later" }, {}));
      for (const { since: from, lineage } of known) {
        const { state } = await join(id, { since: from, lineage });
        expect(state, `${from} of ${lineage}`).toMatchObject({ resumed: true, diverged: false });
        expect(state.events.at(-1)?.seq).toBe(since + 1);
        const changes = good(await readChanges(room, from, 100, lineage));
        expect(changes).toMatchObject({ resumed: true, diverged: false, next_since: since + 1 });
      }
    });
  }

  it("R15 goes on after hibernation, of which a client hears nothing", async () => {
    const { id, room, stub } = await newSheet();
    await evictDurableObject(stub);
    // Of a life that has written nothing yet.
    const { socket, state } = await join(id);
    for (let i = 1; i <= 3; i++) {
      await evictDurableObject(stub);
      good(await room.updateDocument(open, { title: `Title ${i}` }, {}));
      await socket.until(() => socket.ordered().includes(HEAD + i), "the change");
      for (let since = HEAD; since <= HEAD + i; since++) {
        const again = await join(id, { since, lineage: state.lineage });
        expect(again.state).toMatchObject({ resumed: true, diverged: false });
      }
    }
    expect(await countLives(id)).toBe(2);
  });

  it("R15 goes on where updates were compacted, and is a start over where they are needed", async () => {
    const { id, stub } = await newDocument();
    const last = 1 + DUE_OP_IDS;
    const { socket } = await join(id);
    const updates = Array.from({ length: DUE_OP_IDS }, (_, index) => ({
      type: "update" as const,
      opId: `u${index}`,
      baseVersion: 1,
      deltaB64: btoa(`update ${index}`),
    }));
    socket.send(updates);
    await socket.until(() => socket.ordered().includes(last), "the acks");
    const { lineage } = (await join(id)).state;
    await closeAll();
    await evictDurableObject(stub);
    const { socket: second } = await join(id);
    for (const version of [last, last + 1]) {
      second.send({ type: "snapshot", version, snapshotB64: btoa(`up to ${version}`) });
      await second.next("snapshot_ack");
      second.update(`after ${version}`, "one more", 1);
      await second.next("ack");
    }
    const compacted = await runInDurableObject(stub, (_room, { storage: { sql } }) =>
      sql.exec<{ value: number }>("SELECT value FROM meta WHERE key = 'compacted_through'").one(),
    );
    expect(compacted.value).toBe(last);
    expect((await join(id, { since: last, lineage })).state).toMatchObject({
      resumed: true,
      diverged: false,
    });
    const { state } = await join(id, { since: last - 1, lineage });
    expect(state).toMatchObject({ resumed: false, diverged: false });
  });

  it("R15 what a client says it knows outlives hibernation while it waits for its state", async () => {
    const { id, stub } = await newSheet();
    const { state } = await join(id);
    for (const [lineage, resumed] of [
      [state.lineage, true],
      ["other", false],
    ] as const) {
      const frames = await runInDurableObject(stub, async (_room, context) => {
        const { hub } = wakeRoom(context);
        const { 0: client, 1: server } = new WebSocketPair();
        hub.accept(server, {
          id: crypto.randomUUID(),
          actorId: "ann",
          name: null,
          claims: null,
          batch: false,
          hidden: true,
          presence: null,
          seenAt: Date.now(),
          life: "life",
          joining: { known: { since: HEAD, lineage }, enters: true },
        });
        client.accept();
        const received: string[] = [];
        client.addEventListener("message", ({ data }) => received.push(String(data)));
        wakeRoom(context);
        await expect.poll(() => received.length).toBe(1);
        client.close();
        return received;
      });
      expect(JSON.parse(frames[0] ?? "")).toMatchObject({ type: "state", resumed, diverged: !resumed });
    }
  });
});

describe("lives", () => {
  it("take one row each, and none where nothing is written", async () => {
    const { id, room, stub } = await newSheet();
    expect(await countLives(id)).toBe(1);
    for (let i = 0; i < 3; i++) {
      await evictDurableObject(stub);
      good(await room.getDocument(open, false));
      await join(id);
      await closeAll();
    }
    expect(await countLives(id)).toBe(1);
    good(await room.updateDocument(open, { title: "New" }, {}));
    good(await room.updateDocument(open, { title: "Newer" }, {}));
    expect(await countLives(id)).toBe(2);
  });

  it("of a document from before there were any are known once something is written", async () => {
    const { id, room, stub } = await newSheet();
    await runInDurableObject(stub, (_room, { storage }) => storage.sql.exec("DELETE FROM lives").rowsWritten);
    await evictDurableObject(stub);
    const copy = await copyState(stub);
    const { state } = await join(id);
    const { lineage } = good(await readChanges(room, HEAD, 9));
    good(await room.updateDocument(open, { title: "New" }, {}));
    for (const since of [HEAD, HEAD + 1]) {
      expect((await join(id, { since, lineage: state.lineage })).state).toMatchObject({ resumed: true });
    }
    expect((await join(id, { since: HEAD, lineage })).state).toMatchObject({ resumed: true });
    await closeAll();
    await giveBack(stub, copy);
    good(await room.updateDocument(open, { title: "Other" }, {}));
    expect((await join(id, { since: HEAD + 1, lineage: state.lineage })).state).toMatchObject({
      diverged: true,
    });
  });
});

it(`a lineage that is sent back has 1 to ${LINEAGE_MAX} characters`, async () => {
  const { id } = await newSheet();
  for (const [lineage, status] of [
    ["a".repeat(LINEAGE_MAX), 200],
    ["a".repeat(LINEAGE_MAX + 1), 400],
    ["", 400],
    ["a%20b", 400],
  ] as const) {
    const response = await call(`/v1/documents/${id}/changes?since=1&lineage=${lineage}`);
    expect(response.status, lineage).toBe(status);
    const path = `/v1/realtime?document_id=${id}&since=1&lineage=${lineage}`;
    const upgrade = await call(path, { headers: { Upgrade: "websocket" } });
    expect(upgrade.status, lineage).toBe(status === 200 ? 101 : 400);
    upgrade.webSocket?.accept();
    upgrade.webSocket?.close();
  }
});

function countLives(id: string): Promise<number> {
  return runInDurableObject(stubOf(id), (_room, { storage: { sql } }) => {
    return sql.exec<{ count: number }>("SELECT COUNT(*) AS count FROM lives").one().count;
  });
}
