import { readFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Client, createClient } from "../../../src/client/index.ts";
import { newId } from "../../../src/client/new-id.ts";
import { annotationSchema } from "../../../src/protocol/model/annotation.ts";
import { documentSchema } from "../../../src/protocol/model/document.ts";
import { commentSchema } from "../../../src/protocol/model/comment.ts";
import { exportJobSchema } from "../../../src/protocol/model/export-job.ts";
import { labelSetSchema } from "../../../src/protocol/model/label-set.ts";
import { versionDiffSchema, versionWithStateSchema } from "../../../src/protocol/model/version.ts";
import { projectRoot } from "../../../tools/project.ts";
import { makeToken } from "../support/running-service.ts";
import { useSharedTokenService } from "../support/service.ts";

const picture = await readFile(path.join(projectRoot, "test/fixtures/libjpeg-turbo-420.jpg"));
const box = { type: "box", geometry: { x: 10, y: 20, width: 30, height: 40 } } as const;

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("the client's functions, each of them on the real service", () => {
  const service = useSharedTokenService();
  let api: Client;
  /** Every request that was sent, as `GET /v1/documents`. */
  const sent = new Set<string>();
  const recording: typeof fetch = (input, init) => {
    sent.add(`${init?.method ?? "GET"} ${new URL(new Request(input).url).pathname}`);
    return fetch(input, init);
  };

  beforeAll(async () => {
    api = createClient({ url: service.url, token: await makeToken(), fetch: recording });
  });

  const draw = async () => {
    const document = await api.documents.create({ title: "A document", width: 400, height: 300 });
    const annotation = await api.annotations.create({ document_id: document.id, ...box });
    return { document, annotation, inDocument: { document_id: document.id } };
  };

  it("health", async () => {
    expect(await api.health()).toEqual({ status: "ok", d1: "ok", r2: "ok", objects: "ok" });
  });

  it("documents: create, get, list, update, delete, restore", async () => {
    const title = `Plan ${newId()}`;
    const created = await api.documents.create({ title, metadata: { floor: 3 } });
    expect(documentSchema.parse(created)).toEqual(created);
    expect(await api.documents.get(created.id)).toEqual(created);
    const page = await api.documents.list({ q: title, size: 5 });
    expect(page).toMatchObject({ items: [{ id: created.id }], page: 1, size: 5, total: 1 });

    const changed = await api.documents.update(created.id, { metadata: { floor: null, wing: "B" } });
    expect(changed).toMatchObject({ version: 2, metadata: { wing: "B" } });
    const stale = api.documents.update(created.id, { title: "Late" }, { ifMatch: 1 });
    await expect(stale).rejects.toMatchObject({ code: "precondition_failed", status: 412 });

    expect(await api.documents.delete(created.id, { ifMatch: 2 })).toBeUndefined();
    await expect(api.documents.get(created.id)).rejects.toMatchObject({ code: "document_deleted" });
    expect((await api.documents.get(created.id, { include_deleted: true })).status).toBe("deleted");
    expect(await api.documents.list({ q: title })).toMatchObject({ total: 0 });
    expect(await api.documents.list({ q: title, include_deleted: true })).toMatchObject({ total: 1 });
    expect(await api.documents.restore(created.id)).toMatchObject({ status: "active", title });
  });

  it("documents: the label set", async () => {
    const wall = { name: "wall", color: "#e11d48", key: "w" };
    const { id } = await api.documents.create({ title: "With labels", labels: [wall] });
    const set = await api.documents.getLabels(id);
    expect(labelSetSchema.parse(set)).toEqual(set);
    expect(set).toMatchObject({ document_id: id, labels: [wall], version: 2 });
    const door = { name: "door", color: "#2563eb" };
    const changed = await api.documents.setLabels(id, { labels: [door], version: 2 });
    expect(changed).toMatchObject({ labels: [{ ...door, key: null }], version: 3 });
    const late = api.documents.setLabels(id, { labels: [] }, { ifMatch: 2 });
    await expect(late).rejects.toMatchObject({ code: "precondition_failed", current: changed });
  });

  it("documents: all pages", async () => {
    const word = newId();
    const made = await Promise.all(
      Array.from({ length: 5 }, (_, index) => api.documents.create({ title: `${word} ${index}` })),
    );
    const listed = await collect(api.documents.listAll({ q: word, size: 2 }));
    expect(listed.map(({ id }) => id).toSorted()).toEqual(made.map(({ id }) => id).toSorted());
    expect(await collect(api.documents.listAll({ q: newId() }))).toEqual([]);
  });

  it("documents: picture, preview, thumbnail, and their addresses", async () => {
    const { id } = await api.documents.create({ title: "With a picture" });
    const { image } = await api.documents.uploadImage(id, new Blob([picture]));
    expect(image).toMatchObject({ content_type: "image/jpeg", bytes: picture.byteLength });
    const sha256 = image?.sha256 ?? "";

    const file = await api.documents.getImage(id);
    expect(file.type).toBe("image/jpeg");
    expect(Buffer.from(await file.arrayBuffer())).toEqual(picture);
    const preview = await api.documents.getImage(id, { width: 256, sha256 });
    expect(preview.type).toBe("image/webp");
    const thumbnail = await api.documents.getThumbnail(id, { size: 64 });
    expect(thumbnail.type).toBe("image/webp");
    expect(thumbnail.size).toBeLessThan(preview.size);

    // As an <img> would ask, with a token that lives for minutes.
    const iat = Date.now() / 1000;
    const token = await makeToken({ role: "viewer", doc: id, iat, exp: iat + 300 });
    const addresses = [
      [api.documents.imageUrl(id, { token }), "image/jpeg"],
      [api.documents.imageUrl(id, { width: 256, sha256, token }), "image/webp"],
      [api.documents.thumbnailUrl(id, { size: 64, token }), "image/webp"],
    ] as const;
    for (const [address, type] of addresses) {
      const answer = await fetch(address);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([200, type]);
    }
    expect(new URL(api.documents.imageUrl(id)).search).toBe("");
  });

  it("documents: updates and the change feed", async () => {
    const { document } = await draw();
    const update = { op_id: newId(), base_version: 2, actor_id: "ana", delta_b64: "AQID" };
    const appended = await api.documents.appendUpdates(document.id, { updates: [update] });
    expect(appended).toEqual({ version: 3, acks: [{ op_id: update.op_id, seq: 3, duplicate: false }] });

    const portions = await collect(api.documents.changes(document.id, { limit: 1 }));
    expect(portions.map(({ next_since }) => next_since)).toEqual([1, 2, 3]);
    const types = portions.flatMap(({ events }) => events.map(({ type }) => type));
    expect(types).toContain("annotation.created");
    expect(portions.at(-1)?.updates).toEqual([{ seq: 3, delta_b64: "AQID", actor_id: "ana" }]);
    const [rest, ...more] = await collect(api.documents.changes(document.id, { since: 2 }));
    expect([rest?.updates.length, more.length]).toEqual([1, 0]);
    const { lineage } = portions[0] ?? {};
    for (const [known, diverged] of [
      [lineage, false],
      ["other", true],
    ] as const) {
      const query = { since: 1, limit: 1, ...(known !== undefined && { lineage: known }) };
      const [first] = await collect(api.documents.changes(document.id, query));
      expect(first).toMatchObject({ resumed: !diverged, diverged });
    }
  });

  it("annotations: create, get, list, update, delete, restore", async () => {
    const { annotation, inDocument } = await draw();
    expect(annotationSchema.parse(annotation)).toEqual(annotation);
    expect(annotation).toMatchObject({ ...box, author: "ana", version: 1 });
    expect(await api.annotations.get(annotation.id)).toEqual(annotation);
    expect(await api.annotations.get(annotation.id, inDocument)).toEqual(annotation);
    expect(await api.annotations.list(inDocument)).toMatchObject({ items: [annotation], total: 1 });
    expect(await api.annotations.list({ ...inDocument, label: "door" })).toMatchObject({ total: 0 });

    const change = { version: 1, text: "Move this", style: { stroke: "#ff0000" } };
    const changed = await api.annotations.update(annotation.id, change, inDocument);
    expect(changed).toMatchObject({ version: 2, text: "Move this", style: { stroke: "#ff0000" } });
    const late = api.annotations.update(annotation.id, { version: 1, text: "Late" }, inDocument);
    await expect(late).rejects.toMatchObject({ code: "stale_version", status: 409, current: changed });

    const wrong = api.annotations.delete(annotation.id, { ...inDocument, version: 1 });
    await expect(wrong).rejects.toMatchObject({ code: "stale_version" });
    expect(await api.annotations.delete(annotation.id, { ...inDocument, version: 2 })).toBeUndefined();
    expect(await api.annotations.list({ ...inDocument, status: "deleted" })).toMatchObject({ total: 1 });
    const restored = await api.annotations.restore(annotation.id, { ...inDocument, version: 3 });
    expect(restored).toMatchObject({ status: "active", version: 4, text: "Move this" });
  });

  it("annotations: a batch, and all pages", async () => {
    const { document, annotation, inDocument } = await draw();
    const creation = { op: "create", ...box } as const;
    const { seq, annotations } = await api.annotations.batch({
      ...inDocument,
      operations: [
        creation,
        creation,
        creation,
        creation,
        { op: "update", id: annotation.id, version: 1, text: "Here" },
      ],
    });
    expect([seq, annotations.length, annotations.at(-1)?.text]).toEqual([3, 5, "Here"]);
    const refused = api.annotations.batch({
      ...inDocument,
      operations: [creation, { op: "delete", id: newId() }],
    });
    await expect(refused).rejects.toMatchObject({ code: "annotation_not_found", index: 1 });

    const all = await collect(api.annotations.listAll({ document_id: document.id, size: 2 }));
    expect(all.map(({ id }) => id)).toEqual([annotation.id, ...annotations.slice(0, 4).map(({ id }) => id)]);
  });

  it("comments: create, list, get, update, delete", async () => {
    const { document, annotation } = await draw();
    const { id } = document;
    const first = await api.comments.create(id, { annotation_id: annotation.id, text: "Why here?" });
    expect(commentSchema.parse(first)).toEqual(first);
    const reply = { annotation_id: annotation.id, reply_to: first.id, text: "Why not?" };
    const second = await api.comments.create(id, reply, { idempotencyKey: "one" });
    expect(await api.comments.create(id, reply, { idempotencyKey: "one" })).toEqual(second);
    expect(await api.comments.get(id, first.id)).toEqual(first);
    const ofAnnotation = { annotation_id: annotation.id, resolved: false };
    expect((await api.comments.list(id, ofAnnotation)).items).toEqual([first, second]);
    const resolved = await api.comments.update(id, first.id, { resolved: true, version: 1 });
    expect(resolved).toMatchObject({ resolved: true, resolved_by: "ana", version: 2 });
    expect(await collect(api.comments.listAll(id, { resolved: true, size: 1 }))).toEqual([resolved, second]);
    const late = api.comments.delete(id, first.id, { version: 1 });
    await expect(late).rejects.toMatchObject({ code: "stale_version", current: resolved });
    expect(await api.comments.delete(id, first.id)).toBeUndefined();
    expect(await api.comments.list(id, { status: "deleted" })).toMatchObject({ total: 1 });
  });

  it("versions: create, list, get, diff, revert", async () => {
    const { annotation, inDocument } = await draw();
    const first = await api.versions.create({ ...inDocument, label: "First" });
    expect(first).toMatchObject({ number: 1, label: "First", author: "ana", annotation_count: 1 });
    await api.annotations.delete(annotation.id, inDocument);
    const second = await api.versions.create(inDocument);

    expect((await api.versions.list(inDocument)).items).toEqual([second, first]);
    expect(await collect(api.versions.listAll({ ...inDocument, size: 1 }))).toEqual([second, first]);
    const read = await api.versions.get(first.id, inDocument);
    expect(versionWithStateSchema.parse(read)).toEqual(read);
    expect(read.state.annotations).toEqual([annotation]);
    const diff = await api.versions.diff(first.id, { ...inDocument, against: second.id });
    expect(versionDiffSchema.parse(diff)).toEqual(diff);
    expect(diff.removed).toEqual([annotation]);

    const reverted = await api.versions.revert(first.id, inDocument);
    expect(reverted).toMatchObject({ version: first, annotations: [{ id: annotation.id, version: 3 }] });
  });

  it("exports: create, get, list, cancel, download, run", async () => {
    const { document, annotation, inDocument } = await draw();
    const job = await api.exports.create({ ...inDocument, format: "json" });
    expect(exportJobSchema.parse(job)).toEqual(job);
    const json = await api.exports.run({ ...inDocument, format: "json" });
    expect(JSON.parse(await json.text())).toMatchObject({ annotations: [{ id: annotation.id }] });

    const jobs = await api.exports.list({ ...inDocument, status: "succeeded" });
    const done = jobs.items.find(({ format }) => format === "json");
    expect(done).toBeDefined();
    if (!done) return;
    expect(await api.exports.get(done.id)).toEqual(done);
    expect(await collect(api.exports.listAll({ ...inDocument, size: 1 }))).toHaveLength(2);
    const late = api.exports.cancel(done.id);
    await expect(late).rejects.toMatchObject({ code: "export_finished", current: done });

    const text = await json.text();
    expect(await (await api.exports.download(done.id)).text()).toBe(text);
    expect(await (await api.exports.getFile(done)).text()).toBe(text);
    const iat = Date.now() / 1000;
    const token = await makeToken({ role: "viewer", doc: document.id, iat, exp: iat + 300 });
    const downloaded = await fetch(api.exports.downloadUrl(done.id, { token }));
    expect(downloaded.headers.get("content-disposition")).toContain("A document.json");
    expect(await (await fetch(api.exports.fileUrl(done, { token }))).text()).toBe(text);
    await expect(api.exports.get(newId())).rejects.toMatchObject({ code: "export_not_found" });
  });

  it("tokens: mint, revoke", async () => {
    const { document } = await draw();
    const guest = await api.tokens.mint({ document_id: document.id, role: "viewer", expires_in: 60 });
    expect(guest).toMatchObject({ role: "viewer", document_id: document.id });
    const theirs = createClient({ url: service.url, token: guest.token });
    expect(await theirs.documents.get(document.id)).toEqual(await api.documents.get(document.id));
    await expect(theirs.documents.update(document.id, { title: "Mine" })).rejects.toMatchObject({
      code: "forbidden",
      status: 403,
    });

    const token = await makeToken({ doc: document.id });
    const mine = createClient({ url: service.url, token, fetch: recording });
    const replacement = await mine.tokens.revoke(document.id);
    await expect(theirs.documents.get(document.id)).rejects.toMatchObject({ code: "token_revoked" });
    const next = createClient({ url: service.url, token: replacement.token });
    expect((await next.documents.get(document.id)).id).toBe(document.id);
  });

  it("are all there: each operation of the OpenAPI file was called above", async () => {
    const { paths } = (await (await fetch(new URL("/openapi.json", service.url))).json()) as {
      paths: Record<string, object>;
    };
    const missing = Object.entries(paths).flatMap(([route, methods]) => {
      const pattern = new RegExp(`^${route.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
      const called = [...sent].map((request) => request.split(" ", 2));
      return Object.keys(methods)
        .map((method) => method.toUpperCase())
        .filter((method) => !called.some(([how, where = ""]) => how === method && pattern.test(where)))
        .map((method) => `${method} ${route}`);
    });
    expect(Object.keys(paths).length).toBeGreaterThan(15);
    expect(missing).toEqual([]);
  });
});
