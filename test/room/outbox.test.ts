import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { box, good, newDocument, open } from "../support/room.ts";

/** What the catalog knows of a document's annotations. */
async function projected(documentId: string): Promise<{ id: string; version: number; status: string }[]> {
  const { results } = await env.DB.prepare(
    "SELECT id, resource ->> 'version' AS version, status FROM annotations WHERE document_id = ? ORDER BY created_at, ordinal, id",
  )
    .bind(documentId)
    .all<{ id: string; version: number; status: string }>();
  return results;
}

function waiting(stub: DurableObjectStub): Promise<number> {
  return runInDurableObject(
    stub,
    (_room, { storage }) =>
      storage.sql.exec<{ rows: number }>("SELECT COUNT(*) AS rows FROM outbox").one().rows,
  );
}

describe("the outbox", () => {
  afterEach(async () => {
    await env.DB.prepare("DROP TRIGGER IF EXISTS refuse").run();
  });

  it("R45 a REST write is in the catalog when it answers", async () => {
    const { id, room, stub } = await newDocument("Listed");
    const row = await env.DB.prepare(
      "SELECT resource ->> 'title' AS title, resource ->> 'version' AS version FROM documents WHERE id = ?",
    )
      .bind(id)
      .first();
    expect(row).toEqual({ title: "Listed", version: 1 });
    const { value: annotation } = good(await room.createAnnotation(open, box, {}));
    expect(await projected(id)).toEqual([{ id: annotation.id, version: 1, status: "active" }]);
    const version = good(await room.createVersion(open, {}, {}));
    expect(await env.DB.prepare("SELECT seq FROM versions WHERE id = ?").bind(version.id).first()).toEqual({
      seq: version.seq,
    });
    // The marks go with the next write, or with the alarm.
    await drain(stub);
  });

  it("R45 nothing is lost while D1 fails: writes go on, and the alarm brings the lists up to date", async () => {
    const { id, room, stub } = await newDocument();
    await env.DB.prepare("ALTER TABLE annotations RENAME TO annotations_away").run();
    const { value: one } = good(await room.createAnnotation(open, box, {}));
    good(await room.updateAnnotation(open, one.id, 1, { text: "while D1 was away" }, {}));
    const { value: two } = good(await room.createAnnotation(open, box, {}));
    good(await room.deleteAnnotation(open, two.id, 1, {}));
    expect(good(await room.getDocument(open, false)).seq).toBe(5);
    await runDurableObjectAlarm(stub);
    expect(await waiting(stub)).toBe(2);
    await evictDurableObject(stub);
    await env.DB.prepare("ALTER TABLE annotations_away RENAME TO annotations").run();
    await drain(stub);
    expect(await projected(id)).toEqual([
      { id: one.id, version: 2, status: "active" },
      { id: two.id, version: 2, status: "deleted" },
    ]);
  });

  it("R45 one row that D1 refuses does not block the others, and comes in once it is taken", async () => {
    const { id, room, stub } = await newDocument();
    const bad = crypto.randomUUID();
    await env.DB.prepare(
      `CREATE TRIGGER refuse BEFORE INSERT ON annotations WHEN NEW.id = '${bad}' BEGIN SELECT RAISE(ABORT, 'refused'); END`,
    ).run();
    const operations = [bad, crypto.randomUUID(), crypto.randomUUID()].map((annotation) => ({
      ...box,
      op: "create" as const,
      id: annotation,
    }));
    good(await room.applyBatch(open, operations, {}));
    expect((await projected(id)).map((row) => row.id).sort()).toEqual(
      operations
        .slice(1)
        .map((operation) => operation.id)
        .sort(),
    );
    const { value: later } = good(await room.createAnnotation(open, box, {}));
    expect((await projected(id)).map((row) => row.id)).toContain(later.id);
    await env.DB.prepare("DROP TRIGGER refuse").run();
    await drain(stub);
    expect(await projected(id)).toHaveLength(4);
  });

  it("R45 documents that change at the same time are all in the catalog when they answer", async () => {
    const documents = await Promise.all(Array.from({ length: 12 }, () => newDocument()));
    await Promise.all(
      documents.map(async ({ id, room }) => {
        for (let i = 0; i < 5; i++) {
          good(await room.createAnnotation(open, box, {}));
          expect(await projected(id)).toHaveLength(i + 1);
        }
      }),
    );
  });

  it("R45 10,000 annotations arrive", async () => {
    const { id, room, stub } = await newDocument();
    for (let i = 0; i < 20; i++) {
      const operations = Array.from({ length: 500 }, () => ({ ...box, op: "create" as const }));
      good(await room.applyBatch(open, operations, {}));
    }
    await drain(stub);
    expect(await projected(id)).toHaveLength(10_000);
  });
});

/** Lets alarms fire until nothing waits. */
async function drain(stub: DurableObjectStub): Promise<void> {
  for (let i = 0; i < 50 && (await waiting(stub)) > 0; i++) {
    // An alarm that fires before something is due only arms the next one: make it due.
    await runInDurableObject(stub, (_room, { storage }) => storage.sql.exec("UPDATE due SET at = 0"));
    await evictDurableObject(stub);
    await runInDurableObject(stub, (_room, { storage }) => storage.setAlarm(Date.now() + 60_000));
    await runDurableObjectAlarm(stub);
  }
  expect(await waiting(stub)).toBe(0);
}
