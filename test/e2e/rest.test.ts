import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  annotationBatchResultSchema,
  annotationPageSchema,
  annotationSchema,
} from "../../src/protocol/model/annotation.ts";
import { changesSchema, updatesAppendedSchema } from "../../src/protocol/model/changes.ts";
import { documentPageSchema, documentSchema } from "../../src/protocol/model/document.ts";
import { problemSchema } from "../../src/protocol/problem.ts";
import {
  revertResultSchema,
  versionDiffSchema,
  versionPageSchema,
  versionSchema,
  versionWithStateSchema,
} from "../../src/protocol/model/version.ts";
import { useSharedService } from "../client/support/service.ts";

const box = { type: "box", geometry: { x: 10, y: 20, width: 30, height: 40 } };

describe("the main job over REST, through the network", () => {
  const service = useSharedService();
  const { api } = service;

  /** The problem a refused request is answered with. */
  async function refuse(status: number, method: string, route: string, body?: object) {
    const response = await api.send(method, route, body);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    return problemSchema.parse(await response.json());
  }

  it("is healthy under both prefixes, and has its docs", async () => {
    for (const prefix of ["/v1", "/api/v1"]) {
      const health = await api.ask("GET", `${prefix}/health`, z.looseObject({ status: z.string() }));
      expect(health.status).toBe("ok");
    }
    const openapi = await api.ask("GET", "/openapi.json", z.looseObject({ openapi: z.string() }));
    expect(openapi.openapi).toMatch(/^3\.1\./);
    const docs = await (await api.send("GET", "/docs")).text();
    const local = [...docs.matchAll(/(?:src|href)="(\/[^"]+)"/g)].flatMap(([, file]) => file ?? []);
    expect(local.length).toBeGreaterThan(0);
    expect(docs).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    for (const file of local) expect((await api.send("GET", file)).status).toBe(200);
  });

  it("creates, lists, changes, deletes and restores a document", async () => {
    const title = `Plan ${randomUUID()}`;
    const created = await api.createDocument({ title, metadata: { floor: 3 } });
    const listed = await api.ask("GET", `/v1/documents?q=${encodeURIComponent(title)}`, documentPageSchema);
    expect(listed.items.map(({ id }) => id)).toEqual([created.id]);
    expect(listed.total).toBe(1);

    const patch = { metadata: { floor: null, wing: "B" }, version: created.version };
    const changed = await api.ask("PATCH", `/v1/documents/${created.id}`, documentSchema, patch);
    expect(changed).toMatchObject({ version: created.version + 1, metadata: { wing: "B" } });
    const late = await refuse(409, "PATCH", `/v1/documents/${created.id}`, { title: "x", version: 1 });
    expect(late).toMatchObject({ code: "stale_version", current: { version: changed.version } });

    expect((await api.send("DELETE", `/v1/documents/${created.id}`)).status).toBe(204);
    expect((await refuse(404, "GET", `/v1/documents/${created.id}`)).code).toBe("document_deleted");
    await api.ask("POST", `/v1/documents/${created.id}/restore`, documentSchema);
    const restored = await api.ask("GET", `/v1/documents/${created.id}`, documentSchema);
    expect(restored).toMatchObject({ status: "active", title });
  });

  it("makes one document of a repeated create", async () => {
    const input = { id: randomUUID(), title: "Once" };
    expect((await api.send("POST", "/v1/documents", input)).status).toBe(201);
    expect((await api.send("POST", "/v1/documents", input)).status).toBe(200);
    expect((await refuse(409, "POST", "/v1/documents", { ...input, title: "Twice" })).code).toBe("id_taken");
  });

  it("keeps annotations with their versions, and refuses a stale change with the current one", async () => {
    const { id: document_id } = await api.createDocument();
    const input = { ...box, document_id, labels: ["crack"], author: "ada" };
    const created = await api.ask("POST", "/v1/annotations", annotationSchema, input);
    const route = `/v1/annotations/${created.id}`;
    const changed = await api.ask("PATCH", route, annotationSchema, { text: "wider", version: 1 });
    expect(changed).toMatchObject({ version: 2, text: "wider", labels: ["crack"] });
    const late = await refuse(409, "PATCH", route, { text: "no", version: 1 });
    expect(late).toMatchObject({ code: "stale_version", current: { version: 2, text: "wider" } });

    const list = `/v1/annotations?document_id=${document_id}&label=crack&author=ada&type=box`;
    expect((await api.ask("GET", list, annotationPageSchema)).items).toEqual([changed]);
    expect((await api.send("DELETE", `${route}?version=2`)).status).toBe(204);
    expect((await api.ask("GET", list, annotationPageSchema)).total).toBe(0);
    const deleted = await api.ask("GET", `${list}&status=deleted`, annotationPageSchema);
    expect(deleted.items).toMatchObject([{ id: created.id, status: "deleted" }]);
  });

  it("applies a batch as one change, or not at all", async () => {
    const { id: document_id } = await api.createDocument();
    const create = { op: "create", ...box };
    const bad = { op: "update", id: randomUUID(), version: 1, text: "?" };
    const problem = await refuse(404, "POST", "/v1/annotations/batch", {
      document_id,
      operations: [create, bad],
    });
    expect(problem).toMatchObject({ code: "annotation_not_found", index: 1 });
    const operations = [create, create, create];
    const done = await api.ask("POST", "/v1/annotations/batch", annotationBatchResultSchema, {
      document_id,
      operations,
    });
    expect(done.annotations.map(({ seq }) => seq)).toEqual([done.seq, done.seq, done.seq]);
    const list = await api.ask("GET", `/v1/annotations?document_id=${document_id}`, annotationPageSchema);
    expect(list.total).toBe(3);
  });

  it("takes a version, shows what changed since, and goes back to it", async () => {
    const { id: document_id } = await api.createDocument({ title: "Before" });
    const kept = await api.ask("POST", "/v1/annotations", annotationSchema, { ...box, document_id });
    const version = await api.ask("POST", "/v1/versions", versionSchema, { document_id, label: "first" });
    await api.ask("PATCH", `/v1/documents/${document_id}`, documentSchema, { title: "After" });
    await api.ask("PATCH", `/v1/annotations/${kept.id}`, annotationSchema, { text: "changed", version: 1 });
    const later = await api.ask("POST", "/v1/annotations", annotationSchema, { ...box, document_id });

    const diff = await api.ask("GET", `/v1/versions/${version.id}/diff`, versionDiffSchema);
    expect(diff.added.map(({ id }) => id)).toEqual([later.id]);
    expect(diff.changed.map(({ id }) => id)).toEqual([kept.id]);
    expect(diff.document).toMatchObject({ before: { title: "Before" }, after: { title: "After" } });

    const reverted = await api.ask("POST", `/v1/versions/${version.id}/revert`, revertResultSchema);
    expect(reverted.document.title).toBe("Before");
    const present = await api.ask("GET", `/v1/annotations?document_id=${document_id}`, annotationPageSchema);
    expect(present.items).toMatchObject([
      { id: kept.id, text: kept.text, geometry: kept.geometry, version: 3 },
    ]);

    const versions = await api.ask("GET", `/v1/versions?document_id=${document_id}`, versionPageSchema);
    const automatic = versions.items.find((item) => item.automatic);
    const saved = await api.ask("GET", `/v1/versions/${automatic?.id}`, versionWithStateSchema);
    expect(saved.state.document.title).toBe("After");
    expect(saved.state.annotations).toHaveLength(2);
  });

  it("appends updates and serves the change feed without a socket", async () => {
    const { id } = await api.createDocument();
    const update = { op_id: "u1", base_version: 0, actor_id: "ada", delta_b64: btoa("delta") };
    const appended = await api.ask("POST", `/v1/documents/${id}/updates`, updatesAppendedSchema, {
      updates: [update],
    });
    const [ack] = appended.acks;
    expect(ack).toMatchObject({ op_id: "u1", duplicate: false });
    const again = await api.ask("POST", `/v1/documents/${id}/updates`, updatesAppendedSchema, {
      updates: [update],
    });
    expect(again.acks).toEqual([{ op_id: "u1", seq: ack?.seq, duplicate: true }]);
    const since = (ack?.seq ?? 0) - 1;
    const feed = await api.ask("GET", `/v1/documents/${id}/changes?since=${since}`, changesSchema);
    expect(feed.updates).toEqual([{ seq: ack?.seq, delta_b64: btoa("delta"), actor_id: "ada" }]);
  });

  it("answers bad input with every refused field, and stays alive", async () => {
    const problem = await refuse(400, "POST", "/v1/documents", {
      title: " ",
      width: -1,
      height: 1,
      extra: true,
    });
    expect(problem.errors?.map(({ path }) => path)).toEqual(expect.arrayContaining(["title", "width"]));
    const broken = await fetch(new URL("/v1/documents", service.url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{",
    });
    expect(broken.status).toBe(400);
    expect((await refuse(404, "GET", `/v1/documents/${randomUUID()}`)).code).toBe("document_not_found");
    expect((await refuse(426, "GET", `/v1/realtime?document_id=${randomUUID()}`)).code).toBe(
      "upgrade_required",
    );
    await api.createDocument();
  });
});
