import { describe, expect, it } from "vitest";
import { NAME_MAX } from "../../src/protocol/limits.ts";
import type { Annotation } from "../../src/protocol/model/annotation.ts";
import type { Document } from "../../src/protocol/model/document.ts";
import type { LabelSet } from "../../src/protocol/model/label-set.ts";
import type { RevertResult, Version } from "../../src/protocol/model/version.ts";
import { type CallInit, call, guarded, makeToken, postDocument, readProblem } from "../support/http.ts";

const jörg = { "Acetate-Name": "J%C3%B6rg" };
const byJörg = { updated_by: "Jörg", updated_by_name: null };

/** What a request of Jörg's is answered. */
async function ask<T>(path: string, init: CallInit): Promise<T> {
  const response = await call(path, { ...init, headers: jörg });
  expect(response.ok, `${path}: ${response.status}`).toBe(true);
  return response.json<T>();
}

describe("Acetate-Name", () => {
  it("R76 says who makes a change over REST without a token, and is no part of its content", async () => {
    const { id } = await postDocument();
    const point = { document_id: id, type: "point", geometry: { x: 1, y: 2 } };
    const made = await ask<Annotation>("/v1/annotations", { json: point });
    expect(made).toMatchObject({ author: "Jörg", author_name: null, updated_by: "Jörg" });
    expect(made).not.toHaveProperty("updated_by_name");
    const named = await ask<Annotation>("/v1/annotations", { json: { ...point, author: "ana" } });
    expect(named).toMatchObject({ author: "ana", updated_by: "ana" });
    const path = `/v1/annotations/${named.id}?document_id=${id}`;
    const patch = { version: 1, text: "Jörg's" };
    const headers = { "Idempotency-Key": "once" };
    const patched = await call(path, { json: patch, method: "PATCH", headers: { ...headers, ...jörg } });
    const changed = await patched.json<Annotation>();
    expect(changed).toMatchObject({ author: "ana", ...byJörg });
    const again = await call(path, { json: patch, method: "PATCH", headers });
    expect(await again.json()).toEqual(changed);
    expect(
      await ask<Document>(`/v1/documents/${id}`, { json: { title: "New" }, method: "PATCH" }),
    ).toMatchObject(byJörg);
    const labels = [{ name: "wall", color: "#e11d48" }];
    expect(
      await ask<LabelSet>(`/v1/documents/${id}/labels`, { json: { labels }, method: "PUT" }),
    ).toMatchObject(byJörg);
    const version = await ask<Version>("/v1/versions", { json: { document_id: id } });
    expect(version).toMatchObject({ author: "Jörg", author_name: null });
    const reverted = await ask<RevertResult>(`/v1/versions/${version.id}/revert?document_id=${id}`, {
      method: "POST",
    });
    expect(reverted.document).toMatchObject(byJörg);
    // Without the header, nobody said.
    const unnamed = await call(`/v1/documents/${id}`, { json: { title: "Newer" }, method: "PATCH" });
    expect(await unnamed.json()).toMatchObject({ updated_by: null, updated_by_name: null });
  });

  it("R76 does not count beside a token", async () => {
    const { id } = await postDocument();
    const token = await makeToken({ sub: "ben", name: "Ben" });
    const init = { json: { title: "Ben's" }, method: "PATCH", headers: jörg, token };
    const response = await guarded(`/v1/documents/${id}`, init);
    expect(await response.json()).toMatchObject({ updated_by: "ben", updated_by_name: "Ben" });
  });

  it("R76 is refused where it is no name, with what it takes", async () => {
    const { id } = await postDocument();
    const rename = (name: string) =>
      call(`/v1/documents/${id}`, {
        json: { title: "New" },
        method: "PATCH",
        headers: { "Acetate-Name": name },
      });
    expect((await rename("x".repeat(NAME_MAX))).status).toBe(200);
    for (const name of ["%E4", "%20", "%00", "x".repeat(NAME_MAX + 1)]) {
      const problem = await readProblem(await rename(name));
      expect(problem.code, name).toBe("invalid");
      expect(JSON.stringify(problem.errors), name).toContain("percent-encoded UTF-8");
    }
    const document = await (await call(`/v1/documents/${id}`)).json<Document>();
    expect(document.version).toBe(2);
  });
});
