import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { box, connect, diffVersion, good, newDocument, open, readVersion } from "../support/room.ts";

const b64 = (text: string) => new TextEncoder().encode(text).toBase64();

/** Rows written since the object was made, as the platform counts them. */
async function rowsWritten(stub: DurableObjectStub, work: () => Promise<unknown>): Promise<number> {
  const count = () =>
    runInDurableObject(
      stub,
      (_room, { storage }) =>
        storage.sql
          .exec<{ rows: number }>(
            `SELECT (SELECT COUNT(*) FROM versions) + (SELECT COUNT(*) FROM annotation_rows) + (SELECT COUNT(*) FROM document_rows)
           + (SELECT COUNT(*) FROM commits) + (SELECT COUNT(*) FROM snapshots) + (SELECT COUNT(*) FROM snapshot_chunks)
           + (SELECT COUNT(*) FROM reverts) + (SELECT COUNT(*) FROM operation_pages) AS rows`,
          )
          .one().rows,
    );
  const before = await count();
  await work();
  return (await count()) - before;
}

describe("versions", () => {
  it("R22 cost a constant number of rows, with 10,000 annotations as with one", async () => {
    const { room, stub } = await newDocument();
    good(await room.createAnnotation(open, box, {}));
    const small = await rowsWritten(stub, async () => good(await room.createVersion(open, {}, {})));
    for (let i = 0; i < 20; i++) {
      const operations = Array.from({ length: 500 }, () => ({ ...box, op: "create" as const }));
      good(await room.applyBatch(open, operations, {}));
    }
    const large = await rowsWritten(stub, async () => {
      const version = good(await room.createVersion(open, {}, {}));
      expect(version.annotation_count).toBe(10_001);
    });
    expect(small).toBe(1);
    expect(large).toBe(1);
  });

  it("R22 keep their state for ever, and tell what differs", async () => {
    const { id, room } = await newDocument("First");
    const socket = await connect(id);
    const { value: kept } = good(await room.createAnnotation(open, box, {}));
    const { value: gone } = good(await room.createAnnotation(open, box, {}));
    socket.update("u1", "one");
    await socket.next("ack");
    const version = good(await room.createVersion(open, { label: "draft", author: "Ann" }, {}));
    expect(version).toMatchObject({
      number: 1,
      label: "draft",
      author: "Ann",
      automatic: false,
      seq: 5,
      document_version: 1,
      annotation_count: 2,
    });
    good(await room.updateAnnotation(open, kept.id, 1, { text: "changed" }, {}));
    good(await room.deleteAnnotation(open, gone.id, 1, {}));
    const { value: added } = good(await room.createAnnotation(open, box, {}));
    good(await room.updateDocument(open, { title: "Second" }, {}));
    socket.update("u2", "two", 5);
    await socket.next("ack");

    const { state } = good(await readVersion(room, version.id));
    expect(state.document).toMatchObject({ title: "First", version: 1 });
    expect(state.crdt).toEqual({
      snapshot_version: 0,
      snapshot_b64: null,
      updates: [{ seq: 4, delta_b64: b64("one"), actor_id: expect.any(String) }],
    });
    const { annotations } = good(await room.readAnnotationsAt(version.seq, null));
    expect(annotations.map(({ id }) => id).sort()).toEqual([kept.id, gone.id].sort());
    expect(annotations.every(({ version: number }) => number === 1)).toBe(true);

    const diff = good(await diffVersion(room, version.id));
    expect(diff.added.map(({ id }) => id)).toEqual([added.id]);
    expect(diff.removed.map(({ id }) => id)).toEqual([gone.id]);
    expect(diff.changed).toMatchObject([{ id: kept.id, before: { text: "" }, after: { text: "changed" } }]);
    expect(diff.document).toMatchObject({ before: { title: "First" }, after: { title: "Second" } });

    const second = good(await room.createVersion(open, {}, {}));
    const back = good(await diffVersion(room, second.id, version.id));
    expect(back.added.map(({ id }) => id)).toEqual([gone.id]);
    expect(back.removed.map(({ id }) => id)).toEqual([added.id]);
    expect(good(await diffVersion(room, second.id, second.id))).toEqual({
      added: [],
      removed: [],
      changed: [],
      labels: null,
      document: null,
    });
    expect(await diffVersion(room, crypto.randomUUID())).toMatchObject({
      error: { code: "version_not_found" },
    });
    expect(await diffVersion(room, version.id, crypto.randomUUID())).toMatchObject({
      error: { code: "version_not_found" },
    });
    expect(good(await room.listVersions(open, { page: 1, size: 1 }))).toMatchObject({
      total: 2,
      items: [{ number: 2 }],
    });
  });
});

