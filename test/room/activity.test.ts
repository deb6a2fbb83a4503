import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { listDocuments } from "../../src/catalog/list-documents.ts";
import { projectionTables } from "../../src/catalog/projection-tables.ts";
import { CONTRIBUTORS_MAX } from "../../src/protocol/limits.ts";
import type { DocumentSummary } from "../../src/protocol/model/document.ts";
import { box, good, newDocument, open } from "../support/room.ts";

async function listed(id: string): Promise<DocumentSummary> {
  const { items } = await listDocuments(env.DB, { includeDeleted: true }, { page: 1, size: 100 });
  const found = items.find((item) => item.id === id);
  if (!found) throw new Error("The document is not listed");
  return found;
}

describe("R77 what a list tells of a document", () => {
  it("follows annotations, comments and people", async () => {
    const { id, room } = await newDocument();
    expect(await listed(id)).toMatchObject({
      annotation_count: 0,
      open_thread_count: 0,
      contributor_count: 0,
      seq: 1,
    });
    const { value: one } = good(await room.createAnnotation(open, { ...box, author: "ana" }, {}));
    const { value: two } = good(await room.createAnnotation(open, { ...box, author: "ben" }, {}));
    expect(await listed(id)).toMatchObject({ annotation_count: 2, contributor_count: 2, seq: 3 });
    const first = { annotation_id: two.id, reply_to: null, text: "Why?", author: "eva" };
    const { value: comment } = good(await room.createComment(open, first, {}));
    const reply = { annotation_id: two.id, reply_to: comment.id, text: "Why not?", author: "ana" };
    good(await room.createComment(open, reply, {}));
    expect(await listed(id)).toMatchObject({ open_thread_count: 1, contributor_count: 3, seq: 5 });

    // A thread goes with its annotation, and comes back with it.
    good(await room.deleteAnnotation(open, two.id, undefined, {}));
    expect(await listed(id)).toMatchObject({ annotation_count: 1, open_thread_count: 0 });
    good(await room.restoreAnnotation(open, two.id, undefined, {}));
    expect(await listed(id)).toMatchObject({ annotation_count: 2, open_thread_count: 1 });

    // The first comment is deleted, and the thread goes on; then it is settled.
    good(await room.deleteComment(open, comment.id, undefined, {}));
    expect(await listed(id)).toMatchObject({ open_thread_count: 1 });
    good(await room.updateComment(open, comment.id, undefined, { resolved: true }, {}));
    expect(await listed(id)).toMatchObject({ open_thread_count: 0, contributor_count: 3 });

    const version = good(await room.createVersion(open, {}, {}));
    good(await room.deleteAnnotation(open, one.id, undefined, {}));
    good(await room.revertVersion(open, version.id, {}));
    const { updated_at, changed_at, annotation_count } = await listed(id);
    expect(annotation_count).toBe(2);
    expect(changed_at >= updated_at).toBe(true);
  });

  it("has the time of the last annotation, comment or change of its own fields", async () => {
    const { id, room } = await newDocument();
    const { value: annotation } = good(await room.createAnnotation(open, box, {}));
    expect((await listed(id)).changed_at).toBe(annotation.updated_at);
    const said = { annotation_id: annotation.id, reply_to: null, text: "Here" };
    const { value: comment } = good(await room.createComment(open, said, {}));
    expect((await listed(id)).changed_at).toBe(comment.updated_at);
    const document = good(await room.updateDocument(open, { title: "Renamed" }, {}));
    expect((await listed(id)).changed_at).toBe(document.updated_at);
  });

  it("counts people up to a bound, and keeps the count over evictions", async () => {
    const { id, room, stub } = await newDocument();
    const by = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({
        ...box,
        op: "create" as const,
        author: `person ${from + index}`,
      }));
    good(await room.applyBatch(open, by(0, CONTRIBUTORS_MAX - 1), {}));
    await evictDurableObject(stub);
    good(await room.applyBatch(open, by(CONTRIBUTORS_MAX - 2, 1), {}));
    expect((await listed(id)).contributor_count).toBe(CONTRIBUTORS_MAX - 1);
    good(await room.applyBatch(open, by(CONTRIBUTORS_MAX, 5), {}));
    expect((await listed(id)).contributor_count).toBe(CONTRIBUTORS_MAX);
  });

  it("counts the people of a document that an older service left", async () => {
    const { id, room, stub } = await newDocument();
    const { value: annotation } = good(await room.createAnnotation(open, { ...box, author: "ana" }, {}));
    const said = { annotation_id: annotation.id, reply_to: null, text: "Here", author: "ben" };
    good(await room.createComment(open, said, {}));
    await runInDurableObject(stub, (_room, { storage }) => {
      storage.sql.exec("DELETE FROM meta WHERE key = 'contributors'");
      // Long asleep: nothing is due, and the catalog has everything.
      storage.sql.exec("DELETE FROM due");
      storage.sql.exec("DELETE FROM outbox");
    });
    await evictDurableObject(stub);
    // As the catalog's migration left its row. The document sends it anew when it wakes up, whatever wakes it.
    await env.DB.prepare("UPDATE documents SET open_thread_count = 0, contributor_count = 1 WHERE id = ?")
      .bind(id)
      .run();
    good(await room.getDocument(open, false));
    await runDurableObjectAlarm(stub);
    await expect
      .poll(() => listed(id))
      .toMatchObject({ annotation_count: 1, open_thread_count: 1, contributor_count: 2 });
    // From now on they are kept.
    const kept = await runInDurableObject(stub, (_room, { storage }) =>
      storage.sql.exec<{ value: string }>("SELECT value FROM meta WHERE key = 'contributors'").one(),
    );
    expect(JSON.parse(kept.value)).toEqual(["ana", "ben"]);
    await evictDurableObject(stub);
    good(await room.updateAnnotation(open, annotation.id, 1, { text: "Still here" }, {}));
    expect((await listed(id)).contributor_count).toBe(2);
  });

  it("counts who only changed something", async () => {
    const { id, room } = await newDocument();
    const as = (name: string) => ({ ...open, name });
    const { value: annotation } = good(await room.createAnnotation(as("ana"), box, {}));
    expect((await listed(id)).contributor_count).toBe(1);
    const version = good(await room.createVersion(as("who only keeps a version"), {}, {}));
    good(await room.updateAnnotation(as("ben"), annotation.id, 1, { text: "Here" }, {}));
    expect((await listed(id)).contributor_count).toBe(2);
    const said = { annotation_id: annotation.id, reply_to: null, text: "Here" };
    const { value: comment } = good(await room.createComment(as("ana"), said, {}));
    good(await room.updateComment(as("eva"), comment.id, undefined, { resolved: true }, {}));
    expect((await listed(id)).contributor_count).toBe(3);
    good(await room.revertVersion(as("ida"), version.id, {}));
    expect((await listed(id)).contributor_count).toBe(4);
    good(await room.revertVersion(as("who reverted nothing"), version.id, {}));
    expect((await listed(id)).contributor_count).toBe(4);
  });

  it("costs an edit nothing in the document, and two rows in the catalog", async () => {
    const { id, room, stub } = await newDocument();
    const { value: annotation } = good(await room.createAnnotation(open, { ...box, author: "ana" }, {}));
    await room.updateAnnotation(open, annotation.id, 1, { text: "warm" }, {});
    const marks = () =>
      runInDurableObject(stub, (_room, { storage }) =>
        storage.sql.exec<{ kind: string }>("SELECT kind FROM outbox").toArray(),
      );
    // The mark of the last edit is deleted by the next one.
    expect(await marks()).toEqual([{ kind: "annotation" }]);
    const upsert = async (kind: "annotation" | "activity", table: string) => {
      const row = await env.DB.prepare(`SELECT * FROM ${table} WHERE id = ?`)
        .bind(kind === "activity" ? id : annotation.id)
        .first<{ seq: number; changed_at: number }>();
      if (!row) throw new Error(`There is no ${kind}`);
      const next = { ...row, seq: row.seq + 1, changed_at: row.changed_at + 1 };
      const statement = env.DB.prepare(projectionTables[kind].upsert).bind(JSON.stringify([next]));
      return (await statement.run()).meta.rows_written;
    };
    // The document's row and one entry of an index, in the request that brings the annotation.
    expect(await upsert("activity", "documents")).toBe(2);
    expect(await upsert("annotation", "annotations")).toBe(4);
  });
});
