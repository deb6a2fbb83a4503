import { describe, expect, it } from "vitest";
import { documentPageSchema, documentSchema } from "../../src/protocol/model/document.ts";
import type { Document } from "../../src/protocol/model/document.ts";
import type { Paged } from "../../src/protocol/model/scalars.ts";
import { call, postDocument, readProblem } from "../support/http.ts";

const codeOf = async (response: Response) => (response.ok ? "ok" : (await readProblem(response)).code);
const create = (json: object, headers: Record<string, string> = {}) =>
  call("/v1/documents", { json, headers });
const patch = (id: string, json: object, headers: Record<string, string> = {}) =>
  call(`/v1/documents/${id}`, { method: "PATCH", json, headers });

describe("POST /v1/documents", () => {
  it("answers 201 with the document, its place and its tag", async () => {
    const response = await create({ title: "  Plan  ", width: 100, height: 50, metadata: { a: 1 } });
    expect(response.status).toBe(201);
    const document = documentSchema.parse(await response.json());
    expect(document).toMatchObject({
      title: "Plan",
      version: 1,
      seq: 1,
      status: "active",
      width: 100,
      height: 50,
      image: null,
      metadata: { a: 1 },
      deleted_at: null,
    });
    expect(response.headers.get("Location")).toBe(`/v1/documents/${document.id}`);
    expect(response.headers.get("ETag")).toBe('"1.1"');
  });

  it("takes titles of 1–256 characters after trimming", async () => {
    expect((await create({ title: "x" })).status).toBe(201);
    expect((await create({ title: ` ${"x".repeat(256)} ` })).status).toBe(201);
    for (const title of ["", "   ", "x".repeat(257)]) {
      const response = await create({ title });
      expect(response.status).toBe(400);
      expect((await readProblem(response)).errors?.[0]?.path).toBe("title");
    }
  });

  it("takes sides of 1–32,767 pixels, both or none", async () => {
    const sides = (width: number, height: number) => create({ title: "x", width, height });
    expect((await sides(1, 1)).status).toBe(201);
    expect((await sides(32_767, 32_767)).status).toBe(201);
    for (const [width, height] of [
      [0, 1],
      [1, 32_768],
      [1.5, 1],
      [-1, 1],
    ] as const) {
      expect((await sides(width, height)).status).toBe(400);
    }
    expect((await create({ title: "x", width: 10 })).status).toBe(400);
  });

  it("takes metadata of 16 KiB", async () => {
    const empty = JSON.stringify({ k: "" }).length;
    const of = (bytes: number) => create({ title: "x", metadata: { k: "x".repeat(bytes - empty) } });
    expect((await of(16 * 1024)).status).toBe(201);
    const response = await of(16 * 1024 + 1);
    expect(response.status).toBe(400);
    expect((await readProblem(response)).detail).toContain("16384");
  });

  it("names every wrong field at once", async () => {
    const response = await create({ title: 7, width: "wide", colour: "red", id: "no-uuid" });
    const problem = await readProblem(response);
    expect([response.status, problem.code]).toEqual([400, "invalid"]);
    expect(new Set(problem.errors?.map(({ path }) => path))).toEqual(
      new Set(["title", "width", "colour", "id"]),
    );
  });

  it("with an id: a repeat answers 200, other content 409", async () => {
    const id = crypto.randomUUID();
    expect((await create({ id, title: "x" })).status).toBe(201);
    const again = await create({ id: id.toUpperCase(), title: "x" });
    expect(again.status).toBe(200);
    expect(await again.json()).toMatchObject({ id, seq: 1 });
    expect(await codeOf(await create({ id, title: "y" }))).toBe("id_taken");
  });

  it("with an Idempotency-Key: a repeat finds the same document, other content 409", async () => {
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const first = await create({ title: "x" }, headers);
    const again = await create({ title: "x" }, headers);
    expect([first.status, again.status]).toEqual([201, 200]);
    const { id } = await first.json<Document>();
    expect((await again.json<Document>()).id).toBe(id);
    // The id is made of the key, and an id like any other.
    expect((await call(`/v1/documents/${id}`)).status).toBe(200);
    const other = await create({ title: "y" }, headers);
    expect(other.status).toBe(409);
  });

  it("takes Idempotency-Keys of 1–128 characters", async () => {
    const send = (key: string) => create({ title: "x" }, { "Idempotency-Key": key });
    expect((await send("k".repeat(128))).status).toBe(201);
    const response = await send("k".repeat(129));
    expect(response.status).toBe(400);
    expect((await readProblem(response)).errors?.[0]?.path).toBe("idempotency-key");
  });
});

