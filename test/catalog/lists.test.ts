import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { listAnnotations } from "../../src/catalog/list-annotations.ts";
import { listDocuments } from "../../src/catalog/list-documents.ts";
import { locateDocuments } from "../../src/catalog/locate-documents.ts";
import { projectRows } from "../../src/catalog/projection.ts";
import type { Annotation, AnnotationFields } from "../../src/protocol/model/annotation.ts";
import type { AnnotationFilter } from "../../src/catalog/annotation-conditions.ts";
import type { Shape } from "../../src/protocol/model/geometry.ts";
import type { DocumentSummary } from "../../src/protocol/model/document.ts";
import { makeAnnotation, makeSummary } from "../support/resources.ts";

const everything = { page: 1, size: 100 };

beforeEach(async () => {
  await env.DB.batch(["documents", "annotations"].map((name) => env.DB.prepare(`DELETE FROM ${name}`)));
});

async function putDocuments(...documents: Partial<DocumentSummary>[]): Promise<DocumentSummary[]> {
  const made = documents.map(makeSummary);
  await projectRows(
    env.DB,
    made.map((resource) => ({ kind: "document", resource })),
  );
  return made;
}

async function putAnnotations(
  ...annotations: (Partial<AnnotationFields> & { shape?: Shape })[]
): Promise<Annotation[]> {
  const made = annotations.map(({ shape, ...fields }) => makeAnnotation(fields, shape));
  await projectRows(
    env.DB,
    made.map((resource) => ({ kind: "annotation", resource })),
  );
  return made;
}

/** The catalog's rows as they were before resources said who changed them. */
async function makeOlder(table: "documents" | "annotations"): Promise<void> {
  await env.DB.prepare(
    `UPDATE ${table} SET resource =
       json_remove(resource, '$.author_name', '$.updated_by', '$.updated_by_name')`,
  ).run();
}

