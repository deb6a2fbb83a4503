import { describe, expect, it } from "vitest";
import { call, guarded, postAnnotation, postDocument } from "../support/http.ts";

describe("a JSON answer ends with one newline", () => {
  const expectLine = async (response: Response) => {
    const text = await response.text();
    expect(text).toMatch(/[}\]]\n$/);
    expect(() => void JSON.parse(text)).not.toThrow();
    expect(response.headers.get("Content-Type")).toMatch(/^application\/(problem\+)?json/);
  };

  it("of resources, lists, the start page, the description and health", async () => {
    const { id } = await postDocument();
    for (const path of ["/", "/openapi.json", "/v1/health", "/v1/documents", `/v1/documents/${id}`]) {
      const response = await call(path);
      expect(response.status).toBe(200);
      await expectLine(response);
    }
    const created = await call("/v1/documents", { json: { title: "Created" } });
    expect(created.status).toBe(201);
    expect(created.headers.get("Location")).toMatch(/^\/v1\/documents\//);
    await expectLine(created);
  });

  it("of refusals", async () => {
    for (const response of [
      await call("/nothing"),
      await call("/v1/documents", { json: { titel: "x" } }),
      await guarded("/v1/documents"),
    ]) {
      expect(response.ok).toBe(false);
      await expectLine(response);
    }
  });

  it("of what the room hands out in one piece, and in several", async () => {
    const { id } = await postDocument();
    await expectLine(await call(`/v1/documents/${id}/changes?since=0`));
    const text = "x".repeat(9_000);
    for (let n = 0; n < 2; n++) {
      const operations = Array.from({ length: 100 }, () => ({
        op: "create",
        type: "point",
        geometry: { x: 1, y: 2 },
        text,
      }));
      expect((await call("/v1/annotations/batch", { json: { document_id: id, operations } })).status).toBe(
        200,
      );
    }
    const version = await (await call("/v1/versions", { json: { document_id: id } })).json<{ id: string }>();
    await expectLine(await call(`/v1/versions/${version.id}`));
  });

  it("without an effect on what has no body, or on ETags", async () => {
    const { id } = await postDocument();
    await postAnnotation(id);
    const first = await call(`/v1/documents/${id}`);
    const tag = first.headers.get("ETag") ?? "";
    const again = await call(`/v1/documents/${id}`, { headers: { "If-None-Match": tag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const head = await call(`/v1/documents/${id}`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });
});
