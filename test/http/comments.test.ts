import { describe, expect, it } from "vitest";
import { COMMENT_MAX } from "../../src/protocol/limits.ts";
import type { Comment } from "../../src/protocol/model/comment.ts";
import type { Paged } from "../../src/protocol/model/scalars.ts";
import {
  type CallInit,
  call,
  guarded,
  makeToken,
  postAnnotation,
  postDocument,
  readProblem,
} from "../support/http.ts";

async function newAnnotation() {
  const { id: documentId } = await postDocument();
  const { id: annotationId } = await postAnnotation(documentId);
  const comments = `/v1/documents/${documentId}/comments`;
  const post = (fields: object, init: CallInit = {}) =>
    call(comments, { json: { annotation_id: annotationId, text: "Hm", ...fields }, ...init });
  const make = async (fields: object) => (await post(fields)).json<Comment>();
  return { documentId, annotationId, comments, post, make };
}

async function codeOf(response: Response): Promise<string> {
  return response.ok ? "ok" : (await readProblem(response)).code;
}

describe("POST /v1/documents/{id}/comments", () => {
  it("R69 makes a comment, with its place and its tag; a repeat finds it", async () => {
    const { documentId, annotationId, post } = await newAnnotation();
    const key = { headers: { "Idempotency-Key": "one" } };
    const response = await post({ text: "Hm\n<b>bold</b>", author: "ana" }, key);
    expect(response.status).toBe(201);
    expect(response.headers.get("ETag")).toBe('"1"');
    const comment = await response.json<Comment>();
    expect(comment).toEqual({
      id: comment.id,
      document_id: documentId,
      annotation_id: annotationId,
      reply_to: null,
      text: "Hm\n<b>bold</b>",
      author: "ana",
      author_name: null,
      resolved: false,
      resolved_by: null,
      resolved_by_name: null,
      resolved_at: null,
      status: "active",
      version: 1,
      seq: 3,
      ordinal: 3 * 512,
      created_at: comment.updated_at,
      updated_at: comment.updated_at,
      edited_at: null,
      updated_by: "ana",
    });
    const read = await call(response.headers.get("Location") ?? "");
    expect(await read.json()).toEqual(comment);
    const again = await post({ text: "Hm\n<b>bold</b>", author: "ana" }, key);
    expect([again.status, await again.json()]).toEqual([200, comment]);
    expect(await codeOf(await post({ text: "Other" }, key))).toBe("op_id_reused");
  });

  it("R69 takes what fits, and names what does not", async () => {
    const { post } = await newAnnotation();
    expect((await post({ text: "x".repeat(COMMENT_MAX) })).status).toBe(201);
    for (const [fields, path] of [
      [{ text: "x".repeat(COMMENT_MAX + 1) }, "text"],
      [{ text: " " }, "text"],
      [{ text: "\ud800" }, "text"],
      [{ text: 7 }, "text"],
      [{ annotation_id: "x" }, "annotation_id"],
      [{ reply_to: "x" }, "reply_to"],
      [{ author: "" }, "author"],
      [{ html: "x" }, "html"],
    ] as const) {
      const response = await post(fields);
      const problem = await readProblem(response);
      expect([response.status, problem.errors?.map((error) => error.path)]).toEqual([400, [path]]);
    }
  });
});