describe("GET /v1/documents", () => {
  it("lists newest first, and a write is in it at once", async () => {
    const [first, second] = [
      await postDocument({ title: "list 1" }),
      await postDocument({ title: "list 2" }),
    ];
    const { items, total } = await (await call("/v1/documents?q=LIST&size=2")).json<Paged<Document>>();
    expect(items.map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(total).toBe(2);
    const page = await (await call("/v1/documents?q=list&size=1&page=2")).json<Paged<Document>>();
    expect(page).toMatchObject({ page: 2, size: 1, total: 2, items: [{ id: first.id }] });
  });

  it("R77 sorts by the last change, and reads on behind the last item", async () => {
    const [first, second] = [
      await postDocument({ title: "R77 first" }),
      await postDocument({ title: "R77 second" }),
    ];
    const box = { type: "box", geometry: { x: 1, y: 1, width: 5, height: 5 }, author: "ana" };
    const made = await call("/v1/annotations", { json: { ...box, document_id: first.id } });
    expect(made.status).toBe(201);
    const read = async (query: string) =>
      documentPageSchema.parse(await (await call(`/v1/documents?q=r77&size=1&${query}`)).json());
    const page = await read("sort=changed");
    expect(page.items).toMatchObject([{ id: first.id, annotation_count: 1, contributor_count: 1, seq: 2 }]);
    const rest = await read(`sort=changed&after=${page.next}`);
    expect(rest).toMatchObject({ page: 1, total: 2, next: null, items: [{ id: second.id }] });
    expect((await read("sort=title")).items).toMatchObject([{ id: first.id }]);
    expect((await read("sort=created")).items).toMatchObject([{ id: second.id }]);
    for (const [query, path] of [
      [`sort=title&after=${page.next}`, "after"],
      [`sort=changed&page=2&after=${page.next}`, "page"],
      ["after=nonsense", "after"],
      [`after=${"x".repeat(1025)}`, "after"],
      ["sort=size", "sort"],
    ]) {
      const response = await call(`/v1/documents?${query}`);
      expect(response.status).toBe(400);
      expect((await readProblem(response)).errors?.[0]?.path).toBe(path);
    }
  });

  it.each([
    "size=0",
    "size=101",
    "page=0",
    "page=100001",
    "size=x",
    "include_deleted=yes",
    "offset=3",
    "page=1&page=2",
  ])("refuses ?%s", async (query) => {
    const response = await call(`/v1/documents?${query}`);
    expect(response.status).toBe(400);
    expect((await readProblem(response)).errors?.[0]?.path).toBe(query.split("=")[0]);
  });

  it.each(["size=1", "size=100", "page=100000", `q=${"x".repeat(256)}`])("takes ?%s", async (query) => {
    expect((await call(`/v1/documents?${query}`)).status).toBe(200);
  });
});

describe("GET /v1/documents/{id}", () => {
  it("answers 304 to who has it", async () => {
    const { id } = await postDocument();
    const get = (tags?: string) =>
      call(`/v1/documents/${id}`, { headers: tags === undefined ? {} : { "If-None-Match": tags } });
    const response = await get();
    const tag = response.headers.get("ETag") ?? "";
    for (const tags of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
      const known = await get(tags);
      expect([tags, known.status, await known.text()]).toEqual([tags, 304, ""]);
      expect(known.headers.get("ETag")).toBe(tag);
    }
    expect((await get('"other"')).status).toBe(200);
    await patch(id, { title: "changed" });
    expect((await get(tag)).status).toBe(200);
  });

  it("answers HEAD with the same headers and no body", async () => {
    const { id } = await postDocument();
    const response = await call(`/v1/documents/${id}`, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(response.headers.get("ETag")).toBe('"1.1"');
  });

  it("answers 404 to an unknown id and 400 to what is no id", async () => {
    expect(await codeOf(await call(`/v1/documents/${crypto.randomUUID()}`))).toBe("document_not_found");
    expect(await codeOf(await call("/v1/documents/not-a-uuid"))).toBe("invalid");
  });

  it("answers under /api/v1 too", async () => {
    const { id } = await postDocument();
    expect((await call(`/api/v1/documents/${id.toUpperCase()}`)).status).toBe(200);
  });
});

describe("PATCH /v1/documents/{id}", () => {
  it("raises the version, merges metadata, replaces the rest", async () => {
    const { id } = await postDocument({ metadata: { keep: 1, drop: 2 } });
    const response = await patch(id, { title: "new", metadata: { drop: null, add: 3 }, version: 1 });
    expect(response.status).toBe(200);
    const document = await response.json<Document>();
    expect(document).toMatchObject({ title: "new", version: 2, metadata: { keep: 1, add: 3 } });
    expect(document.metadata).not.toHaveProperty("drop");
    expect(response.headers.get("ETag")).toBe('"2.2"');
  });

  it("refuses a stale version with the current document", async () => {
    const { id } = await postDocument();
    await patch(id, { title: "second" });
    const response = await patch(id, { title: "late", version: 1 });
    expect(response.status).toBe(409);
    expect(await readProblem(response)).toMatchObject({
      code: "stale_version",
      current: { title: "second", version: 2 },
    });
  });

  it("honours If-Match", async () => {
    const { id } = await postDocument();
    const send = async (tags: string) =>
      (await patch(id, { title: `for ${tags}` }, { "If-Match": tags })).status;
    expect(await send('"1.1"')).toBe(200);
    for (const tags of ['"1.1"', '"1"', 'W/"2.2"', "2", '"abc"', ""])
      expect([tags, await send(tags)]).toEqual([tags, 412]);
    expect(await send('"9", "2.2"')).toBe(200);
    expect(await send("*")).toBe(200);
  });

  it("is done once for one Idempotency-Key", async () => {
    const { id } = await postDocument();
    const headers = { "Idempotency-Key": "once" };
    const first = await (await patch(id, { title: "a" }, headers)).json<Document>();
    const again = await (await patch(id, { title: "a" }, headers)).json<Document>();
    expect(again.version).toBe(first.version);
    expect(await codeOf(await patch(id, { title: "b" }, headers))).toBe("op_id_reused");
  });
});

describe("DELETE /v1/documents/{id}", () => {
  it("is soft: everything below answers 404 document_deleted until it is restored", async () => {
    const { id } = await postDocument({ title: "to be deleted" });
    const deleted = await call(`/v1/documents/${id}`, { method: "DELETE" });
    expect([deleted.status, await deleted.text()]).toEqual([204, ""]);
    const below = [
      `/v1/documents/${id}`,
      `/v1/documents/${id}/image`,
      `/v1/documents/${id}/changes`,
      `/v1/annotations?document_id=${id}`,
      `/v1/versions?document_id=${id}`,
      `/v1/exports?document_id=${id}`,
    ];
    for (const path of below)
      expect([path, await codeOf(await call(path))]).toEqual([path, "document_deleted"]);
    expect(await codeOf(await patch(id, { title: "x" }))).toBe("document_deleted");

    const still = await (await call(`/v1/documents/${id}?include_deleted=true`)).json<Document>();
    expect(still).toMatchObject({ status: "deleted" });
    expect(still.deleted_at).not.toBeNull();
    const q = "q=to be deleted";
    expect(await (await call(`/v1/documents?${q}`)).json()).toMatchObject({ total: 0 });
    expect(await (await call(`/v1/documents?${q}&include_deleted=true`)).json()).toMatchObject({ total: 1 });

    const restored = await call(`/v1/documents/${id}/restore`, { method: "POST" });
    const document = await restored.json<Document>();
    expect([restored.status, document.deleted_at]).toEqual([200, null]);
    expect(restored.headers.get("ETag")).toBe(`"${document.version}.${document.seq}"`);
    expect((await call(`/v1/documents/${id}`)).status).toBe(200);
  });
});

describe("an address without a route", () => {
  it("answers 404, or 405 with what is allowed", async () => {
    expect(await codeOf(await call("/v1/nothing"))).toBe("not_found");
    const wrong: [string, string, string][] = [
      ["PUT", "/v1/documents", "GET, HEAD, POST"],
      ["POST", `/v1/documents/${crypto.randomUUID()}`, "GET, HEAD, PATCH, DELETE"],
      ["GET", "/v1/annotations/batch/", ""],
      ["GET", "/v1/tokens", "POST"],
      ["OPTIONS", "/v1/health", "GET, HEAD"],
    ];
    for (const [method, path, allow] of wrong) {
      const response = await call(path, { method });
      expect([path, response.status]).toEqual([path, allow === "" ? 404 : 405]);
      expect(response.headers.get("Allow") ?? "").toBe(allow);
      expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    }
  });
});
