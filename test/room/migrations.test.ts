import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { listAnnotations } from "../../src/catalog/list-annotations.ts";
import {
  createSchema,
  migrateSchema,
  readSchemaVersion,
  SCHEMA_VERSION,
} from "../../src/room/store/schema.ts";
import savedSchema1 from "../fixtures/object-schema-1.sql?raw";
import savedSchema2 from "../fixtures/object-schema-2.sql?raw";
import savedSchema3 from "../fixtures/object-schema-3.sql?raw";
import savedSchema4 from "../fixtures/object-schema-4.sql?raw";
import savedSchema5 from "../fixtures/object-schema-5.sql?raw";
import savedSchema8 from "../fixtures/object-schema-8.sql?raw";
import {
  box,
  claims,
  connect,
  diffVersion,
  good,
  open,
  readChanges,
  readVersion,
  roomOf,
  stubOf,
} from "../support/room.ts";

const saved = {
  id: "5746052b-6fe6-4da8-9f63-16d87b0a5694",
  annotation: "840686ea-b80d-434d-98ce-92d12ffc17c7",
};

/** The module that makes these tables at once. */
function toModule(statements: readonly string[]): string {
  return `// Written by test/room/migrations.test.ts from what the migrations make: see schema.ts.
export const SCHEMA = \`
${statements.map((statement) => `${statement};`).join("\n\n")}
\`;
`;
}

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
    expect(state).toMatchObject({ version: 10, snapshotVersion: 4, annotations: [], comments: [] });
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

  it("R47 R49 one saved by schema 3 gets ordinals: by the seq of creation, within a batch by id", async () => {
    const id = "8288d87c-8c0d-42ec-93a9-a7b9c6c871fe";
    const stub = stubOf(id);
    await runInDurableObject(stub, (_room, { storage }) => {
      storage.sql.exec(savedSchema3);
      // So that nothing but the migration sends rows to the catalog.
      storage.sql.exec("DELETE FROM due; DELETE FROM outbox");
      expect(readSchemaVersion(storage.sql)).toBe(3);
    });
    await evictDurableObject(stub);
    const room = roomOf(id);
    const listAll = async () =>
      good(await room.listAnnotations(open, { status: "all" }, { page: 1, size: 20 })).items;
    const annotations = await listAll();
    expect(annotations.map(({ text, ordinal }) => [text, ordinal])).toEqual([
      // Made in one frame, with falling ids.
      ["single 9", 2 * 512],
      ["single 8", 3 * 512],
      ["single 7", 4 * 512],
      ["single 6, changed", 5 * 512],
      // Made in one batch, with falling ids: they lay above each other by these.
      ["batch 2", 6 * 512],
      ["batch 1", 6 * 512 + 1],
      ["batch 0", 6 * 512 + 2],
      // The only one that its batch made.
      ["with a change", 10 * 512],
    ]);
    // Every row of the past has it, too.
    const kept = good(await room.readAnnotationsAt(7, null)).annotations;
    expect(kept.map(({ text, ordinal }) => [text, ordinal])).toEqual(
      annotations.slice(0, 7).map(({ text, ordinal }) => [text.replace(", changed", ""), ordinal]),
    );
    // Only read, it tells the catalog.
    const catalogued = async () => {
      const { items } = await listAnnotations(env.DB, { status: "all" }, { page: 1, size: 20 });
      return items.filter(({ document_id }) => document_id === id);
    };
    await expect.poll(catalogued).toEqual(annotations);
    const { value: later } = good(await room.createAnnotation(open, box, {}));
    expect(await listAll()).toEqual([...annotations, later]);
  });

  it("R45 R47 one saved by schema 4 sends what waited for the catalog, refused or not", async () => {
    const id = "4ffc614b-e91d-489c-b31a-02c815554162";
    const stub = stubOf(id);
    await runInDurableObject(stub, async (_room, { storage }) => {
      storage.sql.exec(savedSchema4);
      expect(readSchemaVersion(storage.sql)).toBe(4);
      storage.transactionSync(() => migrateSchema(storage.sql));
      expect(storage.sql.exec("SELECT * FROM outbox").toArray()).toEqual([
        { kind: "annotation", id: "00000003-0000-4000-8000-000000000000", seq: 8 },
      ]);
      expect(storage.sql.exec("SELECT * FROM refused_marks").toArray()).toEqual([
        { kind: "document", id, seq: 1, attempts: 3 },
      ]);
      storage.sql.exec("UPDATE due SET at = 0");
      await storage.setAlarm(Date.now() + 600_000);
    });
    await evictDurableObject(stub);
    const room = roomOf(id);
    expect(good(await room.getDocument(open, false))).toMatchObject({ title: "Saved from schema 4", seq: 9 });
    await runDurableObjectAlarm(stub);
    const listed = await env.DB.prepare("SELECT id FROM documents WHERE id = ?").bind(id).all();
    expect(listed.results).toEqual([{ id }]);
    const { items } = await listAnnotations(env.DB, { status: "all" }, { page: 1, size: 20 });
    expect(items.filter(({ document_id }) => document_id === id)).toHaveLength(1);
    // The lists by status, at present and at the version.
    const active = good(await room.listAnnotations(open, { status: "active" }, { page: 1, size: 20 }));
    expect(active.items.map(({ text, review }) => [text, review])).toEqual([
      ["box 1", "none"],
      ["box 3, changed", "none"],
    ]);
    const then = good(await room.readAnnotationsAt(6, null));
    expect(then.annotations.map(({ text }) => text)).toEqual(["box 1", "box 2", "box 3"]);
    // Its opIds are known.
    const { value, created } = good(
      await room.createAnnotation(
        open,
        { ...box, id: "00000001-0000-4000-8000-000000000000", text: "box 1" },
        { opId: "create 1" },
      ),
    );
    expect({ created, seq: value.seq }).toEqual({ created: false, seq: 3 });
  });

  it("R47 R68 one saved by schema 5 has the empty label set from its first seq on, and takes a first one", async () => {
    const id = "d2f0c6b4-52f4-4f6b-8d3a-6c1d0f3b7a55";
    const stub = stubOf(id);
    await runInDurableObject(stub, (_room, { storage }) => {
      storage.sql.exec(savedSchema5);
      expect(readSchemaVersion(storage.sql)).toBe(5);
    });
    await evictDurableObject(stub);
    const room = roomOf(id);
    const document = good(await room.getDocument(open, false));
    expect(document).toMatchObject({ title: "Saved from schema 5", seq: 7 });
    const nobody = { updated_by: null, updated_by_name: null };
    const empty = {
      document_id: id,
      labels: [],
      version: 1,
      seq: 1,
      ...nobody,
      updated_at: document.created_at,
    };
    expect(good(await room.getLabels(open))).toEqual(empty);
    const socket = await connect(id, { since: 1 });
    const state = await socket.next("state");
    expect(state).toMatchObject({ resumed: true, labels: empty });
    expect(state.events.at(-1)).toMatchObject({ type: "version.reverted", labels: null });
    const [, version] = good(await room.listVersions(open, { page: 1, size: 2 })).items;
    expect(good(await readVersion(room, version?.id ?? "")).state.labels).toEqual(empty);
    const labels = [{ name: "wall", color: "#e11d48", key: null }];
    const first = good(await room.setLabels(open, { labels, version: 1 }, {}));
    expect(first).toMatchObject({ labels, version: 2, seq: 8 });
    const diff = good(await diffVersion(room, version?.id ?? ""));
    expect(diff.labels).toEqual({ before: empty, after: first });
  });

  it("R15 R47 one saved by schema 5 resumes who was there before, and knows its lives from then on", async () => {
    const id = "abf13a99-d96b-418d-a41c-1af7a8d1ec6f";
    const stub = stubOf(id);
    await runInDurableObject(stub, (_room, { storage }) => {
      // The same state, in an object of its own.
      storage.sql.exec(savedSchema5.replaceAll("d2f0c6b4-52f4-4f6b-8d3a-6c1d0f3b7a55", id));
      expect(readSchemaVersion(storage.sql)).toBe(5);
    });
    await evictDurableObject(stub);
    // The older service gave no lineage.
    const socket = await connect(id, { since: 3 });
    const state = await socket.next("state");
    expect(state).toMatchObject({ version: 7, resumed: true, diverged: false });
    expect(state.events.map(({ seq }) => seq)).toEqual([4, 5, 6, 7]);
    socket.update("u3", "update 8");
    expect(await socket.next("ack")).toMatchObject({ seq: 8 });
    for (const since of [7, 8]) {
      const again = await connect(id, { since, lineage: state.lineage });
      expect(await again.next("state")).toMatchObject({ version: 8, resumed: true });
    }
  });

  it("R47 R75 one saved by schema 8 says of its first versions who made them, and of all later changes from then on", async () => {
    const id = "6b1f8f0e-3a53-4c39-9f0a-8f4c2f5f9d18";
    const stub = stubOf(id);
    await runInDurableObject(stub, (_room, { storage }) => {
      storage.sql.exec(savedSchema8);
      expect(readSchemaVersion(storage.sql)).toBe(8);
    });
    await evictDurableObject(stub);
    const room = roomOf(id);
    const unknown = { updated_by: null, updated_by_name: null };
    expect(good(await room.getDocument(open, false))).toMatchObject({
      title: "Renamed under schema 8",
      seq: 10,
      ...unknown,
    });
    const { events } = good(await readChanges(room, 1, 100));
    expect(events).toMatchObject([
      { type: "annotation.created", annotation: { author: "ann", author_name: null, updated_by: "ann" } },
      { type: "annotation.updated", annotation: { author: "ann", ...unknown } },
      { type: "annotation.created", annotation: { author: "bob", updated_by: "bob" } },
      { type: "annotation.deleted", annotation: { author: "bob", ...unknown } },
      { type: "labels.updated", labels: unknown },
      { type: "comment.created", comment: { author: "bob", author_name: "Bob", updated_by: "bob" } },
      { type: "comment.updated", comment: { resolved_by: "ann", resolved_by_name: null, ...unknown } },
      { type: "version.created", version: { author: "ann", author_name: null } },
      { type: "document.updated", document: unknown },
    ]);
    // The list over all documents has rows of the older service until it hears of them.
    const annotation = good(await room.getAnnotation(open, "11111111-1111-4111-8111-111111111111"));
    const { author_name: _author, updated_by: _by, updated_by_name: _name, ...older } = annotation;
    await env.DB.prepare(
      `INSERT INTO annotations (document_id, id, type, author, status, labels, seq, created_at, updated_at, resource)
       VALUES (?1, ?2, 'box', 'ann', 'active', '[]', 3, 0, 0, ?3)`,
    )
      .bind(id, annotation.id, JSON.stringify(older))
      .run();
    const { items } = await listAnnotations(env.DB, { status: "all" }, { page: 1, size: 100 });
    expect(items.find((item) => item.id === annotation.id)).toEqual(annotation);
    // Dedupe still knows what was done, and what is done now is signed.
    const bob = claims({ sub: "bob", name: "Bob", role: "editor" });
    const again = room.updateAnnotation(bob, annotation.id, 1, { text: "by bob" }, { opId: "update a" });
    expect(good(await again)).toEqual(annotation);
    const [version] = good(await room.listVersions(open, { page: 1, size: 1 })).items;
    const changed = good(await room.updateAnnotation(bob, annotation.id, 2, { text: "again" }, {}));
    expect(changed).toMatchObject({ author: "ann", updated_by: "bob", updated_by_name: "Bob", seq: 11 });
    good(await room.revertVersion(bob, version?.id ?? "", {}));
    const reverted = good(await room.getAnnotation(open, annotation.id));
    expect(reverted).toMatchObject({ text: "by bob", version: 4, updated_by: "bob", updated_by_name: "Bob" });
  });

  it("R47 packs the updates of schema 2 by number and by length", async () => {
    const packed = (count: number, bytes: number) =>
      runInDurableObject(stubOf(crypto.randomUUID()), (_room, { storage: { sql } }) => {
        migrateSchema(sql, 2);
        for (let seq = 1; seq <= count; seq++)
          sql.exec(
            "INSERT INTO updates (seq, actor_id, delta) VALUES (?, 'ann', ?)",
            seq,
            new Uint8Array(bytes),
          );
        migrateSchema(sql, 3);
        return sql
          .exec<{ count: number }>("SELECT update_count AS count FROM commits ORDER BY seq")
          .toArray()
          .map((row) => row.count);
      });
    expect(await packed(250, 1)).toEqual([100, 100, 50]);
    // 8 KiB of base64 each: 32 of them are 256 KiB.
    expect(await packed(80, 6 * 1024)).toEqual([32, 32, 16]);
  });

  it("R47 is the same for a new object and for one that came over all migrations", async () => {
    const readSchema = (make: (sql: SqlStorage) => void) =>
      runInDurableObject(stubOf(crypto.randomUUID()), (_room, { storage: { sql } }) => {
        make(sql);
        const statements = sql
          .exec<{ sql: string }>(
            `SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '\\_cf%' ESCAPE '\\'
             ORDER BY tbl_name, type DESC, name`,
          )
          .toArray();
        return { statements: statements.map((row) => row.sql), version: readSchemaVersion(sql) };
      });
    const migrated = await readSchema((sql) => migrateSchema(sql));
    expect(migrated.statements.length).toBeGreaterThan(10);
    // The statements themselves: `-u` writes the file anew after a new migration.
    await expect(toModule(migrated.statements)).toMatchFileSnapshot("../../src/room/store/schema.sql.ts");
    expect(await readSchema(createSchema)).toEqual(migrated);
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
