import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { migrateSchema, readSchemaVersion, SCHEMA_VERSION } from "../../src/room/store/schema.ts";
import savedSchema1 from "../fixtures/object-schema-1.sql?raw";
import savedSchema2 from "../fixtures/object-schema-2.sql?raw";
import { box, connect, good, open, roomOf, stubOf } from "../support/room.ts";

const saved = {
  id: "5746052b-6fe6-4da8-9f63-16d87b0a5694",
  annotation: "840686ea-b80d-434d-98ce-92d12ffc17c7",
};

describe("an object's schema", () => {
  it("R47 a state saved by schema 1 wakes up as the present one, with everything in it", async () => {
    const stub = stubOf(saved.id);
    await runInDurableObject(stub, (_room, { storage }) => {
      storage.sql.exec(savedSchema1);
      expect(readSchemaVersion(storage.sql)).toBe(1);
    });
    await evictDurableObject(stub);
    const room = roomOf(saved.id);
    expect(good(await room.getDocument(open, false))).toMatchObject({
      title: "Saved from schema 1",
      seq: 10,
    });
    expect(await runInDurableObject(stub, (_room, { storage }) => readSchemaVersion(storage.sql))).toBe(
      SCHEMA_VERSION,
    );
    const socket = await connect(saved.id);
    const state = await socket.next("state");
    expect(state).toMatchObject({ version: 10, snapshotVersion: 4, annotations: [] });
    expect(state.updates.map(({ seq }) => seq)).toEqual([5, 10]);
    // Dedupe still knows what was done, and the order goes on.
    socket.update("u5", "update 5");
    expect(await socket.next("ack")).toMatchObject({ seq: 5, duplicate: true });
    const [version] = good(await room.listVersions(open, { page: 1, size: 1 })).items;
    good(await room.revertVersion(open, version?.id ?? "", {}));
    expect(good(await room.getAnnotation(open, saved.annotation))).toMatchObject({
      text: "one, changed",
      status: "active",
      version: 4,
      seq: 12,
    });
    // What schema 2 brought.
    expect(good(await room.openExport(open, crypto.randomUUID(), undefined))).toMatchObject({ seq: 12 });
  });

  it("R47 one saved by schema 2 keeps its updates, and what its opIds stand for", async () => {
    const id = "cfff23c3-ef09-4aaa-b461-fc2f89aa7969";
    const stub = stubOf(id);
    await runInDurableObject(stub, (_room, { storage }) => {
      storage.sql.exec(savedSchema2);
      expect(readSchemaVersion(storage.sql)).toBe(2);
    });
    await evictDurableObject(stub);
    const socket = await connect(id, { since: 2 });
    const state = await socket.next("state");
    expect(state).toMatchObject({ version: 9, resumed: true });
    expect(state.updates).toEqual(
      [3, 4, 5, 9].map((seq) => ({ seq, deltaB64: btoa(`update ${seq}`), actorId: "ann" })),
    );
    expect(state.events.map(({ seq }) => seq)).toEqual([6, 7, 8]);
    for (const seq of [2, 5, 9]) {
      socket.update(`u${seq}`, `update ${seq}`);
      expect(await socket.next("ack")).toMatchObject({ seq, duplicate: true });
    }
    socket.update("u3", "something else");
    expect(await socket.next("error")).toMatchObject({ code: "op_id_reused" });
    const room = roomOf(id);
    expect(good(await room.createAnnotation(open, box, { opId: "annotate" }))).toMatchObject({
      created: false,
      value: { seq: 6 },
    });
    socket.update("u10", "update 10");
    expect(await socket.next("ack")).toEqual({ type: "ack", opId: "u10", seq: 10 });
  });

  it("R47 a state from a newer service is left alone", async () => {
    const stub = stubOf(crypto.randomUUID());
    await runInDurableObject(stub, (_room, { storage }) => {
      storage.transactionSync(() => migrateSchema(storage.sql));
      storage.sql.exec("UPDATE meta SET value = ? WHERE key = 'schema_version'", SCHEMA_VERSION + 1);
      expect(() => migrateSchema(storage.sql)).toThrow(/schema is version/);
      storage.sql.exec("UPDATE meta SET value = ? WHERE key = 'schema_version'", SCHEMA_VERSION);
      storage.transactionSync(() => migrateSchema(storage.sql));
    });
  });
});
