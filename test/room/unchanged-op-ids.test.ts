import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { DUE_OP_IDS } from "../../src/room/store/dedupe.ts";
import type { StoredImage } from "../../src/room/stored-image.ts";
import { box, claims, connect, good, newDocument, open } from "../support/room.ts";

const image = (sha256: string): StoredImage => ({
  sha256: sha256.repeat(64),
  content_type: "image/png",
  bytes: 100,
  width: 10,
  height: 20,
});

describe("an opId of an operation that changed nothing", () => {
  it("R7 is kept: a late repeat of a restore does not undo a delete", async () => {
    const { room, stub } = await newDocument();
    const restored = good(await room.restoreDocument(open, { opId: "restore" }));
    expect(restored).toMatchObject({ status: "active", seq: 1 });
    good(await room.deleteDocument(open, {}));
    await evictDurableObject(stub);
    expect(good(await room.restoreDocument(open, { opId: "restore" }))).toEqual(restored);
    expect(good(await room.getDocument(open, true)).status).toBe("deleted");
  });

  it("R7 is kept: a late repeat of a delete does not undo a revert", async () => {
    const { id, room } = await newDocument();
    const first = good(await room.createAnnotation(open, box, {})).value;
    const made = good(await room.createAnnotation(open, box, {})).value;
    const version = good(await room.createVersion(open, {}, {}));
    // Together with another one: the answer is about the one that was asked for.
    const operations = [first, made].map(({ id: one }) => ({ op: "delete" as const, id: one }));
    const { seq } = good(await room.applyBatch(open, operations, {}));
    const socket = await connect(id);
    socket.send({ type: "annotation.delete", opId: "again", id: made.id });
    const ack = await socket.next("ack");
    expect(ack).toMatchObject({ seq, duplicate: true, annotation: { id: made.id, status: "deleted" } });
    good(await room.revertVersion(open, version.id, {}));
    socket.send({ type: "annotation.delete", opId: "again", id: made.id });
    expect(await socket.next("ack")).toEqual(ack);
    expect(good(await room.getAnnotation(open, made.id)).status).toBe("active");
  });

  it("R7 is kept: a late repeat of a picture that was there does not put it back", async () => {
    const { room } = await newDocument();
    good(await room.setImage(open, image("a"), {}));
    const same = good(await room.setImage(open, image("a"), { opId: "same" }));
    good(await room.setImage(open, image("b"), {}));
    expect(good(await room.setImage(open, image("a"), { opId: "same" }))).toEqual(same);
    expect(good(await room.getDocument(open, false)).image?.sha256).toBe("b".repeat(64));
  });

  it("R8 can't be used for something else, over REST or over a socket", async () => {
    const { id, room } = await newDocument("One");
    good(await room.restoreDocument(open, { opId: "restore" }));
    good(await room.createDocument(open, { id, title: "One", metadata: {} }, { opId: "create" }));
    const socket = await connect(id);
    for (const opId of ["restore", "create"]) {
      socket.update(opId, "something else");
      expect(await socket.next("error")).toMatchObject({ code: "op_id_reused", opId });
      expect(await room.deleteDocument(open, { opId })).toMatchObject({ error: { code: "op_id_reused" } });
    }
    // Its own repeat is still one.
    good(await room.createDocument(open, { id, title: "One", metadata: {} }, { opId: "create" }));
  });

  it("R7 is kept when it has moved into the index, too", async () => {
    const { id, room, stub } = await newDocument();
    good(await room.restoreDocument(open, { opId: "restore" }));
    const socket = await connect(id, { batch: true });
    const updates = Array.from({ length: DUE_OP_IDS }, (_, index) => ({
      type: "update" as const,
      opId: `update ${index}`,
      baseVersion: 1,
      deltaB64: btoa(`${index}`),
    }));
    for (let at = 0; at < updates.length; at += 500) socket.send(updates.slice(at, at + 500));
    await socket.until(() => socket.ordered().at(-1) === 1 + DUE_OP_IDS, "the head");
    good(await room.deleteDocument(open, {}));
    // Where resting has not moved what is due, waking up does.
    await evictDurableObject(stub);
    expect(
      await runInDurableObject(stub, (_room, { storage }) =>
        storage.sql.exec("SELECT COUNT(*) AS rows FROM unchanged_operations").one(),
      ),
    ).toEqual({ rows: 0 });
    good(await room.restoreDocument(open, { opId: "restore" }));
    expect(good(await room.getDocument(open, true)).status).toBe("deleted");
  });
});

describe("the author", () => {
  it("R5 R7 comes from the token in one place: REST and a socket repeat each other's operations", async () => {
    const { id, room } = await newDocument();
    const access = claims({ role: "editor", doc: id, sub: "ana" });
    const socket = await connect(id, { access });
    socket.send({ type: "annotation.create", opId: "create", annotation: box });
    const { annotation } = await socket.next("ack");
    expect(annotation).toMatchObject({ author: "ana" });
    // What the input says has no part in it, nor does it change who the author is.
    for (const author of [undefined, "ana", "someone else"]) {
      const again = good(await room.createAnnotation(access, { ...box, author }, { opId: "create" }));
      expect(again).toEqual({ value: annotation, created: false });
    }
    const operations = [{ ...box, op: "create" as const, author: "someone else" }];
    const { annotations } = good(await room.applyBatch(access, operations, { opId: "batch" }));
    expect(annotations).toMatchObject([{ author: "ana" }]);
    socket.send({ type: "annotation.batch", opId: "batch", operations: [{ ...box, op: "create" }] });
    expect(await socket.next("ack")).toMatchObject({ duplicate: true, annotations });
    const version = good(await room.createVersion(access, { author: "someone else" }, { opId: "version" }));
    expect(version.author).toBe("ana");
    expect(good(await room.createVersion(access, {}, { opId: "version" }))).toEqual(version);
  });

  it("R8 is content where there is no token", async () => {
    const { room } = await newDocument();
    good(await room.createAnnotation(open, { ...box, author: "ana" }, { opId: "create" }));
    expect(await room.createAnnotation(open, { ...box, author: "ben" }, { opId: "create" })).toMatchObject({
      error: { code: "op_id_reused" },
    });
    good(await room.createVersion(open, { author: "ana" }, { opId: "version" }));
    expect(await room.createVersion(open, { author: "ben" }, { opId: "version" })).toMatchObject({
      error: { code: "op_id_reused" },
    });
  });
});
