import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { box, connect, good, newDocument, open, roomOf } from "../support/room.ts";

const b64 = (text: string) => new TextEncoder().encode(text).toBase64();

describe("order", () => {
  it("R1 R14 a document starts at seq 1, and a join says so", async () => {
    const { id } = await newDocument("Plan");
    const socket = await connect(id, { actorId: "ann" });
    const state = await socket.next("state");
    expect(state).toMatchObject({
      protocol: 1,
      documentId: id,
      version: 1,
      snapshotVersion: 0,
      snapshotB64: null,
      updates: [],
      events: [],
      annotations: [],
      presence: [{ actorId: "ann", state: {} }],
      resumed: false,
      more: false,
    });
    expect(state.document).toMatchObject({ id, title: "Plan", seq: 1, version: 1, status: "active" });
  });

  it("I7 R3 R6 the sender gets its ack, everyone else the same bytes", async () => {
    const { id } = await newDocument();
    const [a, b] = [await connect(id, { actorId: "a" }), await connect(id, { actorId: "b" })];
    a.update("op-1", "hello");
    expect(await a.next("ack")).toEqual({ type: "ack", opId: "op-1", seq: 2 });
    expect(await b.next("remote_update")).toEqual({
      type: "remote_update",
      seq: 2,
      deltaB64: b64("hello"),
      actorId: "a",
    });
    expect(a.messages.some(({ type }) => type === "remote_update")).toBe(false);
  });

  it("I2 R3 R5 sockets and REST share one order, and each socket sees every seq once", async () => {
    const { id, room } = await newDocument();
    const [a, b] = [await connect(id), await connect(id, { batch: true })];
    await a.next("state");
    await b.next("state");
    for (let i = 0; i < 50; i++) {
      a.update(`a${i}`, `a${i}`);
      b.update(`b${i}`, `b${i}`);
      if (i % 10 === 0) good(await room.createAnnotation(open, box, {}));
    }
    good(await room.updateDocument(open, { title: "Renamed" }, {}));
    const head = 1 + 100 + 5 + 1;
    await a.until(() => a.ordered().at(-1) === head, "the head");
    await b.until(() => b.ordered().at(-1) === head, "the head");
    const all = Array.from({ length: head - 1 }, (_, index) => index + 2);
    expect(a.ordered()).toEqual(all);
    expect(b.ordered()).toEqual(all);
  });

  it("R1 the order goes on after the object was evicted, and sockets stay", async () => {
    const { id, stub } = await newDocument();
    const [a, b] = [await connect(id), await connect(id)];
    a.update("one", "1");
    await a.next("ack");
    await evictDurableObject(stub);
    a.update("two", "2");
    expect(await a.next("ack")).toMatchObject({ opId: "two", seq: 3 });
    expect(await b.next("remote_update")).toMatchObject({ seq: 2 });
    expect(await b.next("remote_update")).toMatchObject({ seq: 3 });
  });

  it("R29 frames are arrays only for those that asked for them", async () => {
    const { id } = await newDocument();
    const [sender, single, batch] = [
      await connect(id),
      await connect(id),
      await connect(id, { batch: true }),
    ];
    const updates = Array.from({ length: 100 }, (_, index) => ({
      type: "update" as const,
      opId: `op${index}`,
      baseVersion: 1,
      deltaB64: b64(`${index}`),
    }));
    sender.send(updates);
    await single.until(() => single.ordered().at(-1) === 101, "the head");
    await batch.until(() => batch.ordered().at(-1) === 101, "the head");
    expect(single.frames.every((frame) => !frame.startsWith("["))).toBe(true);
    expect(batch.frames.some((frame) => frame.startsWith("["))).toBe(true);
    expect(batch.frames.length).toBeLessThan(single.frames.length);
  });
});

describe("opId", () => {
  it("I3 R7 a repeat gets its first seq, on any connection, after an eviction, and nothing goes to others", async () => {
    const { id, stub } = await newDocument();
    const a = await connect(id);
    a.update("op", "content");
    expect(await a.next("ack")).toEqual({ type: "ack", opId: "op", seq: 2 });
    await evictDurableObject(stub);
    const b = await connect(id);
    await b.next("state");
    b.update("op", "content", 1, "another actor");
    expect(await b.next("ack")).toEqual({ type: "ack", opId: "op", seq: 2, duplicate: true });
    b.update("later", "x");
    await b.next("ack");
    await a.next("remote_update");
    expect(a.ordered()).toEqual([2, 3]);
  });

  it("R8 the same opId for something else is refused", async () => {
    const { id, room } = await newDocument();
    const a = await connect(id);
    a.update("op", "content");
    await a.next("ack");
    a.update("op", "other content");
    expect(await a.next("error")).toMatchObject({ code: "op_id_reused", opId: "op", retryable: false });
    const refused = await room.createAnnotation(open, box, { opId: "op" });
    expect(refused).toMatchObject({ ok: false, error: { code: "op_id_reused" } });
  });

  it("R7 over RPC a repeat gets the answer it got", async () => {
    const { room } = await newDocument();
    const first = good(await room.createAnnotation(open, box, { opId: "create" }));
    const moved = good(
      await room.updateAnnotation(open, first.value.id, 1, { z_index: 5 }, { opId: "move" }),
    );
    expect(good(await room.createAnnotation(open, box, { opId: "create" }))).toEqual({
      value: first.value,
      created: false,
    });
    expect(
      good(await room.updateAnnotation(open, first.value.id, 1, { z_index: 5 }, { opId: "move" })),
    ).toEqual(moved);
    const version = good(await room.createVersion(open, { label: "one" }, { opId: "version" }));
    expect(good(await room.createVersion(open, { label: "one" }, { opId: "version" }))).toEqual(version);
    const reverted = good(await room.revertVersion(open, version.id, { opId: "revert" }));
    expect(good(await room.revertVersion(open, version.id, { opId: "revert" }))).toEqual(reverted);
    expect(good(await room.listVersions(open, { page: 1, size: 10 })).total).toBe(2);
  });

  it("R9 a repeat is answered even after the document was deleted", async () => {
    const { room } = await newDocument();
    const deleted = good(await room.deleteDocument(open, { opId: "delete" }));
    expect(good(await room.deleteDocument(open, { opId: "delete" }))).toEqual(deleted);
    expect(await room.deleteDocument(open, {})).toMatchObject({ error: { code: "document_deleted" } });
  });
});

describe("creating a document", () => {
  it("R46 a repeat with the same content finds it made, other content is refused", async () => {
    const { id, room } = await newDocument("One");
    const again = good(await room.createDocument(open, { id, title: "One", metadata: {} }, {}));
    expect(again.created).toBe(false);
    expect(await room.createDocument(open, { id, title: "Two", metadata: {} }, {})).toMatchObject({
      error: { code: "id_taken" },
    });
  });

  it("R46 an unknown id leaves nothing behind", async () => {
    const room = roomOf(crypto.randomUUID());
    expect(await room.getDocument(open, true)).toMatchObject({ error: { code: "document_not_found" } });
    expect(await room.createAnnotation(open, box, { opId: "x" })).toMatchObject({
      error: { code: "document_not_found" },
    });
  });
});