describe("revert", () => {
  it("I6 R4 R23 R24 restores everything, keeps what was before, and can be reverted", async () => {
    const { id, room } = await newDocument("Before");
    const socket = await connect(id);
    await socket.next("state");
    socket.update("u1", "kept");
    await socket.next("ack");
    const { value: changed } = good(await room.createAnnotation(open, { ...box, text: "old" }, {}));
    const { value: deleted } = good(await room.createAnnotation(open, box, {}));
    const version = good(await room.createVersion(open, { label: "good" }, {}));
    good(await room.updateAnnotation(open, changed.id, 1, { text: "new", style: { dash: [4, 2] } }, {}));
    good(await room.deleteAnnotation(open, deleted.id, 1, {}));
    const { value: later } = good(await room.createAnnotation(open, box, {}));
    good(await room.updateDocument(open, { title: "After", metadata: { a: 1 } }, {}));
    socket.update("u2", "undone", 5);
    await socket.next("ack");

    const reverted = good(await room.revertVersion(open, version.id, {}));
    expect(reverted.version).toEqual(version);
    expect(reverted.document).toMatchObject({ title: "Before", metadata: {}, version: 3, seq: 12 });
    expect(reverted.annotations.map(({ id, text, version }) => [id, text, version]).sort()).toEqual(
      [
        [changed.id, "old", 3],
        [deleted.id, "", 3],
      ].sort(),
    );
    expect(good(await room.getAnnotation(open, later.id))).toMatchObject({ status: "deleted", version: 2 });

    const events = await socket.next("version.created");
    expect(events).toMatchObject({ seq: 11, version: { automatic: true, number: 2 } });
    const event = await socket.next("version.reverted");
    expect(event).toMatchObject({ seq: 12, version: { id: version.id } });
    expect(event.annotations).toHaveLength(3);
    expect(await socket.next("reset")).toEqual({ type: "reset", seq: 12, crdtChanged: true });
    const state = await socket.next("state");
    expect(state).toMatchObject({ version: 12, resumed: false, snapshotVersion: 0, contentEpoch: 12 });
    expect(state.updates.map(({ seq }) => seq)).toEqual([2]);
    expect(state.annotations).toHaveLength(2);

    // What was made before the revert can't be merged into what is there now.
    socket.update("stale", "x", 11);
    expect(await socket.next("error")).toMatchObject({ code: "stale_base", opId: "stale" });
    socket.update("fresh", "after", 12);
    expect(await socket.next("ack")).toMatchObject({ seq: 13 });

    const automatic = events.version.id;
    const back = good(await room.revertVersion(open, automatic, {}));
    expect(back.document).toMatchObject({ title: "After", metadata: { a: 1 }, version: 4 });
    expect(back.annotations.map(({ id, text }) => [id, text]).sort()).toEqual(
      [
        [changed.id, "new"],
        [later.id, ""],
      ].sort(),
    );
    await socket.next("reset");
    const again = await socket.next("state");
    expect(again.updates.map(({ deltaB64 }) => deltaB64)).toEqual([b64("kept"), b64("undone")]);
  });

  it("R24 R67 leaves CRDT content alone where it is the same", async () => {
    const { id, room } = await newDocument();
    const socket = await connect(id);
    socket.update("u1", "one");
    await socket.next("ack");
    const version = good(await room.createVersion(open, {}, {}));
    good(await room.createAnnotation(open, box, {}));
    good(await room.revertVersion(open, version.id, {}));
    expect(await socket.next("reset")).toEqual({ type: "reset", seq: 6, crdtChanged: false });
    const state = await socket.next("state");
    expect(state.updates).toHaveLength(1);
    expect(state.contentEpoch).toBe(0);
    socket.update("u2", "two", 2);
    expect(await socket.next("ack")).toMatchObject({ seq: 7 });
  });

  it("R16 one too large for a message leaves its annotations to the state", async () => {
    const { id, room } = await newDocument();
    const version = good(await room.createVersion(open, {}, {}));
    const operations = Array.from({ length: 200 }, () => ({
      ...box,
      op: "create" as const,
      text: "x".repeat(6_000),
    }));
    good(await room.applyBatch(open, operations, {}));
    const socket = await connect(id);
    good(await room.revertVersion(open, version.id, {}));
    expect(await socket.next("version.reverted")).toMatchObject({ seq: 5, annotations: null });
    expect(await socket.next("reset")).toMatchObject({ crdtChanged: false });
    expect((await socket.next("state")).annotations).toEqual([]);
    expect(await (await connect(id, { since: 3 })).next("state")).toMatchObject({ resumed: false });
    good(await room.createAnnotation(open, box, {}));
    expect(await (await connect(id, { since: 6 })).next("state")).toMatchObject({ resumed: true });
  });

  it("an unknown version changes nothing", async () => {
    const { room } = await newDocument();
    expect(await room.revertVersion(open, crypto.randomUUID(), {})).toMatchObject({
      error: { code: "version_not_found" },
    });
    expect(good(await room.getDocument(open, false)).seq).toBe(1);
  });
});
