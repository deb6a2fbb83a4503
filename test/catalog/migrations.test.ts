import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { getExportJob } from "../../src/catalog/export-jobs.ts";
import { cancelExportJob } from "../../src/catalog/export-leases.ts";
import { listAnnotations } from "../../src/catalog/list-annotations.ts";
import { projectRows } from "../../src/catalog/projection.ts";
import { listDocuments } from "../../src/catalog/list-documents.ts";
import { makeAnnotation, makeDocument } from "../support/resources.ts";

const { DB: db, TEST_MIGRATIONS: migrations } = env;

async function run(name: string): Promise<void> {
  const migration = migrations.find((each) => each.name.startsWith(name));
  if (!migration) throw new Error(`There is no migration ${name}`);
  await db.batch(migration.queries.map((query) => db.prepare(query)));
}

describe("the migration that lets exports be cancelled", () => {
  it("keeps every row and every column", async () => {
    await db.prepare("DROP TABLE exports").run();
    await run("0002");
    const id = crypto.randomUUID();
    await db
      .prepare(
        `INSERT INTO exports VALUES (?1, ?1, NULL, 7, 'running', 0.5, 'png',
           '{"scale":2,"quality":85,"background":"#ffffff"}', NULL, '["a word"]', 2, NULL, NULL, NULL, 'token', 9, 1, 2, NULL)`,
      )
      .bind(id)
      .run();
    const before = await db.prepare("SELECT * FROM exports").first();
    await run("0003");
    expect(await db.prepare("SELECT * FROM exports").first()).toEqual(before);
    expect(await getExportJob(db, id)).toMatchObject({ seq: 7, status: "running", warnings: ["a word"] });
    expect(await cancelExportJob(db, id, 10)).toMatchObject({ status: "cancelled" });
  });
});

describe("the migration that brings ordinals", () => {
  it("R49 keeps the present order of what is there, which has the ordinal 0 until its document sends it again", async () => {
    await db.batch(
      ["documents", "annotations", "versions"].map((table) => db.prepare(`DROP TABLE ${table}`)),
    );
    await run("0001");
    const document_id = crypto.randomUUID();
    const rows = ["c", "a", "b"].map((letter) => {
      const {
        ordinal: _ordinal,
        review: _review,
        ...old
      } = makeAnnotation({
        id: `${letter.repeat(8)}-0000-4000-8000-000000000000`,
        document_id,
      });
      return old;
    });
    for (const row of rows) {
      await db
        .prepare("INSERT INTO annotations VALUES (?, ?, ?, NULL, 'active', '[]', ?, ?, ?, ?)")
        .bind(document_id, row.id, row.type, row.seq, Date.parse(row.created_at), 0, JSON.stringify(row))
        .run();
    }
    await run("0005");
    await run("0009");
    const list = async () => (await listAnnotations(db, { status: "active" }, { page: 1, size: 10 })).items;
    const sorted = rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(await list()).toEqual(sorted.map((row) => ({ ...row, ordinal: 0, review: "none" })));
    const numbered = rows.map((row, index) => ({
      ...row,
      ordinal: 1024 + index,
      review: "none" as const,
    }));
    await projectRows(
      db,
      numbered.map((resource) => ({ kind: "annotation", resource })),
    );
    expect(await list()).toEqual(numbered);
  });

  it("R49 has an index for the order of every list that had one", async () => {
    for (const where of ["status = ?", "author = ? AND status = ?"]) {
      const { results } = await db
        .prepare(
          `EXPLAIN QUERY PLAN SELECT resource FROM annotations WHERE ${where} ORDER BY created_at, ordinal, id LIMIT 20`,
        )
        .bind(...(where.startsWith("author") ? ["ann", "active"] : ["active"]))
        .all<{ detail: string }>();
      expect(results.map(({ detail }) => detail)).toEqual([
        expect.stringMatching(/^SEARCH annotations USING INDEX/),
      ]);
    }
  });
});

describe("the migration that brings numbers to lists", () => {
  it("R77 counts what is in the catalog already", async () => {
    await db.batch(
      ["documents", "annotations", "versions"].map((table) => db.prepare(`DROP TABLE ${table}`)),
    );
    for (const name of ["0001", "0005", "0009"]) await run(name);
    const [busy, quiet] = [makeDocument({ title: "Busy" }), makeDocument({ title: "Quiet" })];
    for (const document of [busy, quiet]) {
      const { id, title, status, seq, created_at } = document;
      await db
        .prepare("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)")
        .bind(id, title.toLowerCase(), status, seq, Date.parse(created_at), JSON.stringify(document))
        .run();
    }
    const later = "2026-11-23T11:22:33.444Z";
    const marks = [
      makeAnnotation({ document_id: busy.id, author: "ana" }),
      makeAnnotation({ document_id: busy.id, author: "ben", status: "deleted", updated_at: later }),
      makeAnnotation({ document_id: busy.id, author: "ana" }),
    ];
    await projectRows(
      db,
      marks.map((resource) => ({ kind: "annotation", resource })),
    );
    await run("0010");
    const { items } = await listDocuments(
      db,
      { includeDeleted: false, sort: "changed" },
      { page: 1, size: 9 },
    );
    const numbers = { annotation_count: 2, open_thread_count: 0, contributor_count: 2, changed_at: later };
    expect(items).toEqual([
      { ...busy, ...numbers },
      {
        ...quiet,
        annotation_count: 0,
        open_thread_count: 0,
        contributor_count: 0,
        changed_at: quiet.updated_at,
      },
    ]);
  });
});
