import { describe, expect, it } from "vitest";
import type { Document } from "../../src/protocol/model/document.ts";
import type { Paged } from "../../src/protocol/model/scalars.ts";
import {
  type Version,
  type VersionDiff,
  type versionWithStateSchema,
  versionSchema,
} from "../../src/protocol/model/version.ts";
import type { z } from "zod";
import { call, guarded, makeToken, postAnnotation, postDocument, readProblem } from "../support/http.ts";

const codeOf = async (response: Response) => (response.ok ? "ok" : (await readProblem(response)).code);

async function postVersion(documentId: string, fields: object = {}): Promise<Version> {
  return (await call("/v1/versions", { json: { document_id: documentId, ...fields } })).json<Version>();
}

describe("POST /v1/versions", () => {
  it("answers 201 with the version and its place", async () => {
    const { id } = await postDocument();
    await postAnnotation(id);
    const response = await call("/v1/versions", { json: { document_id: id, label: "first", author: "ana" } });
    expect(response.status).toBe(201);
    const version = versionSchema.parse(await response.json());
    expect(version).toMatchObject({
      document_id: id,
      number: 1,
      label: "first",
      author: "ana",
      automatic: false,
      document_version: 1,
      annotation_count: 1,
    });
    const location = `/v1/versions/${version.id}?document_id=${id}`;
    expect(response.headers.get("Location")).toBe(location);
    expect((await call(location)).status).toBe(200);
  });

  it("takes the author from the token, and a repeat with its key finds the same version", async () => {
    const { id } = await postDocument();
    const token = await makeToken({ sub: "bo", role: "editor", doc: id });
    const headers = { "Idempotency-Key": "v1" };
    const send = () => guarded("/v1/versions", { token, headers, json: { document_id: id, author: "said" } });
    const first = await (await send()).json<Version>();
    expect(first.author).toBe("bo");
    expect((await (await send()).json<Version>()).id).toBe(first.id);
  });
});

describe("GET /v1/versions", () => {
  it("lists a document's versions, paged", async () => {
    const { id } = await postDocument();
    for (const label of ["a", "b", "c"]) await postVersion(id, { label });
    const page = await (await call(`/v1/versions?document_id=${id}&size=2`)).json<Paged<Version>>();
    expect(page).toMatchObject({ total: 3, page: 1, size: 2 });
    expect(page.items).toHaveLength(2);
    expect(await codeOf(await call("/v1/versions"))).toBe("invalid");
  });

  it("reads one with its state, all pages of it, found by its id alone", async () => {
    const { id } = await postDocument({ title: "then" });
    const operations = Array.from({ length: 500 }, (_, i) => ({
      op: "create",
      type: "freehand",
      geometry: { points: Array.from({ length: 50 }, () => [i, i]) },
    }));
    for (let i = 0; i < 3; i++)
      await call("/v1/annotations/batch", { json: { document_id: id, operations } });
    const delta = { op_id: "u1", base_version: 0, delta_b64: "AQID", actor_id: "ana" };
    await call(`/v1/documents/${id}/updates`, { json: { updates: [delta] } });
    const version = await postVersion(id);
    await call(`/v1/documents/${id}`, { method: "PATCH", json: { title: "now" } });
    const response = await call(`/v1/versions/${version.id}`);
    expect(response.headers.get("ETag")).toBe(`"${version.id}"`);
    const { state } = await response.json<z.infer<typeof versionWithStateSchema>>();
    expect(state.document.title).toBe("then");
    expect(new Set(state.annotations.map((annotation) => annotation.id)).size).toBe(1_500);
    expect(state.crdt.updates).toEqual([{ seq: 5, delta_b64: "AQID", actor_id: "ana" }]);
    const known = await call(`/v1/versions/${version.id}`, {
      headers: { "If-None-Match": `"${version.id}"` },
    });
    expect(known.status).toBe(304);
  });

  it("answers 404 to an unknown one", async () => {
    const { id } = await postDocument();
    expect(await codeOf(await call(`/v1/versions/${crypto.randomUUID()}`))).toBe("version_not_found");
    const named = await call(`/v1/versions/${crypto.randomUUID()}?document_id=${id}`);
    expect(await codeOf(named)).toBe("version_not_found");
  });
});

describe("diff and revert", () => {
  it("tell what came later, and take it back", async () => {
    const { id } = await postDocument({ title: "then" });
    const kept = await postAnnotation(id, { text: "then" });
    const version = await postVersion(id);
    const later = await postAnnotation(id);
    await call(`/v1/annotations/${kept.id}?document_id=${id}`, {
      method: "PATCH",
      json: { version: 1, text: "now" },
    });
    await call(`/v1/documents/${id}`, { method: "PATCH", json: { title: "now" } });

    const diff = await (await call(`/v1/versions/${version.id}/diff`)).json<VersionDiff>();
    expect(diff.added.map((annotation) => annotation.id)).toEqual([later.id]);
    expect(diff.changed).toMatchObject([{ id: kept.id, before: { text: "then" }, after: { text: "now" } }]);
    expect(diff.document).toMatchObject({ before: { title: "then" }, after: { title: "now" } });

    const response = await call(`/v1/versions/${version.id}/revert`, { method: "POST" });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      document: { title: "then", version: 3 },
      version: { id: version.id },
    });
    const after = await (await call(`/v1/annotations?document_id=${id}`)).json();
    expect(after).toMatchObject({ total: 1, items: [{ id: kept.id, text: "then", version: 3 }] });

    const { items } = await (await call(`/v1/versions?document_id=${id}`)).json<Paged<Version>>();
    const automatic = items.find((item) => item.automatic);
    expect(automatic).toBeDefined();
    await call(`/v1/versions/${automatic?.id}/revert`, { method: "POST" });
    expect((await (await call(`/v1/documents/${id}`)).json<Document>()).title).toBe("now");
  });
});
