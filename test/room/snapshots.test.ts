import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { SNAPSHOT_MAX_BYTES } from "../../src/protocol/limits.ts";
import { type TestSocket, claims, connect, good, newDocument, open } from "../support/room.ts";

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

function storedUpdates(stub: DurableObjectStub): Promise<number[]> {
  return runInDurableObject(stub, (_room, { storage }) =>
    storage.sql
      .exec<{ seq: number }>("SELECT seq FROM updates ORDER BY seq")
      .toArray()
      .map(({ seq }) => seq),
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

  it(
    "R20 one of 16 MiB is kept and comes back in pages, a larger one is refused",
    { timeout: 60_000 },
    async () => {
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
    },
  );

  it("R21 R16 the last two are kept with the updates after the older one, and what a version needs", async () => {
    const { id, room, stub } = await newDocument();
    const a = await connect(id);
    const snapshot = async (version: number) => {
      a.send({ type: "snapshot", version, snapshotB64: encode(`at ${version}`).toBase64() });
      await a.next("snapshot_ack");
    };
    await sendUpdates(a, 2, 3);
    await snapshot(3);
    expect(await storedUpdates(stub)).toEqual([2, 3, 4]);
    await sendUpdates(a, 5, 2);
    const version = good(await room.createVersion(open, {}, {}));
    await sendUpdates(a, 8, 3);
    await snapshot(9);
    expect(await storedUpdates(stub)).toEqual([4, 5, 6, 8, 9, 10]);
    await sendUpdates(a, 11, 2);
    await snapshot(11);
    // 4 to 6 are the version's, 10 and later come after the older snapshot.
    expect(await storedUpdates(stub)).toEqual([4, 5, 6, 10, 11, 12]);
    expect(good(await room.readVersion(open, version.id)).crdt).toMatchObject({
      snapshot_version: 3,
      snapshot_b64: encode("at 3").toBase64(),
      updates: [{ seq: 4 }, { seq: 5 }, { seq: 6 }],
    });
    for (const [since, resumed] of [
      [3, false],
      [8, false],
      [9, true],
      [12, true],
    ] as const) {
      const state = await (await connect(id, { since })).next("state");
      expect([since, state.resumed]).toEqual([since, resumed]);
    }
    const startOver = good(await room.readChanges(open, 3, 100));
    expect(startOver).toMatchObject({ resumed: false, snapshot_version: 11, next_since: 11, more: true });
    expect(good(await room.readChanges(open, startOver.next_since, 100)).updates).toMatchObject([
      { seq: 12 },
    ]);

    good(await room.revertVersion(open, version.id, {}));
    await a.next("reset");
    const state = await a.next("state");
    expect(state).toMatchObject({ snapshotVersion: 3, resumed: false });
    expect(state.updates.map(({ seq }) => seq)).toEqual([4, 5, 6]);
    // A snapshot after the revert stands for the reverted content alone.
    await snapshot(14);
    expect(await (await connect(id)).next("state")).toMatchObject({ snapshotVersion: 14, updates: [] });
    const feed = good(await room.readChanges(open, 0, 100));
    expect(feed).toMatchObject({ resumed: false, snapshot_version: 14, updates: [], next_since: 14 });
  });
});
