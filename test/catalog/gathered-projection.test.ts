import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { CatalogUnavailable } from "../../src/catalog/catalog-unavailable.ts";
import { GatheredProjection } from "../../src/catalog/gathered-projection.ts";
import type { ProjectedRow } from "../../src/catalog/projection.ts";
import { makeAnnotation } from "../support/resources.ts";
import { withMembers } from "../support/with-members.ts";

function annotationRows(documentId: string, count: number, author = "ana"): ProjectedRow[] {
  return Array.from({ length: count }, (_, i) => ({
    kind: "annotation",
    resource: makeAnnotation({ document_id: documentId, author, seq: i + 2 }),
  }));
}

async function countAnnotations(documentId: string): Promise<number> {
  const row = await env.DB.prepare("SELECT count(*) AS n FROM annotations WHERE document_id = ?")
    .bind(documentId)
    .first<{ n: number }>();
  return row?.n ?? 0;
}

/**
 * The database, and what was asked of it: how many transactions, and how many rows in all. `hold` keeps one back for
 * as long as its promise does not settle.
 */
function watched(hold: (batch: number) => Promise<void> | undefined = () => undefined) {
  const seen = { batches: 0, rows: 0 };
  const db = withMembers(env.DB, {
    prepare: (sql) => {
      const statement = env.DB.prepare(sql);
      return withMembers(statement, {
        bind: (...values) => {
          seen.rows += (JSON.parse(String(values[0])) as unknown[]).length;
          return statement.bind(...values);
        },
      });
    },
    batch: async (statements) => {
      await hold(++seen.batches);
      return env.DB.batch(statements);
    },
  });
  return { db, seen };
}

describe("GatheredProjection", () => {
  afterEach(async () => {
    await env.DB.prepare("DROP TRIGGER IF EXISTS refuse_cursed").run();
  });

  it("sends alone what comes alone, as soon as nobody sends", async () => {
    const { db, seen } = watched();
    // A turn that is not given back would never end.
    const projection = new GatheredProjection({ turnMs: 1e9 });
    const id = crypto.randomUUID();
    expect(await projection.project(db, annotationRows(id, 2))).toEqual({ refused: [] });
    expect(await projection.project(db, annotationRows(id, 1))).toEqual({ refused: [] });
    expect(await countAnnotations(id)).toBe(3);
    expect(seen).toEqual({ batches: 2, rows: 3 });
  });

  it("sends all that came during one request with the next, each row once", async () => {
    const { db, seen } = watched();
    const projection = new GatheredProjection();
    const ids = Array.from({ length: 40 }, () => crypto.randomUUID());
    const outcomes = await Promise.all(ids.map((id) => projection.project(db, annotationRows(id, 3))));
    expect(outcomes).toEqual(ids.map(() => ({ refused: [] })));
    expect(seen).toEqual({ batches: 2, rows: 120 });
    for (const id of ids) expect(await countAnnotations(id)).toBe(3);
  });

  it("takes at most 500 rows along, in the order they came", async () => {
    const { db, seen } = watched();
    const projection = new GatheredProjection();
    const ids = Array.from({ length: 6 }, () => crypto.randomUUID());
    // The first goes alone; then 250 + 250, then 250 + 250, then the last.
    await Promise.all(ids.map((id) => projection.project(db, annotationRows(id, 250))));
    expect(seen.batches).toBe(4);
    for (const id of ids) expect(await countAnnotations(id)).toBe(250);
  });

  it("takes nothing along where the next rows would be too many", async () => {
    const { db, seen } = watched();
    const projection = new GatheredProjection();
    const counts = [1, 300, 300];
    await Promise.all(
      counts.map((count) => projection.project(db, annotationRows(crypto.randomUUID(), count))),
    );
    expect(seen).toEqual({ batches: 3, rows: 601 });
  });

  it("tells each caller of its own refused rows alone", async () => {
    await env.DB.prepare(
      "CREATE TRIGGER refuse_cursed BEFORE INSERT ON annotations WHEN NEW.author = 'cursed' " +
        "BEGIN SELECT RAISE(ABORT, 'not this one'); END",
    ).run();
    const projection = new GatheredProjection();
    const first = annotationRows(crypto.randomUUID(), 1);
    const good = annotationRows(crypto.randomUUID(), 5);
    const bad = annotationRows(crypto.randomUUID(), 2, "cursed");
    const [, ofGood, ofBad] = await Promise.all(
      [first, good, bad].map((rows) => projection.project(env.DB, rows)),
    );
    expect(ofGood).toEqual({ refused: [] });
    expect(ofBad?.refused.map(({ row }) => row)).toEqual(bad);
    expect(await countAnnotations(documentOf(good))).toBe(5);
  });

  it("tells everyone when the catalog is away, and goes on once it is back", async () => {
    const projection = new GatheredProjection();
    const all = [1, 2, 3].map((count) => annotationRows(crypto.randomUUID(), count));
    await env.DB.prepare("ALTER TABLE annotations RENAME TO annotations_away").run();
    try {
      const outcomes = await Promise.allSettled(all.map((rows) => projection.project(env.DB, rows)));
      for (const outcome of outcomes)
        expect(outcome.status === "rejected" && outcome.reason).toBeInstanceOf(CatalogUnavailable);
    } finally {
      await env.DB.prepare("ALTER TABLE annotations_away RENAME TO annotations").run();
    }
    await Promise.all(all.map((rows) => projection.project(env.DB, rows)));
    for (const rows of all) expect(await countAnnotations(documentOf(rows))).toBe(rows.length);
  });

  it("goes on without one that never comes back", async () => {
    const { db, seen } = watched((batch) => (batch === 1 ? new Promise(() => undefined) : undefined));
    const projection = new GatheredProjection({ turnMs: 100 });
    void projection.project(db, annotationRows(crypto.randomUUID(), 1));
    const ids = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
    await Promise.all(ids.map((id) => projection.project(db, annotationRows(id, 1))));
    for (const id of ids) expect(await countAnnotations(id)).toBe(1);
    // And the next one does not wait at all.
    const before = seen.batches;
    await projection.project(db, annotationRows(crypto.randomUUID(), 1));
    expect(seen.batches).toBe(before + 1);
  });

  it("goes on where the one whose turn it is was cut off with the rows of others", async () => {
    // The first request ends, the second one, with the rows of two, never does.
    const { db } = watched((batch) => (batch === 2 ? new Promise(() => undefined) : undefined));
    const projection = new GatheredProjection({ turnMs: 100 });
    const ids = [1, 2, 3].map(() => crypto.randomUUID());
    const [first, cutOff, taken] = ids.map((id) => projection.project(db, annotationRows(id, 1)));
    await first;
    await taken;
    expect(await countAnnotations(ids[2] ?? "")).toBe(1);
    void cutOff;
  });
});

function documentOf(rows: readonly ProjectedRow[]): string {
  const [row] = rows;
  return row?.kind === "annotation" ? row.resource.document_id : "";
}
