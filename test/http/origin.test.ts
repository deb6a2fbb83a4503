import { describe, expect, it } from "vitest";
import { isLoopbackRequest } from "../../src/http/middleware/loopback.ts";
import { call, guarded, makeToken, postDocument, readProblem, SECRET, service } from "../support/http.ts";
import { tinyPng } from "../support/images.ts";

const codeOf = async (response: Response) => (response.ok ? "ok" : (await readProblem(response)).code);
const from = (origin: string) => ({ headers: { Origin: origin } });

describe("without AUTH_SECRET", () => {
  it.each(["http://localhost:8787", "http://127.0.0.1:9000", "http://[::1]:80"])(
    "serves %s",
    async (host) => {
      expect((await call(`${host}/v1/health`)).status).toBe(200);
    },
  );

  it.each(["http://acetate.example", "http://localhost.evil.example", "http://127.0.0.2", "http://0.0.0.0"])(
    "answers 503 to %s, whatever is asked",
    async (host) => {
      for (const path of [
        "/v1/health",
        "/v1/documents",
        "/docs",
        "/nothing",
        `/ws/documents/${crypto.randomUUID()}`,
      ]) {
        const response = await call(`${host}${path}`);
        expect([path, response.status]).toEqual([path, 503]);
        const problem = await readProblem(response);
        expect(problem.code).toBe("secret_missing");
        expect(problem.detail).toContain("AUTH_SECRET");
      }
    },
  );

  it("goes by the Host header too: a foreign name that resolves to loopback is foreign", () => {
    const request = (host: string) => new Request("http://localhost:8787/", { headers: { Host: host } });
    expect(isLoopbackRequest(request("localhost:8787"))).toBe(true);
    expect(isLoopbackRequest(request("[::1]:8787"))).toBe(true);
    expect(isLoopbackRequest(request("evil.example:8787"))).toBe(false);
    expect(isLoopbackRequest(request("not a host"))).toBe(false);
  });

  it("takes pages of this machine, no others, for sockets as for REST", async () => {
    const { id } = await postDocument();
    expect(await codeOf(await call("/v1/documents", from("http://localhost:3000")))).toBe("ok");
    for (const origin of ["https://evil.example", "null", "http://localhost.evil.example"]) {
      expect(await codeOf(await call("/v1/documents", from(origin)))).toBe("forbidden_origin");
      const socket = await call(`/ws/documents/${id}`, { headers: { Origin: origin, Upgrade: "websocket" } });
      expect(await codeOf(socket)).toBe("forbidden_origin");
    }
  });

  it("does not take ALLOWED_ORIGINS for an excuse", async () => {
    const openToAll = service({ ALLOWED_ORIGINS: "*" });
    expect(await codeOf(await openToAll("/v1/documents", from("https://evil.example")))).toBe(
      "forbidden_origin",
    );
  });
});

describe("pages without an origin (opened from a file), R61", () => {
  it.each(["*", "null", "https://app.example, null"])("are let in by ALLOWED_ORIGINS=%s", async (allowed) => {
    for (const secret of [{}, { AUTH_SECRET: SECRET }]) {
      const send = service({ ...secret, ALLOWED_ORIGINS: allowed });
      const response = await send("/v1/health", from("null"));
      expect(response.status).toBe(200);
      expect(response.headers.get("Access-Control-Allow-Origin")).toBe("null");
    }
  });

  it("are refused where nothing names them", async () => {
    for (const variables of [{}, { AUTH_SECRET: SECRET }, { ALLOWED_ORIGINS: "https://app.example" }]) {
      expect(await codeOf(await service(variables)("/v1/health", from("null")))).toBe("forbidden_origin");
    }
  });

  it("open nothing to other sites without a secret", async () => {
    const send = service({ ALLOWED_ORIGINS: "null" });
    expect(await codeOf(await send("/v1/health", from("https://evil.example")))).toBe("forbidden_origin");
  });
});

