import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { SNAPSHOT_MAX_BYTES } from "../../src/protocol/limits.ts";
import { parseUpdates } from "../../src/room/store/commit-log.ts";
import { DUE_OP_IDS } from "../../src/room/store/dedupe.ts";
import { migrateSchema } from "../../src/room/store/schema.ts";
import { CHUNK_BYTES, SnapshotStore } from "../../src/room/store/snapshots.ts";
import {
  claims,
  connect,
  good,
  newDocument,
  open,
  readChanges,
  readVersion,
  stubOf,
  type TestSocket,
} from "../support/room.ts";

const EVERY = 200;
const encode = (text: string) => new TextEncoder().encode(text);

async function sendUpdates(socket: TestSocket, from: number, count: number): Promise<void> {
  socket.send(
    Array.from({ length: count }, (_, index) => ({
      type: "update" as const,
      opId: `u${from + index}`,
      baseVersion: from - 1,
      deltaB64: encode(`${from + index}`).toBase64(),
    })),
  );
  await socket.until(() => (socket.ordered().at(-1) ?? 0) >= from + count - 1, "the acks");
}

/** Each in a commit of its own. */
async function sendOneByOne(socket: TestSocket, from: number, count: number): Promise<void> {
  for (let index = 0; index < count; index++) await sendUpdates(socket, from + index, 1);
}

function storedUpdates(stub: DurableObjectStub): Promise<number[]> {
  return runInDurableObject(stub, (_room, { storage }) =>
    storage.sql
      .exec<{ updates: string }>("SELECT updates FROM commits ORDER BY seq")
      .toArray()
      .flatMap(({ updates }) => parseUpdates(updates).map(({ seq }) => seq)),
  );
}

