import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { CatalogUnavailable } from "../../src/catalog/catalog-unavailable.ts";
import { isWriteFailure } from "../../src/catalog/catalog-unavailable.ts";
import { listAnnotations } from "../../src/catalog/list-annotations.ts";
import { locateDocuments } from "../../src/catalog/locate-documents.ts";
import { type ProjectedRow, projectRows } from "../../src/catalog/projection.ts";
import { makeAnnotation, makeSummary, makeVersion } from "../support/resources.ts";
import { withMembers } from "../support/with-members.ts";

const annotationRow = (fields: Parameters<typeof makeAnnotation>[0]): ProjectedRow => ({
  kind: "annotation",
  resource: makeAnnotation(fields),
});

async function storedTitle(id: string): Promise<string | undefined> {
  const row = await env.DB.prepare("SELECT resource ->> '$.title' AS title FROM documents WHERE id = ?")
    .bind(id)
    .first<{ title: string }>();
  return row?.title;
}

async function countAnnotations(documentId: string): Promise<number> {
  const row = await env.DB.prepare("SELECT count(*) AS n FROM annotations WHERE document_id = ?")
    .bind(documentId)
    .first<{ n: number }>();
  return row?.n ?? 0;
}

describe("projectRows", () => {
  it("stores every kind of row", async () => {
    const document = makeSummary();
    const version = makeVersion({ document_id: document.id });
    const annotation = makeAnnotation({ document_id: document.id });
    const { refused } = await projectRows(env.DB, [
      { kind: "document", resource: document },
      { kind: "version", resource: version },
      { kind: "annotation", resource: annotation },
    ]);
    expect(refused).toEqual([]);
    expect(await locateDocuments(env.DB, "annotations", annotation.id)).toEqual([document.id]);
    expect(await locateDocuments(env.DB, "versions", version.id)).toEqual([document.id]);
  });

  it("takes nothing at all", async () => {
    expect(await projectRows(env.DB, [])).toEqual({ refused: [] });
  });

  it("keeps the later row, whichever comes first", async () => {
    const document = makeSummary({ title: "at 5", seq: 5 });
    const project = (title: string, seq: number) =>
      projectRows(env.DB, [{ kind: "document", resource: { ...document, title, seq } }]);
    await project("at 5", 5);
    await project("at 4", 4);
    expect(await storedTitle(document.id)).toBe("at 5");
    await project("at 5 again", 5);
    expect(await storedTitle(document.id)).toBe("at 5 again");
    await project("at 6", 6);
    expect(await storedTitle(document.id)).toBe("at 6");
  });

  it("R77 keeps the later numbers of a document, and its other fields with them", async () => {
    const { changed_at, ...document } = makeSummary({ title: "Counted", seq: 3 });
    const project = (seq: number, annotation_count: number) =>
      projectRows(env.DB, [
        {
          kind: "activity",
          resource: { ...document, seq, annotation_count, changed_at },
        },
      ]);
    const stored = () =>
      env.DB.prepare(
        "SELECT seq, annotation_count, resource ->> '$.title' AS title FROM documents WHERE id = ?",
      )
        .bind(document.id)
        .first();
    // Its document's row brings the numbers itself.
    await project(2, 1);
    expect(await stored()).toBeNull();
    await projectRows(env.DB, [
      { kind: "document", resource: { ...document, annotation_count: 2, changed_at } },
    ]);
    await project(5, 4);
    await project(4, 3);
    expect(await stored()).toEqual({ seq: 5, annotation_count: 4, title: "Counted" });
    await projectRows(env.DB, [{ kind: "document", resource: { ...document, seq: 4, changed_at } }]);
    expect(await stored()).toEqual({ seq: 5, annotation_count: 4, title: "Counted" });
  });

  it("stores text exactly as it is, whatever is in it", async () => {
    const text = "quote \" back \\ tab \t line \n apostrophe ' emoji 🖍️ שלום \u2028 \u007f";
    const annotation = makeAnnotation({
      text,
      labels: ['a"b', "ü"],
      properties: { "k.$[0]": [1.5e-7, text] },
    });
    await projectRows(env.DB, [{ kind: "annotation", resource: annotation }]);
    const { items } = await listAnnotations(env.DB, { status: "all", label: 'a"b' }, { page: 1, size: 10 });
    expect(items).toEqual([annotation]);
  });

  it("stores 10,000 annotations, and 10,000-point strokes among them", async () => {
    const documentId = crypto.randomUUID();
    const points = Array.from({ length: 10_000 }, (_, i): [number, number] => [i / 3, i / 7]);
    const rows = Array.from({ length: 10_000 }, (_, i) =>
      annotationRow({
        document_id: documentId,
        seq: i + 2,
        ...(i % 1_000 === 0 && { type: "freehand" as const, geometry: { points } }),
      }),
    );
    expect(await projectRows(env.DB, rows)).toEqual({ refused: [] });
    expect(await countAnnotations(documentId)).toBe(10_000);
  });
});

/**
 * The database, and what is asked of it: the rows of each statement as JSON, and how many statements each batch has.
 */
