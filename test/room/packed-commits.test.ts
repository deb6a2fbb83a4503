import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { PACKED_BYTES, PACK_ROWS } from "../../src/room/store/commit-packer.ts";
import { DUE_OP_IDS } from "../../src/room/store/dedupe.ts";
import { box, connect, good, newDocument, open } from "../support/room.ts";

/** The commits of a document's object. */
function commitsOf(stub: DurableObjectStub) {
  return runInDurableObject(stub, (_room, { storage }) =>
    storage.sql
      .exec<{ rows: number; updates: number; longest: number }>(
        `SELECT COUNT(*) AS rows, IFNULL(SUM(update_count), 0) AS updates, IFNULL(MAX(LENGTH(updates)), 0) AS longest FROM commits`,
      )
      .one(),
  );
}

const update = (index: number, text = `${index}`) => ({
  type: "update" as const,
  opId: `update ${index}`,
  baseVersion: 1,
  deltaB64: btoa(text),
});

describe("commits", () => {
  it("of annotation edits go once their opIds are in the index", async () => {
    const { id, room, stub } = await newDocument();
    const socket = await connect(id, { batch: true });
    await socket.next("state");
    const creates = Array.from({ length: DUE_OP_IDS }, (_, index) => ({
      type: "annotation.create" as const,
      opId: `create ${index}`,
      annotation: box,
    }));
    for (let at = 0; at < creates.length; at += 50) socket.send(creates.slice(at, at + 50));
    await socket.until(() => socket.ordered().at(-1) === 1 + DUE_OP_IDS, "the last ack");
    await expect.poll(() => commitsOf(stub)).toMatchObject({ rows: 0 });
    // They are known still, and the order goes on.
    const { value, created } = good(await room.createAnnotation(open, box, { opId: "create 0" }));
    expect({ created, seq: value.seq }).toEqual({ created: false, seq: 2 });
    await evictDurableObject(stub);
    expect(good(await room.getDocument(open, false)).seq).toBe(1 + DUE_OP_IDS);
  });

  it("are put together where nobody sends a snapshot, and are read as before", async () => {
    const { id, stub } = await newDocument();
    const count = Math.max(DUE_OP_IDS, PACK_ROWS);
    // One is too long to be packed.
    const long = "long".repeat(PACKED_BYTES / 4);
    const textOf = (index: number) => (index === 500 ? long : `${index}`);
    // A row for each, as a lone writer leaves them.
    await runInDurableObject(stub, (_room, { storage }) => {
      storage.transactionSync(() => {
        for (let index = 0; index < count; index++) {
          const seq = index + 2;
          const { opId, deltaB64 } = update(index, textOf(index));
          storage.sql.exec(
            "INSERT INTO commits VALUES (?1, ?1, ?1, 1, ?2, ?3)",
            seq,
            JSON.stringify({ seq, deltaB64, actorId: "a" }),
            JSON.stringify([[opId, seq]]),
          );
        }
      });
    });
    await evictDurableObject(stub);
    // Waking up moves the opIds and packs the rows: those before the long one, the long one, those after it.
    const joined = await connect(id);
    await joined.next("state");
    expect(await commitsOf(stub)).toMatchObject({ rows: 3, updates: count });
    for (let index = count; index < count + 10; index++) {
      joined.send(update(index));
      await joined.next("ack");
    }
    const texts = Array.from({ length: count + 10 }, (_, index) => btoa(textOf(index)));
    const fresh = await connect(id);
    expect((await fresh.next("state")).updates.map(({ deltaB64 }) => deltaB64)).toEqual(texts);
    const resumed = await connect(id, { since: 700 });
    const state = await resumed.next("state");
    expect(state.updates.map(({ seq }) => seq)[0]).toBe(701);
    expect(state.updates.map(({ deltaB64 }) => deltaB64)).toEqual(texts.slice(699));
    // Repeats of what is packed, and of what is not.
    joined.update("update 5", "5");
    expect(await joined.next("ack")).toMatchObject({ seq: 7, duplicate: true });
    joined.update(`update ${count}`, `${count}`);
    expect(await joined.next("ack")).toMatchObject({ seq: 2 + count, duplicate: true });
    // A snapshot in the middle of a packed row: the updates after it stay.
    joined.send({ type: "snapshot", version: 900, snapshotB64: btoa("everything up to 900") });
    await joined.next("snapshot_ack");
    const later = await connect(id);
    const afterSnapshot = await later.next("state");
    expect(afterSnapshot.snapshotVersion).toBe(900);
    expect(afterSnapshot.updates.map(({ deltaB64 }) => deltaB64)).toEqual(texts.slice(899));
  });

  it("R21 are dropped by snapshots without a look at what earlier ones looked at", async () => {
    const { id, room, stub } = await newDocument();
    const socket = await connect(id);
    await socket.next("state");
    let updates = 0;
    const pinned: number[] = [];
    const snapshot = async () => {
      for (let times = 0; times < 30; times++) {
        socket.send(Array.from({ length: 20 }, () => update(updates++)));
        await socket.until(() => socket.messages.filter(({ type }) => type === "ack").length === updates);
      }
      const { seq } = good(await room.getDocument(open, false));
      socket.send({ type: "snapshot", version: seq, snapshotB64: btoa(`${seq}`) });
      await socket.next("snapshot_ack");
      return seq;
    };
    const kept = () =>
      runInDurableObject(stub, (_room, { storage }) => ({
        snapshots: storage.sql
          .exec<{ version: number }>("SELECT version FROM snapshots ORDER BY version")
          .toArray()
          .map(({ version }) => version),
        first:
          storage.sql.exec<{ first: number | null }>("SELECT MIN(seq) AS first FROM commits").one().first ??
          0,
      }));
    const versions: number[] = [];
    for (let round = 0; round < 8; round++) {
      versions.push(await snapshot());
      if (round === 3) {
        good(await room.createVersion(open, {}, {}));
        pinned.push(versions[3] ?? 0);
      }
    }
    const last = versions.slice(-2);
    expect((await kept()).snapshots).toEqual([...pinned, ...last]);
    // The opIds of what came after the last move may keep a few commits before the older snapshot.
    expect((await kept()).first).toBeGreaterThan((versions[4] ?? 0) - DUE_OP_IDS);
    const join = await connect(id);
    expect((await join.next("state")).snapshotVersion).toBe(versions.at(-1));
  });
});