describe("snapshots", () => {
  it("R19 one client that may edit is asked, and another one where it has gone", async () => {
    const { id } = await newDocument();
    const viewer = await connect(id, { access: claims({ role: "viewer", doc: id }) });
    const [a, b] = [await connect(id), await connect(id)];
    await sendUpdates(a, 2, EVERY - 1);
    expect(
      [a, b].flatMap(({ messages }) => messages.filter(({ type }) => type === "snapshot_request")),
    ).toEqual([]);
    await sendUpdates(a, EVERY + 1, 1);
    expect(await a.next("snapshot_request")).toEqual({ type: "snapshot_request", version: EVERY + 1 });
    await sendUpdates(a, EVERY + 2, 1);
    await a.close();
    await sendUpdates(b, EVERY + 3, 1);
    expect(await b.next("snapshot_request")).toMatchObject({ version: EVERY + 3 });
    expect(viewer.messages.some(({ type }) => type === "snapshot_request")).toBe(false);
    expect(a.messages.filter(({ type }) => type === "snapshot_request")).toHaveLength(1);
  });

  it("R14 R20 a join gets the latest snapshot and the updates after it", async () => {
    const { id, stub } = await newDocument();
    const a = await connect(id, { actorId: "a" });
    await sendUpdates(a, 2, 3);
    a.send({ type: "snapshot", version: 3, snapshotB64: encode("two updates").toBase64() });
    expect(await a.next("snapshot_ack")).toEqual({ type: "snapshot_ack", version: 3 });
    await evictDurableObject(stub);
    const state = await (await connect(id)).next("state");
    expect(state).toMatchObject({
      snapshotVersion: 3,
      snapshotB64: encode("two updates").toBase64(),
      version: 4,
    });
    expect(state.updates).toEqual([{ seq: 4, deltaB64: encode("4").toBase64(), actorId: "a" }]);
  });

  it("R20 takes as many chunks as it fills, and none more", async () => {
    await runInDurableObject(stubOf(crypto.randomUUID()), (_room, { storage: { sql } }) => {
      migrateSchema(sql);
      const snapshots = new SnapshotStore(sql);
      for (const [size, chunks] of [
        [CHUNK_BYTES - 1, 1],
        [CHUNK_BYTES, 1],
        [CHUNK_BYTES + 1, 2],
      ] as const) {
        const bytes = new Uint8Array(size).fill(7);
        snapshots.write(size, bytes, "ann", 0);
        expect([...snapshots.iterateBase64(size)]).toHaveLength(chunks);
        expect(snapshots.readBase64(size)).toBe(bytes.toBase64());
      }
    });
  });

  it("R20 a bad one changes nothing", async () => {
    const { id, room } = await newDocument();
    const a = await connect(id);
    await sendUpdates(a, 2, 4);
    const send = (version: number) =>
      a.send({ type: "snapshot", version, snapshotB64: encode("x").toBase64() });
    send(6);
    expect(await a.next("error")).toMatchObject({ code: "base_ahead" });
    send(4);
    await a.next("snapshot_ack");
    for (const version of [3, 4]) {
      send(version);
      expect(await a.next("error")).toMatchObject({ code: "snapshot_rejected" });
    }
    const version = good(await room.createVersion(open, {}, {}));
    await sendUpdates(a, 7, 1);
    good(await room.revertVersion(open, version.id, {}));
    await a.next("reset");
    send(8);
    expect(await a.next("error")).toMatchObject({ code: "stale_base" });
    const viewer = await connect(id, { access: claims({ role: "viewer", doc: id }) });
    viewer.send({ type: "snapshot", version: 9, snapshotB64: encode("x").toBase64() });
    expect(await viewer.next("error")).toMatchObject({ code: "forbidden" });
    expect(await (await connect(id)).next("state")).toMatchObject({ snapshotVersion: 4, version: 9 });
  });

  it("R20 one of 16 MiB is kept and comes back in pages, a larger one is refused", async () => {
    const { id } = await newDocument();
    const a = await connect(id);
    await sendUpdates(a, 2, 1);
    const bytes = new Uint8Array(SNAPSHOT_MAX_BYTES).map((_, index) => index % 251);
    a.send({
      type: "snapshot",
      version: 2,
      snapshotB64: new Uint8Array(SNAPSHOT_MAX_BYTES + 1).toBase64(),
    });
    expect(await a.next("error")).toMatchObject({ code: "invalid", errors: [{ path: "snapshotB64" }] });
    const snapshotB64 = bytes.toBase64();
    a.send({ type: "snapshot", version: 2, snapshotB64 });
    await a.next("snapshot_ack");
    const reader = await connect(id);
    expect(await reader.next("state")).toMatchObject({ more: true, snapshotVersion: 2, snapshotB64: null });
    await reader.until(() =>
      reader.messages.some((message) => message.type === "state_page" && message.last),
    );
    const chunks = reader.messages.flatMap((message) =>
      message.type === "state_page" && message.part === "snapshot" ? [message.chunkB64] : [],
    );
    expect(chunks.join("") === snapshotB64).toBe(true);
  });

  it("R21 R16 R67 the last two are kept with the updates after the older one, and what a version needs", async () => {
    const { id, room, stub } = await newDocument();
    const a = await connect(id);
    const snapshot = async (version: number) => {
      a.send({ type: "snapshot", version, snapshotB64: encode(`at ${version}`).toBase64() });
      await a.next("snapshot_ack");
    };
    // Enough opIds that they are moved out of their commits: before that no commit is dropped.
    const at = (seq: number) => DUE_OP_IDS + seq;
    await sendUpdates(a, 2, DUE_OP_IDS);
    await sendOneByOne(a, at(2), 3);
    await snapshot(at(3));
    expect((await storedUpdates(stub)).length).toBe(DUE_OP_IDS + 3);
    await sendOneByOne(a, at(5), 2);
    const version = good(await room.createVersion(open, {}, {}));
    await sendOneByOne(a, at(8), 3);
    await snapshot(at(9));
    expect(await storedUpdates(stub)).toEqual([4, 5, 6, 8, 9, 10].map(at));
    await sendOneByOne(a, at(11), 2);
    for (let from = at(13); from < at(13) + DUE_OP_IDS; from += EVERY) await sendUpdates(a, from, EVERY);
    await snapshot(at(11));
    // 4 to 6 are the version's, 10 and later come after the older snapshot.
    expect((await storedUpdates(stub)).slice(0, 6)).toEqual([4, 5, 6, 10, 11, 12].map(at));
    const head = at(12) + DUE_OP_IDS;
    expect(good(await readVersion(room, version.id)).state.crdt).toMatchObject({
      snapshot_version: at(3),
      snapshot_b64: encode(`at ${at(3)}`).toBase64(),
      updates: [{ seq: at(4) }, { seq: at(5) }, { seq: at(6) }],
    });
    for (const [since, resumed] of [
      [at(3), false],
      [at(8), false],
      [at(9), true],
      [at(12), true],
    ] as const) {
      const state = await (await connect(id, { since })).next("state");
      expect([since, state.resumed, state.contentEpoch]).toEqual([since, resumed, 0]);
    }
    const startOver = good(await readChanges(room, 3, 100));
    expect(startOver).toMatchObject({
      resumed: false,
      // Nothing was reverted: whoever was away for too long may merge.
      content_epoch: 0,
      snapshot_version: at(11),
      next_since: head,
      more: false,
    });
    expect(startOver.updates.map(({ seq }) => seq)).toEqual(
      Array.from({ length: DUE_OP_IDS + 1 }, (_, index) => at(12) + index),
    );
    expect(good(await readChanges(room, at(11), 1)).updates).toMatchObject([{ seq: at(12) }]);
    // What was dropped is still known by its opId.
    a.send({ type: "update", opId: "u3", baseVersion: 1, deltaB64: encode("3").toBase64() });
    await a.until(() => a.messages.some((message) => message.type === "ack" && message.duplicate === true));
    expect(a.messages.at(-1)).toEqual({ type: "ack", opId: "u3", seq: 3, duplicate: true });

    good(await room.revertVersion(open, version.id, {}));
    await a.next("reset");
    const state = await (await connect(id)).next("state");
    expect(state).toMatchObject({ snapshotVersion: at(3), resumed: false, contentEpoch: head + 2 });
    expect(state.updates.map(({ seq }) => seq)).toEqual([4, 5, 6].map(at));
    // A snapshot after the revert stands for the reverted content alone.
    await snapshot(head + 2);
    expect(await (await connect(id)).next("state")).toMatchObject({ snapshotVersion: head + 2, updates: [] });
    const feed = good(await readChanges(room, 0, 100));
    expect(feed).toMatchObject({
      resumed: false,
      content_epoch: head + 2,
      snapshot_version: head + 2,
      updates: [],
      next_since: head + 2,
    });
  });

  it("R14 R15 R21 a snapshot in the middle of a commit cuts it: updates before it are not sent again", async () => {
    const { id } = await newDocument();
    const a = await connect(id);
    await sendUpdates(a, 2, 100);
    a.send({ type: "snapshot", version: 50, snapshotB64: encode("to 50").toBase64() });
    await a.next("snapshot_ack");
    const fresh = await (await connect(id)).next("state");
    expect(fresh.updates.map(({ seq }) => seq)).toEqual(Array.from({ length: 51 }, (_, index) => 51 + index));
    const resumed = await (await connect(id, { since: 99 })).next("state");
    expect(resumed.updates.map(({ seq }) => seq)).toEqual([100, 101]);
  });
});