function watchDatabase() {
  const seen = { statements: [] as string[], batches: [] as number[] };
  const db = withMembers(env.DB, {
    prepare: (sql) => {
      const statement = env.DB.prepare(sql);
      return withMembers(statement, {
        bind: (...values) => {
          seen.statements.push(String(values[0]));
          return statement.bind(...values);
        },
      });
    },
    batch: (statements) => {
      seen.batches.push(statements.length);
      return env.DB.batch(statements);
    },
  });
  return { db, seen };
}

describe("what goes to D1 at once", () => {
  const documentId = crypto.randomUUID();
  const ofLength = (text: number) => annotationRow({ document_id: documentId, text: "x".repeat(text) });
  /** A row whose JSON has so many characters: without its text it has as many as any other. */
  async function rowOf(length: number): Promise<ProjectedRow> {
    const { db, seen } = watchDatabase();
    await projectRows(db, [ofLength(0)]);
    const empty = (seen.statements[0]?.length ?? 0) - "[]".length;
    return ofLength(length - empty);
  }

  it("is 500 rows in a statement, not one more", async () => {
    const { db, seen } = watchDatabase();
    const rows = Array.from({ length: 501 }, () => ofLength(0));
    await projectRows(db, rows.slice(1));
    expect(seen.batches).toEqual([1]);
    await projectRows(db, rows);
    expect(seen.batches).toEqual([1, 2]);
    expect(seen.statements.map((json) => (JSON.parse(json) as unknown[]).length)).toEqual([500, 500, 1]);
  });

  it("is a million characters in a statement, not one more", async () => {
    const [half, rest, more] = await Promise.all([rowOf(600_000), rowOf(400_000), rowOf(400_001)]);
    const { db, seen } = watchDatabase();
    await projectRows(db, [half, rest]);
    expect(seen.batches).toEqual([1]);
    await projectRows(db, [half, more]);
    expect(seen.batches).toEqual([1, 2]);
  });

  it("is eight million characters in a batch, not one more", async () => {
    const rows = await Promise.all(Array.from({ length: 9 }, () => rowOf(1_000_000)));
    const { db, seen } = watchDatabase();
    await projectRows(db, rows);
    expect(seen.batches).toEqual([8, 1]);
    expect(await countAnnotations(documentId)).toBeGreaterThanOrEqual(9);
  });
});

describe("projectRows where D1 refuses", () => {
  afterEach(async () => {
    await env.DB.prepare("DROP TRIGGER IF EXISTS refuse_cursed").run();
  });

  it("stores all other rows and names the refused ones", async () => {
    await env.DB.prepare(
      "CREATE TRIGGER refuse_cursed BEFORE INSERT ON annotations WHEN NEW.author = 'cursed' " +
        "BEGIN SELECT RAISE(ABORT, 'not this one'); END",
    ).run();
    const document = makeSummary();
    const rows: ProjectedRow[] = [{ kind: "document", resource: document }];
    for (let i = 0; i < 1_200; i++) {
      const author = i === 3 || i === 700 || i === 1_199 ? "cursed" : "ana";
      rows.push(annotationRow({ document_id: document.id, author, seq: i + 2 }));
    }
    const { refused } = await projectRows(env.DB, rows);
    expect(refused.map(({ row }) => row)).toEqual([rows[4], rows[701], rows[1_200]]);
    expect(refused[0]?.reason).toContain("not this one");
    expect(await countAnnotations(document.id)).toBe(1_197);
    expect(await storedTitle(document.id)).toBe(document.title);
  });

  it("throws where D1 itself fails, and stores everything once it is back", async () => {
    const document = makeSummary();
    const rows: ProjectedRow[] = [
      { kind: "document", resource: document },
      annotationRow({ document_id: document.id }),
    ];
    await env.DB.prepare("ALTER TABLE annotations RENAME TO annotations_away").run();
    try {
      await expect(projectRows(env.DB, rows)).rejects.toThrow(CatalogUnavailable);
    } finally {
      await env.DB.prepare("ALTER TABLE annotations_away RENAME TO annotations").run();
    }
    expect(await projectRows(env.DB, rows)).toEqual({ refused: [] });
    expect(await countAnnotations(document.id)).toBe(1);
  });

  it("throws where D1 can be read but not written, and blames no row for it", async () => {
    await env.DB.prepare(
      "CREATE TRIGGER refuse_cursed BEFORE INSERT ON annotations BEGIN SELECT RAISE(ABORT, 'SQLITE_FULL'); END",
    ).run();
    await expect(projectRows(env.DB, [annotationRow({})])).rejects.toThrow(CatalogUnavailable);
  });

  it("tells a database that can't be written from a row that can't", () => {
    expect(isWriteFailure("D1_ERROR: database or disk is full: SQLITE_FULL")).toBe(true);
    expect(isWriteFailure("D1_ERROR: D1 DB is overloaded. Too many requests queued.")).toBe(true);
    expect(isWriteFailure("D1_ERROR: not this one: SQLITE_CONSTRAINT")).toBe(false);
  });
});
