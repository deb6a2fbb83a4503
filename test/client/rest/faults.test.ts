import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { AcetateError, type Client, createClient } from "../../../src/client/index.ts";
import { newId } from "../../../src/client/new-id.ts";
import type { Document } from "../../../src/protocol/model/document.ts";
import { projectRoot } from "../../../tools/project.ts";
import { waitFor } from "../../e2e/support/wait-for.ts";
import { type Fault, FaultyProxy } from "../support/faulty-proxy.ts";
import { makeToken, RunningService } from "../support/running-service.ts";

const picture = await readFile(path.join(projectRoot, "test/fixtures/libjpeg-turbo-420.jpg"));
const box = { type: "box", geometry: { x: 10, y: 20, width: 30, height: 40 } } as const;
const html = { "content-type": "text/html" };

describe("the client, where something goes wrong", () => {
  let service: RunningService;
  let proxy: FaultyProxy;
  let token: string;
  /** Through the proxy. */
  let api: Client;
  /** Past it. */
  let direct: Client;
  let document: Document;

  beforeAll(async () => {
    service = await RunningService.start({ REQUESTS_PER_SECOND: "5" });
    proxy = await FaultyProxy.start(service.url);
  });
  afterAll(async () => {
    await proxy.close();
    await service.stop();
  });
  beforeEach(async () => {
    // A subject of its own has a rate of its own.
    token = await makeToken({ sub: newId() });
    api = createClient({ url: proxy.url, token });
    direct = createClient({ url: service.url, token: await makeToken({ sub: newId() }) });
    document = await direct.documents.create({ title: "A document" });
    proxy.seen.length = 0;
    proxy.statuses.length = 0;
    proxy.faults.length = 0;
    // No pauses but those that the service asks for.
    vi.spyOn(Math, "random").mockReturnValue(0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const draw = () => direct.annotations.create({ document_id: document.id, ...box });
  const head = async () => (await direct.documents.get(document.id)).seq;
  const failure = async (work: Promise<unknown>): Promise<AcetateError> => {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof AcetateError)) throw new Error(`It came to ${String(error)}`);
    return error;
  };

  const lost: Fault[] = ["lose the request", "lose the answer", "cut the answer"];
  describe.each(lost)("%s", (fault) => {
    /** Each write is one change, however often it is sent. */
    const writes: Record<string, (annotationId: string) => Promise<unknown>> = {
      "documents.update": () => api.documents.update(document.id, { title: "New" }),
      "documents.uploadImage": () => api.documents.uploadImage(document.id, picture),
      "documents.appendUpdates": () => {
        const update = { op_id: newId(), base_version: 1, delta_b64: "AQID" };
        return api.documents.appendUpdates(document.id, { updates: [update] });
      },
      "annotations.create": () => api.annotations.create({ document_id: document.id, ...box }),
      "annotations.update": (id) => api.annotations.update(id, { version: 1, text: "New" }),
      "annotations.batch": () =>
        api.annotations.batch({ document_id: document.id, operations: [{ op: "create", ...box }] }),
    };
    it.each(Object.entries(writes))("%s is done once", async (_, write) => {
      const { id } = await draw();
      const before = await head();
      proxy.faults.push(fault, fault);
      await write(id);
      expect(await head()).toBe(before + 1);
      const keys = proxy.seen.map(({ headers }) => headers["idempotency-key"]);
      expect(keys).toEqual([keys[0], keys[0], keys[0]]);
      expect(keys[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    });

    it("makes no second document, version or export", async () => {
      const title = newId();
      proxy.faults.push(fault);
      await api.documents.create({ title });
      expect(await direct.documents.list({ q: title })).toMatchObject({ total: 1 });
      const inDocument = { document_id: document.id };
      proxy.faults.push(fault);
      await api.versions.create(inDocument);
      expect(await direct.versions.list(inDocument)).toMatchObject({ total: 1 });
      proxy.faults.push(fault);
      await api.exports.create({ ...inDocument, format: "json" });
      expect(await direct.exports.list(inDocument)).toMatchObject({ total: 1 });
    });

    it("reverts once, and deletes and restores once", async () => {
      const { id } = await draw();
      const version = await direct.versions.create({ document_id: document.id });
      proxy.faults.push(fault);
      await api.annotations.delete(id, { version: 1 });
      proxy.faults.push(fault);
      await api.annotations.restore(id, { version: 2 });
      await direct.annotations.update(id, { version: 3, text: "New" });
      const before = await head();
      proxy.faults.push(fault);
      await api.versions.revert(version.id);
      // `version.created` and `version.reverted`
      expect(await head()).toBe(before + 2);
    });

    it("reads all the same", async () => {
      proxy.faults.push(fault);
      expect(await api.documents.get(document.id)).toEqual(document);
      proxy.faults.push(fault);
      const { size } = await api.documents
        .uploadImage(document.id, picture)
        .then(() => api.documents.getImage(document.id));
      expect(size).toBe(picture.byteLength);
    });
  });

  it("gives up after five tries, and tells why", async () => {
    proxy.faults.push(...Array.from({ length: 9 }, () => "lose the request" as const));
    const error = await failure(api.documents.get(document.id));
    expect(error).toMatchObject({ code: "network", status: null });
    expect(error.cause).toBeInstanceOf(Error);
    expect(proxy.seen).toHaveLength(5);
  });

  it("tries as often as it is told to", async () => {
    proxy.faults.push("lose the request", "lose the request");
    const once = createClient({ url: proxy.url, token, tries: 1 });
    expect(await failure(once.documents.get(document.id))).toMatchObject({ code: "network" });
    expect(proxy.seen).toHaveLength(1);
  });

  it("takes a key from its caller: the same call with it changes nothing, another one is refused", async () => {
    const idempotencyKey = newId();
    const body = { document_id: document.id, ...box };
    const first = await api.annotations.create(body, { idempotencyKey });
    expect(await api.annotations.create(body, { idempotencyKey })).toEqual(first);
    const other = api.annotations.create({ ...body, text: "Other" }, { idempotencyKey });
    expect(await failure(other)).toMatchObject({ code: "op_id_reused", status: 409 });
    const two = await Promise.all([api.annotations.create(body), api.annotations.create(body)]);
    expect(new Set(two.map(({ id }) => id)).size).toBe(2);
  });

  it("tells all that a refusal says", async () => {
    const geometry = { x: 1, y: 2, width: -1, height: 3 };
    const invalid = api.annotations.create({ document_id: document.id, type: "box", geometry });
    const error = await failure(invalid);
    expect(error).toMatchObject({ name: "AcetateError", code: "invalid", status: 400, index: null });
    expect(error.message).toContain("geometry");
    expect(error.errors.map(({ path: field }) => field)).toContain("geometry.width");
    expect(error.requestId).toMatch(/./);
    expect(proxy.seen).toHaveLength(1);

    const annotation = await draw();
    const operations = [
      { op: "create", ...box },
      { op: "update", id: annotation.id, version: 7, text: "Late" },
    ] as const;
    const batch = api.annotations.batch({ document_id: document.id, operations: [...operations] });
    expect(await failure(batch)).toMatchObject({ code: "stale_version", index: 1, current: annotation });
  });

  it.each([
    { status: 502, code: "unavailable", tries: 5 },
    { status: 429, code: "rate_limited", tries: 5 },
    { status: 401, code: "unauthorized", tries: 1 },
    { status: 404, code: "not_found", tries: 1 },
    { status: 413, code: "too_large", tries: 1 },
    { status: 500, code: "internal", tries: 1 },
    // A login page of some network.
    { status: 200, code: "network", tries: 5 },
  ])(
    "a proxy that answers $status with HTML is $code after $tries tries",
    async ({ status, code, tries }) => {
      const body = "<html><h1>Secret detail</h1></html>";
      proxy.faults.push(...Array.from({ length: 9 }, () => ({ status, headers: html, body })));
      const error = await failure(api.documents.update(document.id, { title: "New" }));
      expect(error.code).toBe(code);
      expect(error.message).not.toContain("Secret");
      expect(proxy.seen).toHaveLength(tries);
    },
  );

  it.each(["null", "[]", '"text"', '{"code": 5}'])(
    "an answer that is JSON but no problem: %s",
    async (body) => {
      proxy.faults.push({ status: 500, body });
      expect(await failure(api.documents.get(document.id))).toMatchObject({ code: "internal", status: 500 });
    },
  );

  it("waits as long as `Retry-After` says", async () => {
    proxy.faults.push({ status: 503, headers: { "retry-after": "1" } });
    const begin = performance.now();
    await api.documents.get(document.id);
    expect(performance.now() - begin).toBeGreaterThan(990);
    expect(proxy.seen).toHaveLength(2);
  });

  it("gets through where the service says 429", async () => {
    // Five a second, after the first fifty.
    while (!proxy.statuses.includes(429)) {
      const answers = await Promise.all(Array.from({ length: 5 }, () => api.documents.get(document.id)));
      expect(answers).toEqual(answers.map(() => document));
    }
    expect(proxy.statuses.at(-1)).toBe(200);
  });

  it.each([
    ["seconds", () => "3600"],
    ["a date", () => new Date(Date.now() + 3_600_000).toUTCString()],
  ])("does not wait for long, but tells how long: %s", async (_, retryAfter) => {
    proxy.faults.push({ status: 429, headers: { "retry-after": retryAfter() } });
    const { retryAfterMs } = await failure(api.documents.get(document.id));
    expect(retryAfterMs).toBeGreaterThan(3_590_000);
    expect(retryAfterMs).toBeLessThanOrEqual(3_600_000);
    expect(proxy.seen).toHaveLength(1);
  });

  it("does not try again where the service is not set up", async () => {
    const body = JSON.stringify({ code: "secret_missing", detail: "Set AUTH_SECRET" });
    proxy.faults.push({ status: 503, body });
    expect(await failure(api.documents.get(document.id))).toMatchObject({ code: "secret_missing" });
    expect(proxy.seen).toHaveLength(1);
  });

  it("tells a degraded service from one that can't be asked", async () => {
    const health = { status: "degraded", d1: "unavailable", r2: "ok", objects: "ok" };
    proxy.faults.push({ status: 503, body: JSON.stringify(health) });
    expect(await api.health()).toEqual(health);
    proxy.faults.push({ status: 503, body: "<html>" }, "lose the request");
    expect(await api.health()).toMatchObject({ status: "ok" });
  });

  describe("tokens", () => {
    const expired = () => makeToken({ iat: Date.now() / 1000 - 60, exp: Date.now() / 1000 - 30 });

    it("asks for another one when the service refuses it", async () => {
      const tokens = [await expired(), token];
      const getToken = vi.fn(() => tokens.shift() ?? null);
      const mine = createClient({ url: proxy.url, token: getToken });
      expect(await mine.documents.get(document.id)).toEqual(document);
      await mine.documents.get(document.id);
      expect(getToken).toHaveBeenCalledTimes(2);
      expect(proxy.seen).toHaveLength(3);
    });

    it("asks once for all calls that were refused together", async () => {
      const old = await expired();
      let calls = 0;
      const mine = createClient({ url: proxy.url, token: async () => (calls++ === 0 ? old : token) });
      await Promise.all(Array.from({ length: 8 }, () => mine.documents.get(document.id)));
      expect(calls).toBe(2);
    });

    it("tells what a second one is refused for", async () => {
      const old = await expired();
      const mine = createClient({ url: proxy.url, token: () => old });
      const error = await failure(mine.annotations.create({ document_id: document.id, ...box }));
      expect(error).toMatchObject({ code: "token_expired", status: 401 });
      const keys = proxy.seen.map(({ headers }) => headers["idempotency-key"]);
      expect(keys).toEqual([keys[0], keys[0]]);
    });

    it("does not try a fixed one twice", async () => {
      const mine = createClient({ url: proxy.url, token: await expired() });
      expect(await failure(mine.documents.get(document.id))).toMatchObject({ code: "token_expired" });
      expect(proxy.seen).toHaveLength(1);
    });

    it("tells that your function failed, and calls it anew the next time", async () => {
      let isBroken = true;
      const mine = createClient({
        url: proxy.url,
        token: () => {
          if (isBroken) throw new Error("logged out");
          return token;
        },
      });
      const error = await failure(mine.documents.get(document.id));
      expect(error.code).toBe("token");
      expect(error.message).toContain("logged out");
      expect(proxy.seen).toHaveLength(0);
      isBroken = false;
      expect(await mine.documents.get(document.id)).toEqual(document);
    });
  });

  describe("cancelling", () => {
    const reason = new Error("not needed any more");

    it("before it begins: nothing is sent", async () => {
      const error = await failure(api.documents.get(document.id, { signal: AbortSignal.abort(reason) }));
      expect(error).toMatchObject({ code: "cancelled", cause: reason });
      expect(proxy.seen).toHaveLength(0);
    });

    it("while it waits for an answer", async () => {
      proxy.faults.push("say nothing");
      const abort = new AbortController();
      const call = failure(api.documents.get(document.id, { signal: abort.signal }));
      await waitFor("the request", () => proxy.seen[0]);
      abort.abort(reason);
      expect(await call).toMatchObject({ code: "cancelled", cause: reason });
      expect(proxy.seen).toHaveLength(1);
    });

    it("while it waits for its next try", async () => {
      proxy.faults.push({ status: 503, headers: { "retry-after": "25" } });
      const abort = new AbortController();
      const call = failure(api.documents.get(document.id, { signal: abort.signal }));
      await waitFor("the request", () => proxy.seen[0]);
      abort.abort(reason);
      expect(await call).toMatchObject({ code: "cancelled" });
      expect(proxy.seen).toHaveLength(1);
    });

    it("while it waits for a token", async () => {
      const abort = new AbortController();
      const mine = createClient({ url: proxy.url, token: () => new Promise(() => {}) });
      const call = failure(mine.documents.get(document.id, { signal: abort.signal }));
      abort.abort(reason);
      expect(await call).toMatchObject({ code: "cancelled" });
    });
  });

  it("says so where the address is none", () => {
    expect(() => createClient({ url: "no address" })).toThrow(
      expect.objectContaining({ name: "AcetateError", code: "invalid" }),
    );
  });

  it("finds a service behind a path, and keeps ids within their part of it", async () => {
    const asked: string[] = [];
    const echo: typeof fetch = async (input) => {
      asked.push(new Request(input).url);
      return Response.json({});
    };
    for (const url of ["https://example.com", "https://example.com/", "https://example.com/acetate/"]) {
      await createClient({ url, fetch: echo }).documents.get("a/b?c");
    }
    expect(asked).toEqual([
      "https://example.com/v1/documents/a%2Fb%3Fc",
      "https://example.com/v1/documents/a%2Fb%3Fc",
      "https://example.com/acetate/v1/documents/a%2Fb%3Fc",
    ]);
  });
});
