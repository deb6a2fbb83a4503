import { describe, expect, it } from "vitest";
import type { LabelSet } from "../../src/protocol/model/label-set.ts";
import { call, postDocument } from "../support/http.ts";

const wall = { name: "wall", color: "#e11d48", key: "w" };

describe("R68 /v1/documents/{id}/labels", () => {
  it("reads and replaces the label set, with ETag, If-Match and Idempotency-Key", async () => {
    const { id } = await postDocument();
    const path = `/v1/documents/${id}/labels`;
    const first = await call(path);
    expect(first.headers.get("etag")).toBe('"1"');
    expect(await first.json()).toMatchObject({ document_id: id, labels: [], version: 1 });
    expect((await call(path, { headers: { "If-None-Match": '"1"' } })).status).toBe(304);

    const put = (json: object, headers: Record<string, string> = {}) =>
      call(path, { method: "PUT", json, headers });
    const changed = await put({ labels: [wall] }, { "If-Match": '"1"', "Idempotency-Key": "once" });
    expect(changed.headers.get("etag")).toBe('"2"');
    const set = await changed.json<LabelSet>();
    expect(set).toMatchObject({ labels: [wall], version: 2, seq: 2 });

    const late = await put({ labels: [] }, { "If-Match": '"1"' });
    expect(late.status).toBe(412);
    expect(await late.json()).toMatchObject({ code: "precondition_failed", current: set });
    const stale = await put({ labels: [], version: 1 });
    expect(stale.status).toBe(409);
    expect(await stale.json()).toMatchObject({ code: "stale_version", current: set });

    expect(await (await put({ labels: [], version: 2 })).json()).toMatchObject({ labels: [], version: 3 });
    expect(
      await (await put({ labels: [wall] }, { "If-Match": '"1"', "Idempotency-Key": "once" })).json(),
    ).toEqual(set);
    expect((await put({ labels: [], version: 1 }, { "Idempotency-Key": "once" })).status).toBe(409);
    expect(await (await call(path)).json()).toMatchObject({ labels: [], version: 3 });
  });

  it("answers for bad labels with every field, and changes nothing", async () => {
    const { id } = await postDocument();
    const path = `/v1/documents/${id}/labels`;
    const bad = {
      labels: [
        { name: "", color: "red", key: "ww" },
        { ...wall, more: 1 },
      ],
    };
    const answer = await call(path, { method: "PUT", json: bad });
    expect(answer.status).toBe(400);
    const { errors } = await answer.json<{ errors: { path: string }[] }>();
    expect(errors.map((error) => error.path).sort()).toEqual([
      "labels.0.color",
      "labels.0.key",
      "labels.0.name",
      "labels.1.more",
    ]);
    expect(await (await call(path)).json()).toMatchObject({ version: 1 });
  });

  it("takes the labels of a new document", async () => {
    const made = await call("/v1/documents", { json: { title: "With labels", labels: [wall] } });
    expect(made.status).toBe(201);
    const { id } = await made.json<{ id: string }>();
    expect(await (await call(`/v1/documents/${id}/labels`)).json()).toMatchObject({ labels: [wall] });
    const bad = await call("/v1/documents", { json: { title: "x", labels: [wall, wall] } });
    expect(bad.status).toBe(400);
  });
});
