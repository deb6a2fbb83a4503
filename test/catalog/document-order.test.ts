import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { readCursor, writeCursor } from "../../src/catalog/document-cursor.ts";
import { listDocuments } from "../../src/catalog/list-documents.ts";
import { projectRows } from "../../src/catalog/projection.ts";
import { titleSortKey } from "../../src/catalog/title-sort-key.ts";
import { CURSOR_MAX, TITLE_MAX } from "../../src/protocol/limits.ts";
import { type DocumentSort, documentSorts, type DocumentSummary } from "../../src/protocol/model/document.ts";
import { toTimestamp } from "../../src/protocol/model/scalars.ts";
import { makeSummary } from "../support/resources.ts";

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM documents").run();
});

async function put(documents: readonly DocumentSummary[]): Promise<void> {
  await projectRows(
    env.DB,
    documents.map((resource) => ({ kind: "document", resource })),
  );
}

/** The whole list, page by page; `between` runs after each page. */
async function walk(
  sort: DocumentSort,
  sizes: readonly number[],
  between: (read: number) => Promise<void> = async () => undefined,
): Promise<DocumentSummary[]> {
  const items: DocumentSummary[] = [];
  let next: string | null = null;
  for (let read = 0; read === 0 || next !== null; read++) {
    const size = sizes[read % sizes.length] ?? 1;
    const after = next === null ? undefined : readCursor(next, sort);
    if (after && !after.ok) throw new Error(after.error.message);
    const filter = { includeDeleted: false, sort, after: after?.value };
    const page = await listDocuments(env.DB, filter, { page: 1, size });
    items.push(...page.items);
    ({ next } = page);
    await between(read);
  }
  return items;
}

const ids = (documents: readonly DocumentSummary[]) => documents.map(({ id }) => id);
const minute = (n: number) => toTimestamp(Date.UTC(2026, 10, 22, 10, n));

describe("R77 the order of the list", () => {
  it("is by creation, by the last change, or by title", async () => {
    const [a, b, c] = [
      makeSummary({ title: "IMG_10", created_at: minute(1), changed_at: minute(9) }),
      makeSummary({ title: "img_2", created_at: minute(3), changed_at: minute(5) }),
      makeSummary({ title: "Éclair", created_at: minute(2), changed_at: minute(7) }),
    ];
    await put([a, b, c]);
    expect(ids(await walk("created", [2]))).toEqual(ids([b, c, a]));
    expect(ids(await walk("changed", [2]))).toEqual(ids([a, c, b]));
    expect(ids(await walk("title", [2]))).toEqual(ids([c, b, a]));
  });

  it("has an index for every order", async () => {
    const orders = ["changed_at DESC, id DESC", "created_at DESC, id DESC", "title_sort, id"];
    for (const order of orders) {
      const { results } = await env.DB.prepare(
        `EXPLAIN QUERY PLAN SELECT resource FROM documents WHERE true AND status = 'active' AND true ORDER BY ${order} LIMIT 20`,
      ).all<{ detail: string }>();
      expect(results.map(({ detail }) => detail)).toEqual([expect.stringMatching(/USING INDEX/)]);
    }
  });

  it("shows each document once that stays where it is, whatever comes, goes and moves meanwhile", async () => {
    const keys = fc.array(fc.nat(4), { minLength: 1, maxLength: 12 });
    const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
    const acts = fc.array(fc.constantFrom("add", "delete", "change"), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...documentSorts),
        keys,
        sizes,
        acts,
        fc.nat(),
        async (sort, ties, pages, meanwhile, seed) => {
          await env.DB.prepare("DELETE FROM documents").run();
          const make = (n: number) =>
            makeSummary({ title: `t${n}`, created_at: minute(n), changed_at: minute(n) });
          const documents = ties.map(make);
          await put(documents);
          const moved = new Set<string>();
          const found = await walk(sort, pages, async (read) => {
            const document = documents[(seed + read) % documents.length];
            const act = meanwhile[read];
            if (act === undefined || document === undefined) return;
            if (act === "add") {
              const added = make((seed + read) % 5);
              moved.add(added.id);
              await put([added]);
              return;
            }
            moved.add(document.id);
            const later = {
              ...document,
              seq: read + 2,
              changed_at: minute(30 + read),
              title: `t${read % 5}`,
            };
            await put([act === "delete" ? { ...later, status: "deleted" } : later]);
          });
          const stayed = new Set(ids(documents).filter((id) => !moved.has(id)));
          const seen = ids(found).filter((id) => stayed.has(id));
          expect(seen).toHaveLength(stayed.size);
          expect(new Set(seen)).toEqual(stayed);
          if (sort !== "title") expect(new Set(ids(found)).size).toBe(found.length);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("a cursor", () => {
  it("leads back to its place, for the longest title too", () => {
    const cursors = [
      { sort: "created", key: Date.now(), id: crypto.randomUUID() },
      { sort: "title", key: titleSortKey("字".repeat(TITLE_MAX)), id: crypto.randomUUID() },
      { sort: "title", key: titleSortKey("\u{1f469}\u200d\u{1f680}".repeat(60)), id: crypto.randomUUID() },
    ] as const;
    for (const cursor of cursors) {
      const text = writeCursor(cursor);
      expect(text.length).toBeLessThanOrEqual(CURSOR_MAX);
      expect(readCursor(text, cursor.sort)).toEqual({ ok: true, value: cursor });
    }
  });

  it("is refused if it is of another order, or of nobody's", () => {
    const cursor = writeCursor({ sort: "created", key: 1, id: crypto.randomUUID() });
    expect(readCursor(cursor, "changed")).toMatchObject({
      ok: false,
      error: { code: "invalid", message: "after is from a list with sort=created: name the same sort" },
    });
    const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).toBase64();
    const id = crypto.randomUUID();
    const bad = [
      "",
      "x",
      "%",
      encode([]),
      encode(["title", 1, id]),
      encode(["created", "a", id]),
      encode(null),
    ];
    for (const text of bad) {
      for (const sort of documentSorts) expect(readCursor(text, sort)).toMatchObject({ ok: false });
    }
  });
});

describe("titleSortKey", () => {
  it("puts titles in the order that people expect", () => {
    const titles = [
      "2 trees",
      "10 trees",
      "Äpfel",
      "apples",
      "IMG_9",
      "img_0010",
      "IMG_11",
      "Zoo",
      "Москва",
      "字",
    ];
    const sorted = titles.toSorted((a, b) => (titleSortKey(a) < titleSortKey(b) ? -1 : 1));
    expect(sorted).toEqual([
      "2 trees",
      "10 trees",
      "Äpfel",
      "apples",
      "IMG_9",
      "img_0010",
      "IMG_11",
      "Zoo",
      "Москва",
      "字",
    ]);
  });
});