describe("a comment over REST", () => {
  it("R69 is read, changed and deleted with its version", async () => {
    const { comments, make } = await newAnnotation();
    const { id } = await make({});
    const path = `${comments}/${id}`;
    expect((await call(path, { headers: { "If-None-Match": '"1"' } })).status).toBe(304);
    const patch = (json: object, headers = {}) => call(path, { method: "PATCH", json, headers });
    expect(await codeOf(await patch({ text: "Ah" }, { "If-Match": '"2"' }))).toBe("precondition_failed");
    expect(await codeOf(await patch({ text: "Ah", version: 2 }))).toBe("stale_version");
    expect(await codeOf(await patch({ annotation_id: crypto.randomUUID() }))).toBe("invalid");
    const changed = await patch({ text: "Ah", version: 1 }, { "If-Match": '"1"' });
    expect(changed.headers.get("ETag")).toBe('"2"');
    expect(await changed.json()).toMatchObject({ text: "Ah", version: 2 });
    expect((await call(`${path}?version=1`, { method: "DELETE" })).status).toBe(409);
    expect((await call(`${path}?version=2`, { method: "DELETE" })).status).toBe(204);
    expect(await (await call(path)).json()).toMatchObject({ status: "deleted", text: "", version: 3 });
  });

  it("R69 is listed in order, filtered by every field, in pages", async () => {
    const { documentId, annotationId, comments, make } = await newAnnotation();
    const other = await postAnnotation(documentId);
    const first = await make({ text: "1", author: "ana" });
    const reply = await make({ text: "2", reply_to: first.id, author: "ben" });
    const second = await make({ text: "3", annotation_id: other.id, author: "ben" });
    const gone = await make({ text: "4", author: "ana" });
    await call(`${comments}/${gone.id}`, { method: "DELETE" });
    await call(`${comments}/${first.id}`, { method: "PATCH", json: { resolved: true } });
    const list = async (query: string) => {
      const { items, total } = await (await call(`${comments}?${query}`)).json<Paged<Comment>>();
      expect(total).toBeGreaterThanOrEqual(items.length);
      return items.map((item) => item.id);
    };
    expect(await list("")).toEqual([first.id, reply.id, second.id]);
    expect(await list("status=all&page=2&size=3")).toEqual([gone.id]);
    expect(await list("status=deleted")).toEqual([gone.id]);
    expect(await list(`annotation_id=${annotationId}`)).toEqual([first.id, reply.id]);
    expect(await list("author=ben")).toEqual([reply.id, second.id]);
    expect(await list("resolved=true")).toEqual([first.id, reply.id]);
    expect(await list("resolved=false&status=all")).toEqual([second.id, gone.id]);
    expect(await codeOf(await call(`${comments}?resolved=yes`))).toBe("invalid");
    expect(await codeOf(await call(`/v1/documents/${crypto.randomUUID()}/comments`))).toBe(
      "document_not_found",
    );
  });

  it("R69 of one document is not found in another", async () => {
    const { make } = await newAnnotation();
    const other = await newAnnotation();
    const { id } = await make({});
    expect(await codeOf(await call(`${other.comments}/${id}`))).toBe("comment_not_found");
    expect(await codeOf(await other.post({ reply_to: id }))).toBe("comment_not_found");
  });
});

describe("a token that may comment", () => {
  it("R71 is minted by who may, and never by who may not", async () => {
    const { documentId, annotationId, comments } = await newAnnotation();
    const mint = async (caller: Parameters<typeof makeToken>[0], fields: object = {}) =>
      guarded("/v1/tokens", {
        token: await makeToken(caller),
        json: { document_id: documentId, role: "viewer", expires_in: 60, ...fields },
      });
    expect(await codeOf(await mint({ role: "viewer" }, { comment: true }))).toBe("forbidden");
    const plain = await (await mint({ role: "editor" })).json<{ token: string; comment: boolean }>();
    expect(plain.comment).toBe(false);
    const post = async (token: string) =>
      guarded(comments, { token, json: { annotation_id: annotationId, text: "Hm", author: "else" } });
    expect(await codeOf(await post(plain.token))).toBe("forbidden");
    const editor = await (await mint({ role: "editor" }, { role: "editor" })).json<{ comment: boolean }>();
    expect(editor.comment).toBe(true);
    for (const caller of [{ role: "editor" }, { role: "viewer", comment: true }] as const) {
      const minted = await (
        await mint(caller, { comment: true, name: "Guest" })
      ).json<{ token: string; subject: string; comment: boolean }>();
      expect(minted.comment).toBe(true);
      const made = await post(minted.token);
      expect([made.status, await made.json()]).toMatchObject([
        201,
        { author: minted.subject, author_name: "Guest" },
      ]);
    }
    const fake = await makeToken({ role: "viewer", comment: "yes" as unknown as boolean });
    expect(await codeOf(await post(fake))).toBe("token_invalid");
  });
});