describe("rows of an older service", () => {
  it("R45 R75 don't say who changed them, but for an annotation's first version", async () => {
    const [document] = await putDocuments({ updated_by: "ben", updated_by_name: "Ben" });
    const [first, later, unsigned] = await putAnnotations(
      { author: "ana", created_at: "2026-11-22T10:00:00.001Z" },
      { author: "ana", version: 2, created_at: "2026-11-22T10:00:00.002Z" },
      { version: 2, created_at: "2026-11-22T10:00:00.003Z" },
    );
    await makeOlder("documents");
    await makeOlder("annotations");
    const { items: documents } = await listDocuments(env.DB, { includeDeleted: false }, everything);
    expect(documents).toEqual([{ ...document, updated_by: null, updated_by_name: null }]);
    const { items: annotations } = await listAnnotations(env.DB, { status: "all" }, everything);
    expect(annotations).toEqual([
      { ...first, updated_by: "ana" },
      { ...later, updated_by: null, updated_by_name: null },
      unsigned,
    ]);
  });

  it("R75 other rows are listed as they are", async () => {
    const all = await putAnnotations(
      { author: "ana", author_name: "Ana", updated_by: "ana", version: 2 },
      { author: "ana", author_name: "Ana", updated_by: "ben", updated_by_name: "Ben", version: 2 },
    );
    const { items } = await listAnnotations(env.DB, { status: "all" }, everything);
    expect(items.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
      all.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
  });
});

describe("listDocuments", () => {
  const titles = async (filter: { q?: string; includeDeleted?: boolean }) => {
    const { items } = await listDocuments(env.DB, { includeDeleted: false, ...filter }, everything);
    return items.map((document) => document.title);
  };

  it("lists newest first, page by page, with the number of all", async () => {
    await putDocuments(
      ...["08", "10", "09"].map((hour) => ({ title: hour, created_at: `2026-11-22T${hour}:00:00.000Z` })),
    );
    const first = await listDocuments(env.DB, { includeDeleted: false }, { page: 1, size: 2 });
    expect(first.items.map(({ title }) => title)).toEqual(["10", "09"]);
    expect(first).toMatchObject({ page: 1, size: 2, total: 3 });
    const second = await listDocuments(env.DB, { includeDeleted: false }, { page: 2, size: 2 });
    expect(second.items.map(({ title }) => title)).toEqual(["08"]);
    const beyond = await listDocuments(env.DB, { includeDeleted: false }, { page: 100_000, size: 100 });
    expect(beyond).toMatchObject({ items: [], total: 3 });
  });

  it("leaves out the deleted ones unless asked", async () => {
    await putDocuments({ title: "here" }, { title: "gone", status: "deleted" });
    expect(await titles({})).toEqual(["here"]);
    expect(new Set(await titles({ includeDeleted: true }))).toEqual(new Set(["here", "gone"]));
  });

  it("finds a part of the title in any case of any script", async () => {
    await putDocuments({ title: "Straßenplan ÄÖÜ" }, { title: "ΑΘΗΝΑ" }, { title: "Москва" });
    expect(await titles({ q: "äöü" })).toEqual(["Straßenplan ÄÖÜ"]);
    expect(await titles({ q: "αθηνα" })).toEqual(["ΑΘΗΝΑ"]);
    expect(await titles({ q: "МОСК" })).toEqual(["Москва"]);
  });

  it("takes SQL's own characters as they are", async () => {
    await putDocuments({ title: "100% of_it" }, { title: "100 of it" }, { title: "it's" });
    expect(await titles({ q: "%" })).toEqual(["100% of_it"]);
    expect(await titles({ q: "_" })).toEqual(["100% of_it"]);
    expect(await titles({ q: "'" })).toEqual(["it's"]);
    expect(await titles({ q: "' OR '1'='1" })).toEqual([]);
    expect(await titles({ q: "x".repeat(256) })).toEqual([]);
  });
});

describe("listAnnotations", () => {
  const ids = async (filter: Partial<AnnotationFilter>) => {
    const { items } = await listAnnotations(env.DB, { status: "active", ...filter }, everything);
    return items.map(({ id }) => id);
  };

  it("filters by every field, across documents", async () => {
    const [box, marked, byAna, gone, late] = await putAnnotations(
      {
        shape: { type: "box", geometry: { x: 1, y: 2, width: 3, height: 4 } },
        created_at: "2026-11-22T10:00:01.000Z",
      },
      { labels: ["red", "blue"], created_at: "2026-11-22T10:00:02.000Z" },
      { author: "ana", created_at: "2026-11-22T10:00:03.000Z" },
      { status: "deleted", created_at: "2026-11-22T10:00:04.000Z" },
      { updated_at: "2026-11-23T00:00:00.000Z", created_at: "2026-11-22T10:00:05.000Z" },
    );
    expect(await ids({})).toEqual([box?.id, marked?.id, byAna?.id, late?.id]);
    expect(await ids({ type: "box" })).toEqual([box?.id]);
    expect(await ids({ label: "blue" })).toEqual([marked?.id]);
    expect(await ids({ label: "blu" })).toEqual([]);
    expect(await ids({ author: "ana" })).toEqual([byAna?.id]);
    expect(await ids({ status: "deleted" })).toEqual([gone?.id]);
    expect(await ids({ status: "all" })).toHaveLength(5);
    const midnight = Date.parse("2026-11-23T00:00:00.000Z");
    expect(await ids({ updatedSince: midnight })).toEqual([late?.id]);
    expect(await ids({ updatedSince: midnight + 1 })).toEqual([]);
  });

  it("R49 lists what was made in one millisecond by its ordinal, whatever the ids, page by page", async () => {
    const document_id = crypto.randomUUID();
    const falling = Array.from({ length: 7 }, () => crypto.randomUUID())
      .sort()
      .reverse();
    await putAnnotations(...falling.map((id, index) => ({ id, document_id, ordinal: 1024 + index })));
    const listed: string[] = [];
    for (let page = 1; page <= 4; page++) {
      const { items } = await listAnnotations(env.DB, { status: "active" }, { page, size: 2 });
      listed.push(...items.map(({ id }) => id));
    }
    expect(listed).toEqual(falling);
  });

  it("leaves out those of deleted documents, and has them again after a restore", async () => {
    const [document] = await putDocuments({ status: "deleted", seq: 5 });
    const [annotation] = await putAnnotations({ document_id: document?.id ?? "" });
    expect(await ids({})).toEqual([]);
    await putDocuments({ ...document, status: "active", seq: 6 });
    expect(await ids({})).toEqual([annotation?.id]);
  });
});

describe("locateDocuments", () => {
  it("finds none, the one, or two that use the same id", async () => {
    const id = crypto.randomUUID();
    expect(await locateDocuments(env.DB, "annotations", id)).toEqual([]);
    const [first] = await putAnnotations({ id });
    expect(await locateDocuments(env.DB, "annotations", id)).toEqual([first?.document_id]);
    await putAnnotations({ id }, { id });
    expect(await locateDocuments(env.DB, "annotations", id)).toHaveLength(2);
  });
});