describe("without Origin, R61", () => {
  const fetchedBy = (site: string, mode = "no-cors", dest = "image") => ({
    headers: { "Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest },
  });

  it("a page of another site gets nothing in an <img>, <script> or frame, not even a thumbnail made", async () => {
    const { id } = await postDocument();
    for (const path of [
      "/v1/documents",
      `/v1/documents/${id}/thumbnail`,
      `/v1/documents/${id}/image`,
      "/docs",
    ]) {
      for (const init of [fetchedBy("cross-site"), fetchedBy("cross-site", "navigate", "iframe")]) {
        expect([path, await codeOf(await call(path, init))]).toEqual([path, "forbidden_origin"]);
      }
    }
    const form = { ...fetchedBy("cross-site", "navigate", "document"), method: "POST", body: "a=b" };
    expect(await codeOf(await call("/v1/documents", form))).toBe("forbidden_origin");
  });

  it("pages of this machine, typed addresses and followed links are let in", async () => {
    for (const site of ["same-origin", "same-site", "none"]) {
      expect([site, await codeOf(await call("/v1/documents", fetchedBy(site)))]).toEqual([site, "ok"]);
    }
    const link = fetchedBy("cross-site", "navigate", "document");
    expect(await codeOf(await call("/v1/documents", link))).toBe("ok");
    expect(await codeOf(await call("/v1/documents", { ...link, method: "HEAD" }))).toBe("ok");
  });

  it("with a secret the token decides", async () => {
    const token = await makeToken();
    expect(await codeOf(await guarded("/v1/documents", { ...fetchedBy("cross-site"), token }))).toBe("ok");
    expect((await guarded("/v1/documents", fetchedBy("cross-site"))).status).toBe(401);
  });
});

describe("Cross-Origin-Resource-Policy, R61", () => {
  const policyOf = (response: Response) => response.headers.get("Cross-Origin-Resource-Policy");

  it("is same-origin, on refusals too", async () => {
    const openToOthers = service({ AUTH_SECRET: SECRET, ALLOWED_ORIGINS: "https://app.example" });
    for (const path of ["/v1/health", "/openapi.json", "/docs", "/nothing"]) {
      for (const send of [call, guarded, openToOthers]) {
        expect([path, policyOf(await send(path))]).toEqual([path, "same-origin"]);
      }
    }
  });

  it("of a file lets its pages show it: this machine's, our own, or those of others where some are allowed", async () => {
    const { id } = await postDocument();
    const path = `/v1/documents/${id}/image`;
    expect((await call(path, { method: "PUT", body: tinyPng })).status).toBe(200);
    const token = await makeToken();
    const openToOthers = service({ AUTH_SECRET: SECRET, ALLOWED_ORIGINS: "https://app.example" });
    for (const headers of [{}, { "If-None-Match": "*" }]) {
      expect(policyOf(await call(path, { headers }))).toBe("same-site");
      expect(policyOf(await guarded(path, { token, headers }))).toBe("same-origin");
      expect(policyOf(await openToOthers(path, { token, headers }))).toBe("cross-origin");
    }
  });
});

describe("with AUTH_SECRET", () => {
  const listed = service({ AUTH_SECRET: SECRET, ALLOWED_ORIGINS: "https://app.example, https://b.example" });

  it("serves every host, and pages of the same host", async () => {
    const own = await guarded("https://acetate.example/v1/health", from("https://acetate.example"));
    expect(own.status).toBe(200);
    const other = await guarded("https://acetate.example/v1/health", from("https://acetate.example:444"));
    expect(await codeOf(other)).toBe("forbidden_origin");
  });

  it("serves pages of ALLOWED_ORIGINS and tells browsers so", async () => {
    const response = await listed("/v1/health", from("https://b.example"));
    expect(response.status).toBe(200);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("https://b.example");
    expect(response.headers.get("Access-Control-Expose-Headers")).toContain("ETag");
    expect(response.headers.get("Vary")).toContain("Origin");
    expect(await codeOf(await listed("/v1/health", from("https://c.example")))).toBe("forbidden_origin");
    const any = service({ AUTH_SECRET: SECRET, ALLOWED_ORIGINS: "*" });
    expect((await any("/v1/health", from("https://c.example"))).status).toBe(200);
  });

  it("lets a page read why it was refused, too", async () => {
    const response = await listed("/v1/documents", from("https://b.example"));
    expect(response.status).toBe(401);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("https://b.example");
  });

  it("answers a preflight without a token", async () => {
    const ask = (origin: string) =>
      listed("/v1/documents", {
        method: "OPTIONS",
        headers: { Origin: origin, "Access-Control-Request-Method": "POST" },
      });
    const response = await ask("https://app.example");
    expect(response.status).toBe(204);
    expect(response.headers.get("Access-Control-Allow-Methods")).toContain("PATCH");
    expect(response.headers.get("Access-Control-Allow-Headers")).toContain("Idempotency-Key");
    expect(await codeOf(await ask("https://evil.example"))).toBe("forbidden_origin");
  });

  it("refuses a bad list of origins by its name", async () => {
    const response = await service({ AUTH_SECRET: SECRET, ALLOWED_ORIGINS: "app.example" })("/v1/health");
    expect(response.status).toBe(503);
    expect((await readProblem(response)).detail).toContain("ALLOWED_ORIGINS");
  });
});

describe("every answer", () => {
  it("has a request id of its own, whatever the client sends", async () => {
    const send = () => call("/v1/health", { headers: { "X-Request-Id": "mine" } });
    const [first, second] = [await send(), await send()].map((answer) => answer.headers.get("X-Request-Id"));
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
    const refused = await call("/nothing");
    expect((await readProblem(refused)).request_id).toBe(refused.headers.get("X-Request-Id"));
  });

  it("tells other sites nothing of its address and lets no type be guessed", async () => {
    for (const path of ["/v1/health", "/nothing", "/docs"]) {
      const { headers } = await call(path);
      expect(headers.get("Referrer-Policy")).toBe("no-referrer");
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    }
  });
});
